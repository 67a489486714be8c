/**
 * Contract tests of what the kernel does to threads (MC10 to MC12): a domain that is terminated while somebody is inside,
 * threads that take turns and go to other cores, and signals. Law: what a thread may do depends on the domain in which
 * it runs, wherever and whenever it runs, and never on who ran before it.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { Exchange } from "@isolde/core/isolation/unit"
import { describe, expect, test } from "vitest"
import { privateOf } from "../program-runner.ts"
import { type PlacedRegion, type ProgramThread, programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { type ObservedRun, observe } from "./observed-run.ts"
import type { Protection } from "./protection.ts"
import { demandOf, exchanges } from "./vocabulary.ts"

const LONG = 400_000
const OBJECT = 2

const compute = (bytes: number): OperationRecord => ({ verb: Verb.compute, bytes })
const enter: OperationRecord = { verb: Verb.enter, from: 0, to: 1, activation: 0 }
const leave: OperationRecord = { verb: Verb.leave, from: 1, to: 0, activation: 0 }
const yields: OperationRecord = { verb: Verb.yield }

/** An access to `region` at `offset`, of a kind that the mechanism governs. */
type Access = (region: number, offset: number) => OperationRecord

export function describeThreads(protection: Protection): void {
  const exchange = exchanges.find((each) => protection.refuse(demandOf(each, 2, 1)) === undefined)
  if (exchange === undefined) return
  describe("threads", () => {
    describeSwitches(protection, exchange)
    describeSignals(protection, exchange)
    const describeEnd = protection.refuse(ending) === undefined ? describeTermination : describeEndless
    describeEnd(protection)
    const freeing = { ...ending, operations: ["terminate", "free"] }
    const describeHeir = protection.refuse(freeing) === undefined ? describeInheritance : describeNoHeir
    describeHeir(protection)
  })
}

function describeSwitches(protection: Protection, exchange: Exchange): void {
  test("MC11 threads that take turns, each in its domain, have their own rights and not each other's", () => {
    const turn = (own: number, other: number, at: number) => (access: Access) =>
      [0, 1, 2].flatMap((n) => [access(own, 64 * n + at), access(other, 1024 + 64 * n + at), yields, compute(5)])
    const run = ran(protection, exchange, 1, (access) => [
      { domain: 0, on: 0, script: turn(0, 1, 0)(access) },
      { domain: 1, on: 0, script: turn(1, 0, 8)(access) }
    ])
    expect(refusedIn(run, 0)).toEqual([8, 72, 136].map((at) => 1024 + at))
    expect(refusedIn(run, 1)).toEqual([0, 64, 128].map((at) => 1024 + at))
  })

  test.each([0, 1, 40, 333])(
    "MC11 a thread that goes to another core (after %i instructions) has its rights there",
    (after) => {
      const run = ran(protection, exchange, 2, (access) => [
        {
          domain: 0,
          on: 0,
          script: [
            enter,
            access(1, 0),
            compute(1 + after),
            { verb: Verb.migrate, bytes: 1 },
            access(1, 8),
            access(0, 1024),
            leave,
            access(0, 16),
            access(1, 1032),
            compute(1)
          ]
        }
      ])
      expect(refusedIn(run, 0)).toEqual([1024])
      expect(refusedIn(run, 1)).toEqual([1032])
    }
  )
}

function describeSignals(protection: Protection, exchange: Exchange): void {
  // A refused access raises the signal too, where it isn't being handled.
  test.each([
    ["that is raised", { verb: Verb.raise, bytes: 0 }, [1024]],
    ["of a fault", undefined, [1024, 1032]]
  ] as const)(
    "MC12 the handler of a signal %s reaches nothing that its domain doesn't, and behind it everything is as before",
    (_, raise, refused) => {
      const run = ran(protection, exchange, 1, (access) => [
        {
          domain: 1,
          on: 0,
          script: [
            { verb: Verb.handler, bytes: 3 },
            access(0, 1024),
            compute(7),
            { verb: Verb.sigreturn },
            access(1, 0),
            raise ?? access(0, 1032),
            access(1, 8),
            compute(1)
          ]
        }
      ])
      // What is reported late raises none.
      const delivered = raise !== undefined || run.faults.every(({ late }) => !late)
      expect(run.system.routines.signals.delivered).toBe(delivered ? 1 : 0)
      expect(refusedIn(run, 0)).toEqual(delivered ? refused : [1032])
      expect(refusedIn(run, 1)).toEqual([])
    }
  )
}

const ending = { ...demandOf("borrow", 2, 1), operations: ["terminate"] }

function describeEndless(protection: Protection): void {
  test("MC10 the end of a domain is refused with a reason", () => expect(protection.refuse(ending)).toMatch(/\w/))
}

function describeTermination(protection: Protection): void {
  test.each([1, 60, 333, 5000])(
    "MC10 a domain that is terminated (after %i instructions) leaves nobody inside, its objects to the application, and nothing to others",
    (after) => {
      const run = ran(protection, "borrow", 2, (access) => [
        {
          domain: 0,
          on: 0,
          script: [
            compute(LONG / 4 + after),
            { verb: Verb.terminate, to: 1 },
            access(OBJECT, 8),
            access(1, 1024),
            compute(1)
          ]
        },
        {
          domain: 0,
          on: 1,
          script: [
            enter,
            access(OBJECT, 0),
            access(1, 0),
            compute(LONG),
            leave,
            access(0, 16),
            access(1, 1032),
            compute(1)
          ]
        }
      ])
      expect([...(run.system.termination?.unwound ?? [])].reduce((sum, each) => sum + each, 0)).toBe(1)
      expect(run.system.threads.map(({ domain }) => domain)).toEqual([0, 0])
      expect(run.summary.cycles).toBeLessThan(LONG * 4)
      expect(refusedIn(run, OBJECT)).toEqual([])
      expect(refusedIn(run, 0)).toEqual([])
      expect(refusedIn(run, 1)).toEqual([1024, 1032])
    }
  )
}

function describeNoHeir(protection: Protection): void {
  test("MC10 freeing what a domain left is refused with a reason", () => {
    expect(protection.refuse({ ...ending, operations: ["terminate", "free"] })).toMatch(/\w/)
  })
}

function describeInheritance(protection: Protection): void {
  const { quarantines = false } = protection.traits
  const name = quarantines ? "may wait in quarantine" : "is nobody's"
  test(`MC10 what a domain that was terminated left to the application, and the application frees, ${name}`, () => {
    const script = (access: Access) => [
      { verb: Verb.terminate, to: 1 },
      access(OBJECT, 0),
      compute(3000),
      { verb: Verb.free, region: OBJECT, from: 0, bytes: 4096 },
      access(OBJECT, 8),
      compute(1)
    ]
    const run = ran(protection, "borrow", 1, (access) => [{ domain: 0, on: 0, script: script(access) }])
    const swept = [[8], ...(quarantines ? [[]] : [])]
    expect(swept).toContainEqual(refusedIn(run, OBJECT))
    expect(run.refusals).toEqual([])
  })
}

interface Placed {
  readonly domain: number
  /** Hardware thread. */
  readonly on: number
  readonly script: ReadonlyArray<OperationRecord>
}

function ran(
  protection: Protection,
  exchange: Exchange,
  cores: number,
  threads: (access: Access) => ReadonlyArray<Placed>
): ObservedRun {
  const { governs, nativeMachine } = protection.traits
  const verb = (governs & Right.write) === 0 ? Verb.load : Verb.store
  let workers = 1
  const made = (regions: ReadonlyArray<PlacedRegion>): Array<ProgramThread> =>
    threads((region, offset) => ({ verb, page: regions[region]?.page ?? 0, offset, bytes: 8 })).map(
      ({ domain, on, script }) => ({ domain, thread: on, script })
    )
  workers = made([]).length
  const object = { name: "object", kind: RegionKind.exchange, owner: 1 }
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1), ...(exchange === "borrow" ? [object] : [])],
    exchange,
    threads: ({ regions }) => made(regions)
  })
  return observe({
    machine: tinyMachine({ base: nativeMachine, cores }),
    mechanisms: protection.mechanisms,
    workload,
    workers
  })
}

/** Offsets at which accesses to `region` were refused, in order. */
function refusedIn({ faults, system }: ObservedRun, region: number): Array<number> {
  const pages = system.regions.pagesOf(region)
  return faults
    .filter(({ page }) => pages.includes(page))
    .map(({ offset }) => offset)
    .sort((x, y) => x - y)
}
