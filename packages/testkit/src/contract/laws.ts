/**
 * The laws of the contract as functions of one observed run: each gives the ways in which the run breaks it, in
 * words. Law: traits say where a law stops; a law never looks at a mechanism's name.
 */
import { Verb, verbNames } from "@isolde/core/isolation/operation-script"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { Traits } from "@isolde/core/isolation/traits"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { columnOf, type ObservedRun } from "./observed-run.ts"
import type { PlannedAccess, RandomProgram } from "./planned-program.ts"
import { type RightsHistory, rightsHistory } from "./rights-history.ts"

/** A random program, run. */
export interface Case {
  readonly made: RandomProgram
  readonly run: ObservedRun
  readonly traits: Traits
  /** Protection.findsAtGates. */
  readonly findsAtGates: boolean
}

/** What safety (MC1) and precision (MC2) say of a case. */
export interface Judgement {
  readonly unsafe: Array<string>
  readonly imprecise: Array<string>
}

/** MC1, MC2: what was refused and what was not, at every access, at every completion, and at the end. */
export function judgeRights(each: Case): Judgement {
  const judgement: Judgement = { unsafe: [], imprecise: [] }
  const history = rightsHistory(each.made, each.run)
  judgeAccesses(each, history, judgement)
  judgeCompletions(each, judgement)
  judgeEnd(each, history, judgement)
  return judgement
}

function judgeAccesses(each: Case, history: RightsHistory, judgement: Judgement): void {
  const { made, run } = each
  const faulted = new Set(run.faults.map(({ offset, page }) => `${page}+${offset}`))
  const ticks = accessTicks(run)
  const gates = gateBegins(run)
  const planned = new Set(made.accesses.map(({ offset, page }) => `${page}+${offset}`))
  for (const key of faulted) if (!planned.has(key)) judgement.imprecise.push(`a copy faulted at ${key}`)
  for (const access of made.accesses) {
    const key = `${access.page}+${access.offset}`
    const asked = ticks.get(key)
    const allowed = expected(each, access, history, gates, asked ?? { first: 0, last: 0 })
    const what = `${access.store ? "store" : "load"} by worker ${access.worker} in domain ${access.domain} to region ${access.region} at tick ${asked?.first}`
    if (asked === undefined) judgement.imprecise.push(`${what} never executed`)
    else if (allowed === true && faulted.has(key)) judgement.imprecise.push(`${what} faulted`)
    else if (allowed === false && !faulted.has(key)) judgement.unsafe.push(`${what} was allowed`)
  }
}

/** Whether an access should have been allowed; undefined where the traits, or a change under way, leave it open. */
function expected(
  { findsAtGates, run, traits }: Case,
  access: PlannedAccess,
  history: RightsHistory,
  gates: ReadonlyArray<ReadonlyArray<number>>,
  asked: Asked
): boolean | undefined {
  const slack = run.summary.lookahead
  let allowed = access.expectation === "racing" ? undefined : access.expectation === "allowed"
  if (access.expectation === "racing") {
    // Rights that live in registers are as its last gate found them.
    const gate = gateBefore(gates[access.worker], access.gates)
    const since = (written: number): boolean | undefined => {
      const rights = history.between(access.region, access.domain, written - slack, asked.last + slack)
      return rights === undefined ? undefined : (rights & (access.store ? Right.write : Right.read)) !== 0
    }
    allowed = since(traits.revocation === "everywhere" ? asked.first : gate)
    if (allowed === true && findsAtGates && since(gate) !== true) allowed = undefined
  }
  const isFree = traits.quarantines && history.isFree(access.region, asked.first - slack, asked.last + slack)
  return allowed === false && isFree ? undefined : allowed
}

function judgeCompletions({ findsAtGates, made, run, traits }: Case, judgement: Judgement): void {
  const { used } = run.system
  const next = new Map(
    used.map((thread, worker) => [thread, made.changes.filter((change) => change.worker === worker)])
  )
  for (const completion of run.completions) {
    const change = next.get(completion.issuer)?.shift()
    if (change === undefined || completion.superseded) continue
    for (const state of completion.states) {
      const issuer = state.thread === completion.issuer
      const concerned = traits.revocation === "everywhere" && (run.system.regions.worker[change.region] as number) < 0
      if (!(issuer || concerned) || state.between) continue
      const rights = change.rights[state.domain] as Rights
      const what = `after the ${verbNames[change.verb]} of region ${change.region} by thread ${completion.issuer} at tick ${completion.completed}, thread ${state.thread} in domain ${state.domain} may ${state.allows}, not ${rights}`
      const waits = traits.quarantines && change.verb === Verb.free
      if (!waits && (state.allows & traits.governs & ~rights) !== 0) judgement.unsafe.push(what)
      if ((issuer || !findsAtGates) && (rights & ~state.allows) !== 0) judgement.imprecise.push(what)
    }
  }
}

function judgeEnd({ findsAtGates, made, run, traits }: Case, history: RightsHistory, judgement: Judgement): void {
  const { system } = run
  const gates = gateBegins(run)
  for (const [worker, thread] of system.used.entries()) {
    const t = system.threads[thread] as HardwareThread
    for (let region = 0; region < made.initial.length; region++) {
      const whose = system.regions.worker[region] as number
      if (whose >= 0 && whose !== worker) continue
      const own = made.changes.every((change) => change.region !== region || change.worker === worker)
      const written = gateBefore(gates[worker], gates[worker]?.length ?? 0) - run.summary.lookahead
      const atGate = history.between(region, t.domain, written, run.summary.cycles)
      const last = history.last(region, t.domain)
      const rights = own || traits.revocation !== "initiator" ? last : atGate
      const due = own || !findsAtGates || atGate === last ? rights : undefined
      const allows = system.unit.allows(t, region)
      const what = `at the end worker ${worker} in domain ${t.domain} may ${allows} region ${region}, not ${rights}`
      const waits = traits.quarantines && history.isFree(region, run.summary.cycles, run.summary.cycles)
      if (!waits && rights !== undefined && (allows & traits.governs & ~rights) !== 0) judgement.unsafe.push(what)
      if (due !== undefined && (due & ~allows) !== 0) judgement.imprecise.push(what)
    }
  }
}

/** First and last tick at which an access asked for its line. */
interface Asked {
  readonly first: number
  last: number
}

function accessTicks({ faults, rows }: ObservedRun): Map<string, Asked> {
  const [page, offset] = ["page", "offset"].map((name) => columnOf("accesses", name))
  const asked = new Map<string, Asked>()
  for (const row of rows.accesses) {
    const key = `${row[page ?? 0]}+${row[offset ?? 0]}`
    const tick = row[0] as number
    const known = asked.get(key)
    if (known === undefined) asked.set(key, { first: tick, last: tick })
    else known.last = tick
  }
  // One that traps, and is a violation, is not made again.
  for (const { offset, page, tick } of faults) {
    const key = `${page}+${offset}`
    if (!asked.has(key)) asked.set(key, { first: tick, last: tick })
  }
  return asked
}

/** Begin of each gate of each worker, in order. */
function gateBegins({ rows, system }: ObservedRun): Array<Array<number>> {
  const [thread, begin] = ["thread", "begin"].map((name) => columnOf("crossings", name))
  return system.used.map((number) =>
    rows.crossings.filter((row) => row[thread ?? 0] === number).map((row) => row[begin ?? 0] as number)
  )
}

const gateBefore = (begins: ReadonlyArray<number> | undefined, gates: number): number => begins?.[gates - 1] ?? 0

/** MC3: every operation resumed its thread once, in program order; MC4: nothing is left to happen. */
export function judgeEnding({ made, run }: Case): Array<string> {
  const { completions, rows, system } = run
  const broken: Array<string> = []
  const count = (what: string, found: number, wanted: number) => {
    if (found !== wanted) broken.push(`${found} ${what} where ${wanted} were begun`)
  }
  count("gates ended", rows.crossings.length, made.gates)
  count("rights operations completed", completions.length, made.changes.length)
  count("transfers reported", rows.transfers.length, made.changes.length)
  for (const t of system.threads) {
    count(`programs of thread ${t.number} left`, t.depth, -1)
    count(`interrupts of thread ${t.number} pending`, t.pendingInterrupts, 0)
    count(`marks of thread ${t.number} waiting`, t.markCount, 0)
    if (!t.window.settled || t.stores.emptyAt() < 0) broken.push(`thread ${t.number} has work in flight`)
  }
  for (const tile of system.tiles) broken.push(...tile.describe(), ...tile.caches.misses.pending().map(String))
  return [...broken, ...system.kernel.describePending(8), ...system.homes.reports.describeStalled()]
}

/** MC5: where two runs differ, or undefined. `events` counts the simulator's own steps, which may differ. */
export function difference(one: ObservedRun, other: ObservedRun): string | undefined {
  const [x, y] = [one, other].map(({ summary }) => JSON.stringify({ ...summary, events: 0 }))
  if (x !== y) return `summaries: ${x} and ${y}`
  for (const table of Object.keys(one.rows) as Array<keyof typeof one.rows>) {
    const [rows, others] = [one.rows[table], other.rows[table]]
    if (rows.length !== others.length) return `${table}: ${rows.length} and ${others.length} rows`
    const at = rows.findIndex((row, n) => row.some((value, column) => value !== others[n]?.[column]))
    if (at >= 0) return `${table}, row ${at}: ${rows[at]} and ${others[at]}`
  }
  return undefined
}
