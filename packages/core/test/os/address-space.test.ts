/**
 * Threads that map, unmap, protect, discard and touch pages at once, against a rule of the address space: each changes
 * pages of its own, so the rule knows what they are in the end; all touch everybody's, so translations go stale.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RandomStream } from "@isolde/core/kernel/random"
import type { Machine } from "@isolde/core/machines/machine"
import { type ShootdownName, shootdownNames } from "@isolde/core/machines/shootdown-choice"
import { Empty } from "@isolde/core/memory/cache"
import { Entry } from "@isolde/core/memory/pages"
import { NoArea } from "@isolde/core/os/areas"
import { entryFor, hasFrame } from "@isolde/core/os/page-tables"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { type Choices, crampedMachine, finished } from "../small-system.ts"
import { kernelSystem, ReadOnly, ReadWrite } from "./kernel-program.ts"

const OWN = 4
const STEPS = 30
const { lazy } = Entry

/** What one page is: the entry of its area, 0 where it has none. */
type Rule = Int32Array

interface Plan {
  readonly script: ReadonlyArray<OperationRecord>
  readonly rule: Rule
  /** Accesses to pages of its own that the rule forbids. */
  readonly violations: number
}

/** A random script of `worker`, whose pages begin at `first`; it touches pages of others too if `everybodys`. */
function planOf(seed: number, worker: number, workers: number, everybodys: boolean): Plan {
  const random = new RandomStream(seed, `script of ${worker}`)
  const script: Array<OperationRecord> = []
  const rule = new Int32Array(OWN).fill(ReadWrite)
  let violations = 0
  const change = (verb: Verb, from: number, count: number, entry: (now: number) => number, rights = 0) => {
    script.push({ verb, page: worker * OWN + from, bytes: count, rights })
    for (let page = from; page < from + count; page++) rule[page] = entry(rule[page] as number)
  }
  for (let step = 0; step < STEPS; step++) {
    const from = random.below(OWN)
    const count = 1 + random.below(OWN - from)
    const rights = random.below(2) === 0 ? ReadOnly : ReadWrite
    const kind = random.below(10)
    if (kind === 0) change(Verb.unmap, from, count, () => 0)
    else if (kind === 1) change(Verb.map, from, count, () => rights, rights)
    else if (kind === 2) change(Verb.protect, from, count, (now) => (now === 0 ? 0 : rights), rights)
    else if (kind === 3) change(Verb.discard, from, count, (now) => now)
    else {
      const other = everybodys && kind > 5
      const page = other ? random.below(workers * OWN) : worker * OWN + from
      const store = random.below(2)
      script.push({ verb: Verb.touch, page, bytes: 1, offset: 8 * random.below(64), rights: store })
      const entry = rule[page - worker * OWN] ?? ReadWrite
      if ((entry & Entry.present) === 0 || (store === 1 && (entry & Entry.writable) === 0)) violations++
    }
    script.push({ verb: Verb.compute, bytes: random.below(400) })
  }
  return { script, rule, violations }
}

interface Choice extends Choices {
  readonly policy?: ShootdownName
  readonly everybodys?: boolean
  readonly change?: (system: System) => void
}

function run(cores: number, threadsPerCore: 1 | 2, { change, everybodys = true, policy, ...choices }: Choice) {
  const workers = cores * threadsPerCore
  const plans = Array.from({ length: workers }, (_, w) => planOf(choices.seed ?? 1, w, workers, everybodys))
  const areas = [{ pages: workers * OWN, entry: Entry.writable | lazy }]
  const machine = crampedMachine(cores, threadsPerCore)
  const chosen: Machine =
    policy === undefined
      ? machine
      : {
          ...machine,
          shootdown: { policy, optimisations: [], hypothetical: true },
          kernel: { ...machine.kernel, tick: policy === "lazy" ? 4000 : 0 }
        }
  const system = kernelSystem(chosen, areas, (_, worker) => plans[worker]?.script ?? [], workers, choices)
  change?.(system)
  const { events: _, ...summary } = finished(system)
  const pages = workers * OWN
  const { entry, frame } = system.pages
  return { system, plans, pages, summary, entries: entry.slice(0, pages), frames: frame.slice(0, pages) }
}

/** OS1, OS3: a frame goes back while a TLB still leads to it. Tiles must not run ahead. */
function watchFrames(found: Array<string>): (system: System) => void {
  return (system) => {
    const { frames } = system.routines.space
    const give = frames.give.bind(frames)
    frames.give = (t, frame) => {
      for (const [tile, { translation }] of system.tiles.entries()) {
        for (const tlb of [translation.dtlb, translation.stlb]) {
          for (const [array, { tags }] of tlb.arrays.entries()) {
            for (const [row, tag] of tags.entries()) {
              const present = ((tlb.entries[array]?.[row] ?? 0) & Entry.present) !== 0
              if (tag !== Empty && present && tlb.frames[array]?.[row] === frame) found.push(`tile ${tile}`)
            }
          }
        }
      }
      give(t, frame)
    }
  }
}

const shapes = [
  [1, 1],
  [2, 1],
  [2, 2],
  [4, 1]
] as const

describe.each(shapes)("%i tiles of %i threads", (cores, threadsPerCore) => {
  const seeds = [1, 2, 3, 4]

  test("the page table and its areas are what the rule says", () => {
    for (const seed of seeds) {
      const { entries, frames, pages, plans, system } = run(cores, threadsPerCore, { seed })
      const { areas, zero } = system.routines.space
      const own = new Set<number>()
      for (let page = 0; page < pages; page++) {
        const area = areas.find(page)
        const wanted = area === NoArea ? 0 : areas.entry(area) & ~lazy
        expect(wanted, `page ${page}`).toBe(plans[Math.floor(page / OWN)]?.rule[page % OWN])
        const now = entries[page] as number
        if (!hasFrame(now)) continue
        expect(now, `page ${page}`).toBe(entryFor(wanted, now))
        expect((now & Entry.shared) !== 0).toBe(frames[page] === zero)
        if (frames[page] !== zero) expect(own.has(frames[page] as number), "OS4").toBe(false)
        own.add(frames[page] as number)
      }
    }
  })

  test("a thread that touches its own pages alone faults for good just where the rule forbids it", () => {
    for (const seed of seeds) {
      const { plans, system } = run(cores, threadsPerCore, { seed, everybodys: false })
      expect(system.used.map((thread) => system.threads[thread]?.faults)).toEqual(plans.map((plan) => plan.violations))
    }
  })

  test("OS1, OS3 no frame goes back while a TLB leads to it", () => {
    for (const seed of seeds) {
      const found: Array<string> = []
      run(cores, threadsPerCore, { seed, runAhead: false, change: watchFrames(found) })
      expect(found).toEqual([])
    }
  })

  test("the same run whoever runs ahead", () => {
    const { system: _, ...ahead } = run(cores, threadsPerCore, { seed: 7 })
    const { system: __, ...stepwise } = run(cores, threadsPerCore, { seed: 7, runAhead: false })
    expect(stepwise).toEqual(ahead)
  })
})

test.each(shootdownNames)("OS1, OS3 and one result whoever runs ahead, with translations shot down by %s", (policy) => {
  for (const seed of [5, 7]) {
    const found: Array<string> = []
    const { system: _, ...stepwise } = run(4, 1, { seed, policy, runAhead: false, change: watchFrames(found) })
    expect(found).toEqual([])
    const { system: __, ...ahead } = run(4, 1, { seed, policy })
    expect(ahead).toEqual(stepwise)
  }
})

test("LS1, LS3 no frame goes back while a TLB leads to it where flushes are put off", () => {
  for (let seed = 8; seed < 18; seed++) {
    const found: Array<string> = []
    run(4, 1, { seed, policy: "lazy", runAhead: false, change: watchFrames(found) })
    expect(found, `seed ${seed}`).toEqual([])
  }
})

test("a kernel that frees before it flushes is caught", () => {
  const found: Array<string> = []
  const freeFirst = (system: System) => {
    const { calls, shootdown } = system.routines
    const flush = shootdown.flush.bind(shootdown)
    shootdown.flush = (program, t, space, first, count, reclaim) => {
      if (reclaim) calls.giveBack(program, t, first, count, false)
      flush(program, t, space, first, count, false)
    }
  }
  for (const seed of [1, 2, 3, 4]) {
    const change = (system: System) => {
      freeFirst(system)
      watchFrames(found)(system)
    }
    run(4, 1, { seed, runAhead: false, change })
  }
  expect(found.length).toBeGreaterThan(0)
})
