/** Translation on real machines: references of a walk, stale entries, and walks that an invalidation overlaps (TR1). */
import { latenciesOf } from "@isolde/core/machines/latencies"
import { PageSize } from "@isolde/core/memory/page-size"
import { Entry } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import { Nested } from "@isolde/core/translation/nested-walk"
import { describe, expect, test } from "vitest"
import { numbersOfCase, oneStopMachine } from "../processor/ten-instructions.ts"
import { finished, type Overrides, type Programs, programmed } from "../small-system.ts"

const numbers = numbersOfCase()
const { dram } = latenciesOf(numbers)
const { stlbPenalty } = numbers.tlb
const L1 = numbers.l1d.latency
const WRITABLE = Entry.present | Entry.writable
const READABLE = Entry.present

const { dtlb, itlb, stlb } = numbers.tlb
const tlbs = { dtlb, itlb, stlb, walkers: 2 }

interface Walked {
  readonly system: System
  /** Ticks of each of `loads`. */
  readonly ticks: Array<number>
  /** References that each of them made. */
  readonly references: Array<number>
  readonly page: number
}

/** A machine whose walkers remember nothing. */
const forgetful: NonNullable<Overrides["tlb"]> = {
  walkCache: { top: { ways: 0 }, middle: { ways: 0 }, last: { ways: 0 } },
  nestedTlb: { ways: 0 }
}

/** Times loads of the pages `first + n`, n as given, each behind a drain; under nesting if there are contexts. */
function walked(pages: ReadonlyArray<number>, contexts = 0, tlb: NonNullable<Overrides["tlb"]> = {}): Walked {
  const ticks: Array<number> = []
  const references: Array<number> = []
  let begin = 0
  let before = 0
  let page = 0
  // First entries of tables share a set of the L1D: it holds them all.
  const machine = oneStopMachine({}, 1, { l1d: { sets: 64, ways: 32 }, tlb: { ...tlbs, ...tlb } })
  const programs: Programs = {
    steps: 1,
    build: (parts) => {
      page = parts.pages.reserve(72)
      if (contexts > 0) parts.nest(contexts, () => Nested.write)
      return {
        emit: (program, t) => {
          t.context = contexts > 0 ? 1 : 0
          for (const [i, at] of pages.entries()) {
            program.serialise(Serialise.drainStores, 500).act(0)
            // A line of its own in each page.
            program.load(page + at, (8 + i) * 64).serialise(Serialise.drain, 0)
            program.act(1)
          }
        },
        act: (_, code, _a, _b, tick) => {
          const all = system.tiles[0]?.translation.walkers.references ?? 0
          if (code === 0) {
            begin = tick
            before = all
          } else {
            ticks.push(tick - begin)
            references.push(all - before)
          }
        }
      }
    }
  }
  const system: System = programmed(machine, programs, { frames: "contiguous" })
  finished(system)
  return { system, ticks, references, page }
}

describe("a page walk", () => {
  test("reads four table lines, all from DRAM when cold, and the page's line after them", () => {
    const { references, ticks } = walked([0])
    expect(references).toEqual([4])
    expect(ticks).toEqual([stlbPenalty + 4 * dram + dram])
  })

  test("finds the lines of a neighbour's walk in the L1D", () => {
    const { references, ticks } = walked([0, 1, 1], 0, forgetful)
    expect(references).toEqual([4, 4, 0])
    expect(ticks.slice(1)).toEqual([stlbPenalty + 4 * L1 + dram, dram])
  })

  test("WC1 reads one line once the walk caches know its table", () => {
    const { references, ticks } = walked([0, 1, 1])
    expect(references).toEqual([4, 1, 0])
    expect(ticks.slice(1)).toEqual([stlbPenalty + L1 + dram, dram])
  })

  test("under nesting reads twenty-four", () => {
    const { references, ticks } = walked([0, 1], 2, forgetful)
    expect(references).toEqual([24, 24])
    expect(ticks[1]).toBe(stlbPenalty + 24 * L1 + dram)
  })

  test("NW1, NW2 reads the guest's entry and the host's under nesting, with all caches of the walker warm", () => {
    const { references, ticks } = walked([0, 1], 2)
    expect(references).toEqual([24, 2])
    expect(ticks[1]).toBe(stlbPenalty + 2 * L1 + dram)
  })

  test("is over when its last reference is, though only an earlier one missed", () => {
    // Eight entries share a line: page 8 needs the next line of the guest's leaf table and of the second-level one.
    const { ticks } = walked([0, 8], 2, forgetful)
    expect(ticks[1]).toBe(stlbPenalty + 22 * L1 + 2 * dram + dram)
  })

  test.each([
    ["4 KB", PageSize.small, 0, 4],
    ["2 MB", PageSize.large, 0, 3],
    ["1 GB", PageSize.huge, 0, 2],
    ["4 KB on a host's 4 KB", PageSize.small, 4096, 24],
    ["4 KB on a host's 2 MB", PageSize.small, 2 ** 21, 19],
    ["2 MB on a host's 2 MB", PageSize.large, 2 ** 21, 15],
    ["2 MB on a host's 4 KB", PageSize.large, 4096, 19]
  ] as const)("WP1, NW1 of %s reads as many lines as its tables have levels, cold", (_, size, hostPages, lines) => {
    const system: System = programmed(
      oneStopMachine(),
      {
        steps: 1,
        build: ({ pages }) => {
          const page = pages.map(2 ** 20, WRITABLE, 0, size)
          return { emit: (program) => program.load(page, 0) }
        }
      },
      { hostPages }
    )
    finished(system)
    expect(system.tiles[0]?.translation.walkers).toMatchObject({ walks: 1, references: lines })
  })

  test("a second-level hit costs its penalty", () => {
    // Nine pages of one set: the first is out of the DTLB, of eight ways, and still in the STLB, of 64 sets.
    const sets = numbers.tlb.dtlb.sets
    const nine = Array.from({ length: 9 }, (_, i) => i * sets)
    const { references, ticks } = walked([...nine, 0, 0])
    expect(references.slice(-2)).toEqual([0, 0])
    expect(ticks.slice(-2)).toEqual([stlbPenalty + dram, dram])
  })
})

/** Two tiles, or two threads of one tile. `emit` writes each thread's program. */
function pair(threadsPerCore: 1 | 2, emit: (program: Program, thread: number, page: number) => void) {
  let page = 0
  const base = oneStopMachine({}, threadsPerCore)
  const system = programmed(threadsPerCore === 2 ? base : { ...base, tiles: 2 }, {
    steps: 1,
    build: ({ pages }) => {
      page = pages.reserve(1)
      return { emit: (program, t) => emit(program, t.number, page) }
    }
  })
  const summary = finished(system)
  return { summary, system, page }
}

describe("a right in a TLB entry", () => {
  test("outlives its revocation in memory until the entry is invalidated", () => {
    const revoked = (invalidate: boolean) =>
      pair(1, (program, thread, page) => {
        if (thread === 1) {
          program.chain(3000).storeEntry(page, READABLE)
          return
        }
        program.store(page, 0).chain(8000)
        if (invalidate) program.invalidatePage(page, 100)
        program.store(page, 64)
      })
    const stale = revoked(false)
    expect(stale.system.pages.entry[stale.page]).toBe(READABLE)
    expect(stale.system.tiles[0]?.translation.cached(stale.page, 0)).toBe(WRITABLE)
    expect(stale.summary.faults).toBe(0)
    expect(revoked(true).summary.faults).toBe(1)
  })

  test("TR1: a walk that overlaps an invalidation installs nothing of before", () => {
    let cancelled = 0
    for (let delay = 0; delay <= 6 * dram; delay += 41) {
      const { page, system } = pair(2, (program, thread, at) => {
        if (thread === 0) program.load(at, 0)
        else program.chain(delay).storeEntry(at, READABLE).invalidatePage(at, 50)
      })
      const translation = system.tiles[0]?.translation
      expect([-1, READABLE], `an invalidation after ${delay} ticks`).toContain(translation?.cached(page, 0))
      cancelled += translation?.walkers.cancelled ?? 0
    }
    expect(cancelled, "walks that began again").toBeGreaterThan(3)
  })

  test("without an invalidation the walk may well install what it read before", () => {
    const { page, system } = pair(2, (program, thread, at) => {
      if (thread === 0) program.load(at, 0)
      else program.chain(8 * dram).storeEntry(at, READABLE)
    })
    expect(system.tiles[0]?.translation.cached(page, 0)).toBe(WRITABLE)
  })

  test("invalidating everything forgets every page", () => {
    const { page, system } = pair(1, (program, thread, at) => {
      if (thread === 0) program.load(at, 0).serialise(Serialise.drain, 0).invalidateAll(100)
      else program.load(at, 64)
    })
    expect(system.tiles[0]?.translation.cached(page, 0)).toBe(-1)
    expect(system.tiles[1]?.translation.cached(page, 0)).toBe(WRITABLE)
  })
})
