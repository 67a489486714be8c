/**
 * Contract tests of overlapping operations (MC9): three threads grant one right, revoke it and use it, each when it
 * likes, and every history has an order in the access matrix. Where rights live in registers the trait says so, and an
 * access may be placed at any moment since its thread's last gate. Law: whether there is an order is asked of the
 * history alone.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { MechanismInstance } from "@isolde/core/mechanism"
import fc from "fast-check"
import { expect, test } from "vitest"
import { privateOf } from "../program-runner.ts"
import { programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { type Event, linearisation } from "./linearisation.ts"
import { columnOf, type ObservedRun, observe } from "./observed-run.ts"
import type { Vocabulary } from "./planned-program.ts"
import { demandOf } from "./vocabulary.ts"

const THREADS = 3
const OBJECT = 2
/** Accesses of one thread have so many places of their own. */
const PLACES = 8

/** What each thread does: give, take, leave its domain and come back, or use. */
export const overlapSteps = fc.array(
  fc.array(fc.record({ kind: fc.nat(4), pause: fc.nat(60) }), { minLength: 3, maxLength: PLACES - 1 }),
  { minLength: THREADS, maxLength: THREADS }
)
type OverlapSteps = ReadonlyArray<ReadonlyArray<{ readonly kind: number; readonly pause: number }>>

export function describeOverlap(instance: MechanismInstance, words: Vocabulary, runs: number): void {
  const asked = { ...demandOf("borrow", 2, 1), operations: ["grant", "revoke"] }
  if (!words.canGrant || instance.refuse(asked) !== undefined) return
  test("MC9 every history of overlapping grants, revocations and accesses has an order in the access matrix", () => {
    fc.assert(
      fc.property(overlapSteps, fc.boolean(), (drawn, runAhead) => {
        expect(linearisation(overlapHistory(instance, drawn, runAhead), false)).toBeDefined()
      }),
      { numRuns: runs, seed: 7, endOnFailure: false }
    )
  })
}

/** What happened to the right of domain 1 to one object, whose threads do what `drawn` says. */
export function overlapHistory(instance: MechanismInstance, drawn: OverlapSteps, runAhead: boolean): Array<Event> {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1), { name: "object", kind: RegionKind.exchange, owner: 0 }],
    exchange: "borrow",
    operations: ["grant", "revoke"],
    threads: ({ regions }) =>
      drawn.map((own, worker) => ({ script: scriptOf(own, worker, regions[OBJECT]?.page ?? 0) }))
  })
  const machine = tinyMachine({ base: instance.traits.nativeMachine, cores: THREADS, inOrder: true })
  const run = observe({ machine, mechanisms: [instance], workload, workers: THREADS, runAhead })
  return [...operationsOf(run), ...accessesOf(run, instance.traits.revocation !== "everywhere")]
}

function scriptOf(own: OverlapSteps[number], worker: number, page: number): Array<OperationRecord> {
  let activation = 0
  const enter = (): OperationRecord => ({ verb: Verb.enter, from: 0, to: 1, activation })
  const leave = (): OperationRecord => ({ verb: Verb.leave, from: 1, to: 0, activation: activation++ })
  const steps = own.flatMap(({ kind, pause }, at): Array<OperationRecord> => {
    if (kind === 0) return [{ verb: Verb.grant, region: OBJECT, from: 0, to: 1, rights: Right.readWrite, bytes: 4096 }]
    if (kind === 1) return [{ verb: Verb.revoke, region: OBJECT, from: 1, to: 0, rights: Right.none, bytes: 4096 }]
    const compute: OperationRecord = { verb: Verb.compute, bytes: 1 + pause }
    if (kind === 2) return [leave(), compute, enter()]
    return [compute, { verb: Verb.load, page, offset: 8 * (worker * PLACES + at), bytes: 8 }]
  })
  return [enter(), ...steps, leave(), { verb: Verb.compute, bytes: 1 }]
}

function operationsOf({ rows }: ObservedRun): Array<Event> {
  const [verb = 0, issued = 0, completed = 0] = ["operation", "issued", "completed"].map((name) =>
    columnOf("transfers", name)
  )
  return rows.transfers.map((row) => ({
    kind: "operation",
    begin: row[issued] as number,
    end: row[completed] as number,
    given: row[verb] === Verb.grant
  }))
}

/** Accesses to the object; `sinceGate`: what they find may be as old as their thread's last gate. */
function accessesOf({ faults, rows, summary, system }: ObservedRun, sinceGate: boolean): Array<Event> {
  const [page = 0, offset = 0] = ["page", "offset"].map((name) => columnOf("accesses", name))
  const [thread = 0, begin = 0] = ["thread", "begin"].map((name) => columnOf("crossings", name))
  const [object] = system.regions.pagesOf(OBJECT)
  const refused = new Set(faults.map((fault) => fault.offset))
  const asked = new Map<number, [number, number]>() // offset -> first and last tick
  for (const row of rows.accesses) {
    if (row[page] !== object) continue
    const [first] = asked.get(row[offset] as number) ?? [row[0] as number]
    asked.set(row[offset] as number, [first, row[0] as number])
  }
  return [...asked].map(([at, [first, last]]) => {
    const worker = Math.floor(at / 8 / PLACES)
    const gates = rows.crossings.filter((row) => row[thread] === system.used[worker] && (row[begin] as number) <= first)
    const since = sinceGate ? Math.max(0, ...gates.map((row) => row[begin] as number)) : first
    return { kind: "access", begin: since - summary.lookahead, end: last + summary.lookahead, given: !refused.has(at) }
  })
}
