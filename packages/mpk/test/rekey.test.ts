/** Objects that are re-keyed: the executable rule of who holds what beside the machine, and what the kernel is asked. */
import { type OperationRecord, RegionKind, Right, Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { observe, type ProgramRegion, programWorkload, tinyMachine } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"
import { CLOSED, permits, withRights } from "../src/pkru.ts"

const DOMAINS = 3
const OBJECTS = 3
const mechanism = mpk({ synchronise: "rekey" })
const domains = Array.from({ length: DOMAINS }, (_, domain) => `domain ${domain}`)
const object = (at: number, bytes = 4096): ProgramRegion => ({
  name: `object ${at}`,
  kind: RegionKind.exchange,
  owner: at % DOMAINS,
  bytes
})

interface Step {
  readonly kind: "enter" | "move" | "load" | "store"
  readonly object: number
  readonly domain: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("enter", "move", "load", "store"),
  object: fc.nat(OBJECTS - 1),
  domain: fc.nat(DOMAINS - 1)
})

/** What the rule says of a program: its script, and the offsets of accesses that PKRU and the pages' keys refuse. */
function ruled(steps: ReadonlyArray<Step>, pages: ReadonlyArray<number>) {
  const holder = Array.from({ length: OBJECTS }, (_, at) => at % DOMAINS)
  const script: Array<OperationRecord> = []
  const refused: Array<number> = []
  let running = 0
  for (const [at, { domain, kind, object: which }] of steps.entries()) {
    if (kind === "enter") {
      if (domain === running) continue
      script.push({ verb: Verb.enter, from: running, to: domain })
      running = domain
    } else if (kind === "move") {
      script.push({ verb: Verb.move, region: which, from: holder[which] as number, to: domain, bytes: 4096 })
      holder[which] = domain
    } else {
      const pkru = withRights(withRights(CLOSED, 0, Right.readWrite), running + 1, Right.readWrite)
      const key = (holder[which] as number) + 1
      script.push({ verb: Verb[kind], page: pages[which] as number, offset: at * 8, bytes: 8 })
      if (!permits(pkru, key, kind === "load" ? Right.read : Right.write)) refused.push(at * 8)
    }
  }
  return { script: [...script, { verb: Verb.compute, bytes: 1 }], refused }
}

describe("an object that is re-keyed", () => {
  test("MPK14 is reached where its holder's key is open and nowhere else, by every access of random programs", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), fc.boolean(), (steps, inOrder) => {
        let refused: ReadonlyArray<number> = []
        const workload = programWorkload({
          domains,
          regions: Array.from({ length: OBJECTS }, (_, at) => object(at)),
          exchange: "borrow",
          threads: ({ regions }) => {
            const rule = ruled(
              steps,
              regions.map(({ page }) => page)
            )
            refused = rule.refused
            return [{ script: rule.script }]
          }
        })
        const run = observe({ machine: tinyMachine({ cores: 1, inOrder }), mechanisms: [mechanism], workload })
        expect(run.faults.map(({ offset }) => offset).sort((x, y) => x - y)).toEqual(refused)
      }),
      { numRuns: 40, seed: 11 }
    )
  })

  const moved = (cores: number, bytes: number) =>
    observe({
      machine: tinyMachine({ cores }),
      mechanisms: [mechanism],
      workload: programWorkload({
        domains,
        regions: [object(0, bytes)],
        exchange: "borrow",
        threads: (_memory, workers) =>
          Array.from({ length: workers }, (_, worker) => ({
            script: [
              worker === 0
                ? { verb: Verb.move, region: 0, from: 0, to: 1, bytes }
                : { verb: Verb.compute, bytes: 60_000 },
              { verb: Verb.compute, bytes: 1 }
            ]
          }))
      }),
      workers: cores
    })

  test.each([1, 2, 4])("MPK14 interrupts every other thread once, however many pages it has (%d threads)", (cores) => {
    expect(moved(cores, 4096).summary.interrupts).toBe(cores - 1)
    expect(moved(cores, 3 * 4096).summary.interrupts).toBe(cores - 1)
  })

  test("MPK14 has its holder's key in every page's entry when it has changed hands", () => {
    const { system } = moved(2, 3 * 4096)
    const keys = system.regions.pagesOf(0).map((page) => ((system.pages.entry[page] as number) >>> Entry.keyShift) & 15)
    expect(keys).toEqual([2, 2, 2])
    for (const t of system.threads) expect(system.unit.allows(t, 0)).toBe(Right.none)
  })

  test("no gate reads or writes a table for it: an invocation costs what it costs without objects", () => {
    const invoked = (regions: ReadonlyArray<ProgramRegion>) =>
      observe({
        machine: tinyMachine({ cores: 1, inOrder: true }),
        mechanisms: [mechanism],
        workload: programWorkload({
          domains,
          regions,
          exchange: "borrow",
          threads: () => [
            {
              script: Array.from(
                { length: 8 },
                (_, activation): Array<OperationRecord> => [
                  { verb: Verb.enter, from: 0, to: 1, activation },
                  { verb: Verb.leave, from: 1, to: 0, activation },
                  { verb: Verb.compute, bytes: 1 }
                ]
              ).flat()
            }
          ]
        })
      }).summary.cyclesPerInvocation.p50
    expect(invoked([object(0), object(1)])).toBe(invoked([]))
  })
})

describe("objects that several threads change at once", () => {
  test("MPK15 come to the same holders, by the same rows, with run-ahead and without", () => {
    const change = fc.record({ verb: fc.constantFrom(Verb.move, Verb.revoke), wait: fc.integer({ min: 1, max: 4000 }) })
    const rowsOf = (changes: ReadonlyArray<{ verb: number; wait: number }>, runAhead: boolean) => {
      const workload = programWorkload({
        domains,
        exchange: "borrow",
        regions: [object(0), object(3)],
        threads: () =>
          changes.map(({ verb, wait }, at) => ({
            script: [0, 1].flatMap(
              (region): Array<OperationRecord> => [
                { verb: Verb.compute, bytes: wait },
                verb === Verb.move
                  ? { verb: Verb.move, region, from: 0, to: 1 + (at % 2), bytes: 4096 }
                  : { verb: Verb.revoke, region, to: 0, rights: Right.none },
                { verb: Verb.compute, bytes: 1 }
              ]
            )
          }))
      })
      const { rows } = observe({
        machine: tinyMachine({ cores: 4 }),
        mechanisms: [mechanism],
        workload,
        workers: changes.length,
        seed: 1,
        runAhead
      })
      return [rows.rights, rows.transfers, rows.violations]
    }
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 4 }), (changes) => {
        expect(rowsOf(changes, true)).toEqual(rowsOf(changes, false))
      }),
      { numRuns: 25, seed: 15 }
    )
  })
})
