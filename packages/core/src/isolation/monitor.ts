/**
 * The monitor reads what threads report and compares it with intent (law L4): rights rows, transfers with their
 * four ticks, verdicts on faults, and exposure. It changes nothing in the run. Reports of all threads are
 * classified in one order, once none before them can come any more.
 *
 *   MO1  intended rights to the writable memory of a shared runtime are the application's alone
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { Exposure } from "./exposure.ts"
import { PendingTransfers } from "./pending-transfers.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { Report, ReportLog } from "./report-log.ts"
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

export interface MonitorTables {
  readonly transfers: TraceTable
  readonly rights: TraceTable
  readonly violations: TraceTable
}

/** In place of whether a fault is reported late: the kernel repaired it. */
const REPAIRED = 2

export class Monitor {
  readonly verdicts = new Float64Array(verdictNames.length) // [verdict] faults judged
  readonly #intended: AccessMatrix
  readonly #regions: Regions
  readonly #unit: ProtectionUnit
  readonly #tables: MonitorTables
  readonly #ownerOf: Int32Array // [thread] owner of its tile
  readonly #exposure: Exposure
  readonly #transfers: PendingTransfers
  readonly #log = new ReportLog()
  readonly #revoked: Float64Array // [region] tick of its last revocation, or -1

  constructor(
    regions: Regions,
    domains: number,
    threads: number,
    exchange: Exchange,
    unit: ProtectionUnit,
    tables: MonitorTables,
    workerOf: Int32Array,
    ownerOf: Int32Array
  ) {
    this.#regions = regions
    this.#unit = unit
    this.#tables = tables
    this.#ownerOf = ownerOf
    this.#intended = new AccessMatrix(domains, regions.count)
    for (let region = 0; region < regions.count; region++) {
      const shared = regions.kind[region] === RegionKind.exchange && exchange === "share"
      for (let domain = 0; domain < domains; domain++) {
        if (shared || regions.owner[region] === domain) this.#intended.set(domain, region, Right.readWrite)
      }
    }
    this.#exposure = new Exposure(regions, this.#intended, workerOf)
    this.#transfers = new PendingTransfers(threads, regions, tables.transfers)
    this.#revoked = new Float64Array(regions.count).fill(-1)
  }

  /** The thread's own state changed at `tick`: its domain, its registers, what it may reach. */
  changed(t: HardwareThread, tick: number): void {
    const log = this.#log
    const own = this.#exposure.own[t.number]
    const at = log.reserve(own.length + 1)
    log.snapshots[at] = this.#unit.ungovernedBytes?.(t) ?? 0
    for (let i = 0; i < own.length; i++) log.snapshots[at + 1 + i] = this.#unit.allows(t, own[i], tick)
    log.add(tick, t.number, Report.state, t.domain, at, own.length + 1)
  }

  /** `thread` changed intent at `tick`. */
  intend(t: HardwareThread, domain: number, region: number, rights: Rights, tick: number): void {
    this.#log.add(tick, t.number, Report.intent, domain, region, rights)
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
    this.#log.add(tick, thread, Report.enforced, domain, region, before | (after << 4), place)
  }

  /**
   * An access faulted: spurious if policy intends it, else prevented, or detected if it took effect and is
   * reported later (`late`).
   */
  fault(t: HardwareThread, page: number, offset: number, store: boolean, tick: number, late = false): void {
    const region = this.#regions.at(page, offset)
    this.#log.add(tick, t.number, Report.fault, t.domain, region, store ? 1 : 0, late ? 1 : 0)
  }

  /** An access faulted and the kernel repaired it. */
  repaired(t: HardwareThread, page: number, offset: number, store: boolean, tick: number): void {
    const region = this.#regions.at(page, offset)
    this.#log.add(tick, t.number, Report.fault, t.domain, region, store ? 1 : 0, REPAIRED)
  }

  /** A rights operation has completed. */
  completed(t: HardwareThread, operation: number, domain: number, region: number, issued: number, tick: number): void {
    this.#transfers.add(t, operation, domain, region, issued, tick)
  }

  /** The stores of `t` may have drained: emit the transfers that waited for them. */
  release(t: HardwareThread, tick: number): void {
    this.#transfers.release(t, tick)
  }

  /** No report with a tick below `safe` can come any more. */
  classify(safe: number): void {
    this.#log.drain(safe, this.#classifyOne)
  }

  /** Byte-ticks of all threads up to `tick`; the run is over. */
  exposure(tick: number): number {
    this.classify(Number.POSITIVE_INFINITY)
    return this.#exposure.total(tick)
  }

  readonly #classifyOne = (): void => {
    const { a, b, c, d, kind, snapshots, thread, tick } = this.#log
    if (kind === Report.state) this.#exposure.state(thread, a, snapshots, b, tick)
    else if (kind === Report.intent) this.#intend(thread, a, b, c, tick)
    else if (kind === Report.fault) this.#judge(thread, a, b, c, d, tick)
    else this.#tables.rights.emit(tick, this.#ownerOf[thread], d, thread, a, b, c & 15, c >>> 4)
  }

  #intend(thread: number, domain: number, region: number, rights: Rights, tick: number): void {
    const before = this.#intended.rights(domain, region)
    this.#intended.set(domain, region, rights)
    if ((before & ~rights) !== 0) this.#revoked[region] = tick
    this.#exposure.intent(domain, tick)
    this.#tables.rights.emit(tick, this.#ownerOf[thread], Place.matrix, thread, domain, region, before, rights)
  }

  #judge(thread: number, domain: number, region: number, store: number, late: number, tick: number): void {
    const wanted = store === 1 ? Right.write : Right.read
    const intended = region < 0 || (this.#intended.rights(domain, region) & wanted) !== 0
    const verdict =
      late === REPAIRED
        ? Verdict.healed
        : intended
          ? Verdict.spurious
          : late === 1
            ? Verdict.detected
            : Verdict.prevented
    this.verdicts[verdict]++
    if (verdict === Verdict.prevented) return
    const revoked = region < 0 ? -1 : this.#revoked[region]
    const age = revoked < 0 ? -1 : tick - revoked
    this.#tables.violations.emit(tick, this.#ownerOf[thread], verdict, thread, domain, region, store, age)
  }
}
