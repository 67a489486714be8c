/**
 * Contract tests of overlapping operations (MC9): three threads grant one right, revoke it and use it, or move one object
 * on, free and allocate it, each when it likes, and every history has an order in the access matrix. Where rights live in registers the trait says so, and an
 * access may be placed at any moment since its thread's last gate. Law: whether there is an order is asked of the
 * history alone.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Nobody } from "@isolde/core/isolation/ownership"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { OperationName } from "@isolde/core/isolation/traits"
import fc from "fast-check"
import { expect, test } from "vitest"
import { privateOf } from "../program-runner.ts"
import { programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { type Event, finds, leaves, linearisation } from "./linearisation.ts"
import { columnOf, type ObservedRun, observe } from "./observed-run.ts"
import type { Vocabulary } from "./planned-program.ts"
import type { Protection } from "./protection.ts"
import { demandOf } from "./vocabulary.ts"

const THREADS = 3
/** Accesses of one thread have so many places of their own, inside granules, where no store of tags begins. */
const PLACES = 8
const STEP = 16
const WITHIN = 4

/** What each thread does: give, take, leave its domain and come back, or use. */
export const overlapSteps = fc.array(
  fc.array(fc.record({ kind: fc.nat(4), pause: fc.nat(60) }), { minLength: 3, maxLength: PLACES - 1 }),
  { minLength: THREADS, maxLength: THREADS }
)
type OverlapSteps = ReadonlyArray<ReadonlyArray<{ readonly kind: number; readonly pause: number }>>

/** What a thread does with the object: the access names its page. */
interface Played {
  readonly domains: ReadonlyArray<string>
  readonly operations: ReadonlyArray<OperationName>
  readonly domainOf: (worker: number) => number
  readonly script: (
    own: OverlapSteps[number],
    worker: number,
    use: (at: number) => OperationRecord
  ) => Array<OperationRecord>
}

type History = (drawn: OverlapSteps, runAhead: boolean) => Array<Event>

export function describeOverlap(protection: Protection, words: Vocabulary, runs: number): void {
  if (words.canGrant && can(protection, 2, ["grant", "revoke"])) describeRight(protection, runs)
  if (can(protection, THREADS, ["move"])) describeOwner(protection, runs)
}

const can = (protection: Protection, domains: number, operations: ReadonlyArray<OperationName>): boolean =>
  protection.refuse({ ...demandOf("borrow", domains, 1), operations }) === undefined

function describeRight(protection: Protection, runs: number): void {
  test("MC9 every history of overlapping grants, revocations and accesses has an order in the access matrix", () => {
    expectOrder((drawn, runAhead) => overlapHistory(protection, drawn, runAhead), runs)
  })
}

function describeOwner(protection: Protection, runs: number): void {
  const all: ReadonlyArray<OperationName> = ["move", "allocate", "free"]
  const operations = can(protection, THREADS, all) ? all : all.slice(0, 1)
  test(`MC9 every history of overlapping operations on one object (${operations.join(", ")}) has an order of owners`, () => {
    expectOrder((drawn, runAhead) => ownerHistory(protection, drawn, runAhead, operations), runs)
  })
}

function expectOrder(history: History, runs: number): void {
  fc.assert(
    fc.property(overlapSteps, fc.boolean(), (drawn, runAhead) => {
      expect(linearisation(history(drawn, runAhead), 0)).toBeDefined()
    }),
    { numRuns: runs, seed: 7, endOnFailure: false }
  )
}

/** What happens to domain 1's right to an object, which threads inside it give, take and use: 1 while it is given. */
export function overlapHistory(protection: Protection, drawn: OverlapSteps, runAhead: boolean): Array<Event> {
  let activation = 0
  const enter = (): OperationRecord => ({ verb: Verb.enter, from: 0, to: 1, activation })
  const leave = (): OperationRecord => ({ verb: Verb.leave, from: 1, to: 0, activation: activation++ })
  const on = { region: 2, bytes: 4096 }
  const run = played(protection, drawn, runAhead, {
    domains: ["application", "library"],
    operations: ["grant", "revoke"],
    domainOf: () => 0,
    script: (own, _, use) => {
      activation = 0
      const steps = own.flatMap(({ kind, pause }, at): Array<OperationRecord> => {
        if (kind === 0) return [{ verb: Verb.grant, from: 0, to: 1, rights: Right.readWrite, ...on }]
        if (kind === 1) return [{ verb: Verb.revoke, from: 1, to: 0, rights: Right.none, ...on }]
        const compute: OperationRecord = { verb: Verb.compute, bytes: 1 + pause }
        return kind === 2 ? [leave(), compute, enter()] : [compute, use(at)]
      })
      return [enter(), ...steps, leave(), { verb: Verb.compute, bytes: 1 }]
    }
  })
  const [verb = 0, issued = 0, completed = 0] = ["operation", "issued", "completed"].map((name) =>
    columnOf("transfers", name)
  )
  const operations = run.rows.transfers.map((row) =>
    leaves(row[issued] as number, row[completed] as number, row[verb] === Verb.grant ? 1 : 0)
  )
  return [...operations, ...accessesOf(protection, run, 2, () => 1)]
}

/** What happens to an object that threads in a domain each move on, free, allocate and use: the state is its owner. */
export function ownerHistory(
  protection: Protection,
  drawn: OverlapSteps,
  runAhead: boolean,
  operations: ReadonlyArray<OperationName>
): Array<Event> {
  const asked: Array<Array<OperationRecord>> = []
  const run = played(protection, drawn, runAhead, {
    domains: ["application", "library", "plugin"],
    operations,
    domainOf: (worker) => worker,
    script: (own, worker, use) => {
      let activation = 0
      const changes: Array<OperationRecord> = []
      asked[worker] = changes
      const script = own.flatMap(({ kind, pause }, at): Array<OperationRecord> => {
        const other = (worker + 1 + (pause % (THREADS - 1))) % THREADS
        const compute: OperationRecord = { verb: Verb.compute, bytes: 1 + pause }
        if (kind === 0 || kind === 1) {
          const from = (pause >> 2) % THREADS
          const to = (from + 1 + (pause % (THREADS - 1))) % THREADS
          const isFreed = operations.includes("free") && pause % 3 === 0
          const verb = !isFreed ? Verb.move : kind === 0 ? Verb.free : Verb.allocate
          const change: OperationRecord = { verb, region: THREADS, from, to, bytes: 4096 }
          changes.push(change)
          return [compute, change]
        }
        if (kind > 2) return [compute, use(at)]
        return [
          { verb: Verb.enter, from: worker, to: other, activation },
          { verb: Verb.leave, from: other, to: worker, activation: activation++ }
        ]
      })
      return [...script, { verb: Verb.compute, bytes: 1 }]
    }
  })
  return [...changesOf(run, asked), ...accessesOf(protection, run, THREADS, (worker) => worker)]
}

function played(
  { mechanisms, traits }: Protection,
  drawn: OverlapSteps,
  runAhead: boolean,
  { domainOf, domains, operations, script }: Played
): ObservedRun {
  const verb = (traits.governs & Right.read) === 0 ? Verb.store : Verb.load
  const workload = programWorkload({
    domains,
    regions: [
      ...domains.map((_, domain) => privateOf(domain)),
      { name: "object", kind: RegionKind.exchange, owner: 0 }
    ],
    exchange: "borrow",
    operations,
    threads: ({ regions }) =>
      drawn.map((own, worker) => ({
        domain: domainOf(worker),
        script: script(own, worker, (at) => ({
          verb,
          page: regions[domains.length]?.page ?? 0,
          offset: STEP * (worker * PLACES + at) + WITHIN,
          bytes: 8
        }))
      }))
  })
  const machine = tinyMachine({ base: traits.nativeMachine, cores: THREADS, inOrder: true })
  return observe({ machine, mechanisms, workload, workers: THREADS, runAhead })
}

/** Changes of owner, done and refused; a refusal may be as old as what its thread did before. */
function changesOf(
  { refusals, rows, system }: ObservedRun,
  asked: ReadonlyArray<ReadonlyArray<OperationRecord>>
): Array<Event> {
  const [thread = 0, issued = 0, completed = 0] = ["thread", "issued", "completed"].map((name) =>
    columnOf("transfers", name)
  )
  return asked.flatMap((changes, worker) => {
    const number = system.used[worker]
    const done = rows.transfers
      .filter((row) => row[thread] === number)
      .map((row) => ({ begin: row[issued] as number, end: row[completed] as number, refused: false }))
    const refused = refusals
      .filter((each) => each.thread === number)
      .map(({ tick }) => ({ begin: -1, end: tick, refused: true }))
    const ended = [...done, ...refused].sort((x, y) => x.end - y.end)
    expect(ended).toHaveLength(changes.length)
    return changes.map(({ from = 0, to = 0, verb }, at): Event => {
      const { begin, end, refused: isRefused } = ended[at] as (typeof ended)[number]
      const needs = verb === Verb.allocate ? Nobody : from
      const since = begin < 0 ? (ended[at - 1]?.end ?? 0) : begin
      if (isRefused) return finds(since, end, (owner) => owner !== needs)
      return { begin: since, end, follows: (owner) => (owner !== needs ? undefined : verb === Verb.free ? Nobody : to) }
    })
  })
}

/**
 * Accesses to the object, which is allowed in state `of(worker)`. One begins when what its thread did before is over: it
 * may load what it goes by as it is dispatched, and be translated long after. Where rights live in registers, what they
 * find may be as old as their thread's last gate.
 */
function accessesOf(
  { findsAtGates, traits }: Protection,
  run: ObservedRun,
  object: number,
  of: (worker: number) => number
): Array<Event> {
  const { faults, rows, summary, system } = run
  const [page = 0, offset = 0] = ["page", "offset"].map((name) => columnOf("accesses", name))
  const [thread = 0, begin = 0] = ["thread", "begin"].map((name) => columnOf("crossings", name))
  const [first] = system.regions.pagesOf(object)
  const refused = new Set(faults.map((fault) => fault.offset))
  const asked = new Map<number, [number, number]>() // offset -> first and last tick
  for (const row of rows.accesses) {
    if (row[page] !== first) continue
    const [since] = asked.get(row[offset] as number) ?? [row[0] as number]
    asked.set(row[offset] as number, [since, row[0] as number])
  }
  const ended = system.used.map((number) => endsOf(run, number))
  return [...asked]
    .filter(([at]) => at % STEP === WITHIN && at < STEP * THREADS * PLACES)
    .map(([at, [since, last]]) => {
      const worker = Math.floor(at / STEP / PLACES)
      const gates = rows.crossings.filter(
        (row) => row[thread] === system.used[worker] && (row[begin] as number) <= since
      )
      const given = !refused.has(at)
      const isOld = traits.revocation !== "everywhere" || (findsAtGates && !given)
      const before = isOld
        ? gates.map((row) => row[begin] as number)
        : (ended[worker] ?? []).filter((end) => end < since)
      const written = Math.max(0, ...before)
      return finds(written - summary.lookahead, last + summary.lookahead, (state) => (state === of(worker)) === given)
    })
}

/** When each gate, operation and access of hardware thread `number` was over. */
const endsOf = ({ rows }: ObservedRun, number: number | undefined): Array<number> =>
  (
    [
      ["crossings", "end"],
      ["transfers", "completed"],
      ["accesses", "tick"]
    ] as const
  ).flatMap(([table, end]) => {
    const [thread, tick] = [columnOf(table, "thread"), columnOf(table, end)]
    return rows[table].filter((row) => row[thread] === number).map((row) => row[tick] as number)
  })
