/**
 * The monitor reads what threads report and compares it with intent (law L4): rights rows, transfers with
 * their four ticks, verdicts on faults, and exposure. It changes nothing in the run.
 *
 * Exposure of a thread is the bytes it could reach beyond intent, times cycles, over its own worker's regions
 * and the shared runtime, from the state that its hardware would enforce. Intended rights to the writable
 * memory of a shared runtime are the application's alone.
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { AccessMatrix, Right, type Rights } from "./rights.ts"
import { type Exchange, Place, type ProtectionUnit } from "./unit.ts"

/** What the monitor says of an access. */
export const Verdict = {
  permitted: 0,
  prevented: 1,
  racing: 2,
  leaked: 3,
  detected: 4,
  ungoverned: 5,
  healed: 6,
  spurious: 7
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]
export const verdictNames: ReadonlyArray<string> = Object.keys(Verdict)

const TRANSFERS_PENDING = 64

export interface MonitorTables {
  readonly transfers: TraceTable
  readonly rights: TraceTable
  readonly violations: TraceTable
}

export class Monitor {
  readonly intended: AccessMatrix
  readonly verdicts = new Float64Array(verdictNames.length) // [verdict] faults judged
  readonly #regions: Regions
  readonly #unit: ProtectionUnit
  readonly #tables: MonitorTables
  readonly #workers: number
  readonly #own: ReadonlyArray<Int32Array> // [thread] regions it is judged by
  readonly #excess: Float64Array // [thread] bytes reachable beyond intent
  readonly #since: Float64Array // [thread] tick
  readonly #exposure: Float64Array // [thread] byte-ticks
  readonly #revoked: Float64Array // [region] tick of its last revocation, or -1
  // Transfers that have completed but whose stores have not all performed: four numbers each.
  readonly #pending: ReadonlyArray<Float64Array> // [thread][pending] store, operation, domain, region, issued, completed
  readonly #pendingCount: Int32Array // [thread]

  constructor(
    regions: Regions,
    domains: number,
    threads: number,
    exchange: Exchange,
    unit: ProtectionUnit,
    tables: MonitorTables,
    workerOf: Int32Array
  ) {
    this.#regions = regions
    this.#unit = unit
    this.#tables = tables
    this.#workers = threads
    this.intended = new AccessMatrix(domains, regions.count)
    this.#excess = new Float64Array(threads)
    this.#since = new Float64Array(threads)
    this.#exposure = new Float64Array(threads)
    this.#revoked = new Float64Array(regions.count).fill(-1)
    this.#pendingCount = new Int32Array(threads)
    this.#pending = Array.from({ length: threads }, () => new Float64Array(TRANSFERS_PENDING * 6))
    for (let region = 0; region < regions.count; region++) {
      const shared = regions.kind[region] === RegionKind.exchange && exchange === "share"
      for (let domain = 0; domain < domains; domain++) {
        if (shared || regions.owner[region] === domain) this.intended.set(domain, region, Right.readWrite)
      }
    }
    this.#own = Array.from({ length: threads }, (_, thread) =>
      Int32Array.from(
        Array.from({ length: regions.count }, (_unused, region) => region).filter(
          (region) =>
            workerOf[thread] >= 0 && (regions.worker[region] === -1 || regions.worker[region] === workerOf[thread])
        )
      )
    )
  }

  /** The thread's own state changed at `tick`: its domain, its registers, what it may reach. */
  changed(t: HardwareThread, tick: number): void {
    const thread = t.number
    this.#integrate(thread, tick)
    let excess = this.#unit.ungovernedBytes?.(t) ?? 0
    const own = this.#own[thread]
    for (let i = 0; i < own.length; i++) {
      const region = own[i]
      const beyond = this.#unit.allows(t, region, tick) & ~this.intended.rights(t.domain, region)
      if (beyond !== 0) excess += this.#regions.bytes[region]
    }
    this.#excess[thread] = excess
  }

  /** Intent changed by `thread` at `tick`. */
  intend(t: HardwareThread, domain: number, region: number, rights: Rights, tick: number): void {
    const before = this.intended.rights(domain, region)
    this.intended.set(domain, region, rights)
    if ((before & ~rights) !== 0) this.#revoked[region] = tick
    this.#tables.rights.emit(tick, t.number, Place.matrix, t.number, domain, region, before, rights)
  }

  /** A thread's enforced rights changed at `tick`. */
  enforced(
    thread: number,
    place: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    tick: number
  ): void {
    this.#tables.rights.emit(tick, thread, place, thread, domain, region, before, after)
  }

  /**
   * An access faulted: spurious if policy intends it, else prevented, or detected if it took effect and is
   * reported later (`late`).
   */
  fault(t: HardwareThread, page: number, offset: number, store: boolean, tick: number, late = false): void {
    const region = this.#regions.at(page, offset)
    const wanted = store ? Right.write : Right.read
    const intended = region < 0 || (this.intended.rights(t.domain, region) & wanted) !== 0
    const verdict = intended ? Verdict.spurious : late ? Verdict.detected : Verdict.prevented
    this.verdicts[verdict]++
    if (verdict === Verdict.prevented) return
    const revoked = region < 0 ? -1 : this.#revoked[region]
    this.#tables.violations.emit(
      tick,
      t.number,
      verdict,
      t.number,
      t.domain,
      region,
      store ? 1 : 0,
      revoked < 0 ? -1 : tick - revoked
    )
  }

  /** A rights operation has completed; its row leaves when its last store has performed. */
  completed(
    t: HardwareThread,
    operation: number,
    domain: number,
    region: number,
    issued: number,
    completed: number
  ): void {
    if (!this.#tables.transfers.on) return
    const pending = this.#pending[t.number]
    if (this.#pendingCount[t.number] === TRANSFERS_PENDING) this.release(t, completed, true)
    const at = this.#pendingCount[t.number]++ * 6
    pending[at] = t.stores.next
    pending[at + 1] = operation
    pending[at + 2] = domain
    pending[at + 3] = region
    pending[at + 4] = issued
    pending[at + 5] = completed
  }

  /** Emit the transfers of `t` whose stores have drained; all of them with the last known drain if `force`. */
  release(t: HardwareThread, tick: number, force = false): void {
    const count = this.#pendingCount[t.number]
    if (count === 0) return
    const pending = this.#pending[t.number]
    let done = 0
    while (done < count && (force || pending[done * 6] <= t.stores.firstUnresolved)) {
      const at = done++ * 6
      const issued = pending[at + 4]
      const completed = pending[at + 5]
      const region = pending[at + 3]
      const row = (pending[at] - 1) & t.stores.mask
      const drained = pending[at] > 0 && t.stores.next - pending[at] <= t.stores.mask ? t.stores.drain[row] : 0
      const quiet = drained > completed ? drained : completed
      // A revocation changes intent at issue, a grant at completion.
      const bytes = region < 0 ? 0 : this.#regions.bytes[region]
      this.#tables.transfers.emit(
        tick,
        t.number,
        pending[at + 1],
        t.number,
        pending[at + 2],
        region,
        bytes,
        issued,
        issued,
        completed,
        quiet
      )
    }
    pending.copyWithin(0, done * 6, count * 6)
    this.#pendingCount[t.number] = count - done
  }

  /** Byte-ticks of all threads up to `tick`. */
  exposure(tick: number): number {
    let sum = 0
    for (let thread = 0; thread < this.#workers; thread++) {
      this.#integrate(thread, tick)
      sum += this.#exposure[thread]
    }
    return sum
  }

  #integrate(thread: number, tick: number): void {
    this.#exposure[thread] += this.#excess[thread] * (tick - this.#since[thread])
    this.#since[thread] = tick
  }
}
