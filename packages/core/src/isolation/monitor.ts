/**
 * The monitor reads what threads report and compares it with intent (law L4): rights rows, transfers with their
 * four ticks, verdicts, and exposure. It changes nothing in the run. Reports of all threads are classified in one
 * order, once none before them can come any more.
 *
 *   MO1  intended rights to the writable memory of a shared runtime are the application's alone
 *   MO2  intended rights are a domain's, whichever thread runs it
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Watch } from "../processor/store-watch.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { AccessLog, subjectOf, Trusted } from "./access-log.ts"
import { EnforcedRights } from "./enforced-rights.ts"
import { Exposure } from "./exposure.ts"
import { FaultKind, type Governed, Judge } from "./judge.ts"
import { OpenTransfers } from "./open-transfers.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { Report, ReportLog } from "./report-log.ts"
import { Revocations } from "./revocations.ts"
import { AccessMatrix, Right, type Rights } from "./rights.ts"
import { type Exchange, Place, type ProtectionUnit } from "./unit.ts"
import { WindowLengths } from "./windows.ts"

export interface MonitorTables {
  readonly transfers: TraceTable
  readonly rights: TraceTable
  readonly violations: TraceTable
}

/** What the monitor is built from. */
export interface MonitorParts {
  readonly regions: Regions
  readonly domains: number
  readonly exchange: Exchange
  readonly unit: ProtectionUnit
  readonly governed: Governed
  readonly tables: MonitorTables
  /** [hardware thread] worker, or -1 for one that runs nothing of the workload. */
  readonly workerOf: Int32Array
  /** [hardware thread] owner of its tile. */
  readonly ownerOf: Int32Array
  readonly threadsPerTile: number
  /** Rows of a store buffer. */
  readonly stores: number
  /** Software threads. */
  readonly software: number
}

export class Monitor {
  readonly judge: Judge
  readonly windows = new WindowLengths()
  /** What threads report. */
  readonly log = new ReportLog()
  /** What hears of the accesses of judged programs. */
  readonly accesses: AccessLog
  readonly #intended: AccessMatrix
  readonly #regions: Regions
  readonly #unit: ProtectionUnit
  readonly #tables: MonitorTables
  readonly #ownerOf: Int32Array // [thread]
  readonly #enforced: EnforcedRights
  readonly #exposure: Exposure
  readonly #transfers: OpenTransfers
  readonly #explicit: boolean
  readonly #firstStore: Float64Array // [software thread] number of the next store as its operation began
  #tick = 0

  constructor(parts: MonitorParts) {
    const { domains, exchange, regions, unit } = parts
    this.#regions = regions
    this.#unit = unit
    this.#tables = parts.tables
    this.#ownerOf = parts.ownerOf
    this.#intended = new AccessMatrix(domains, regions.count)
    this.#enforced = new EnforcedRights(regions, domains, parts.workerOf, parts.threadsPerTile)
    this.#explicit = unit.copies !== undefined
    for (let region = 0; region < regions.count; region++) {
      const shared = regions.kind[region] === RegionKind.exchange && exchange === "share"
      const owner = regions.owner[region]
      if (!shared && owner >= 0 && owner < domains) this.#intended.set(owner, region, Right.readWrite)
      for (let domain = 0; domain < domains && (shared || this.#explicit); domain++) {
        if (shared) this.#intended.set(domain, region, Right.readWrite)
        this.#enforced.start(domain, region, unit)
      }
    }
    this.#exposure = new Exposure(regions, this.#intended, this.#enforced)
    const revocations = new Revocations(domains, regions.count)
    const { governed, ownerOf, tables } = parts
    this.judge = new Judge(regions, this.#intended, revocations, governed, tables.violations, ownerOf)
    this.#transfers = new OpenTransfers(this.#enforced, revocations, this.windows, this.#explicit, this.#row)
    this.#firstStore = new Float64Array(parts.software)
    this.accesses = new AccessLog(regions, this.log, parts.ownerOf.length, parts.stores)
  }

  /** The thread's own state changed at `tick`: its domain, its registers, what runs on it; `ended`: what ran before has. */
  changed(t: HardwareThread, tick: number, ended = false): void {
    const log = this.log
    const unit = this.#unit
    const own = this.#enforced.own[t.number]
    const at = log.reserve(own.length + 1)
    log.snapshots[at] = unit.ungovernedBytes?.(t) ?? 0
    for (let i = 0; i < own.length; i++)
      log.snapshots[at + 1 + i] = unit.holds === undefined ? unit.allows(t, own[i], tick) : unit.holds(t, own[i], tick)
    log.add(tick, t.number, Report.state, t.domain, at, own.length + 1, t.software, ended ? 1 : 0)
  }

  /** `thread` changed intent at `tick`. */
  intend(t: HardwareThread, domain: number, region: number, rights: Rights, tick: number): void {
    this.log.add(tick, t.number, Report.intent, domain, region, rights, t.software)
  }

  /** A thread's enforced rights, or those of a place in memory, changed at `tick`. */
  enforced(
    thread: number,
    place: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    tick: number
  ): void {
    this.log.add(tick, thread, Report.enforced, domain, region, before | (after << 4), place)
  }

  /** The tile of `thread` holds `rights` of `domain` in translations and walks from `tick` on. */
  cached(thread: number, domain: number, region: number, rights: Rights, tick: number): void {
    this.log.add(tick, thread, Report.cached, domain, region, rights)
  }

  /** An access faulted; if `late` it took effect and is reported later. */
  fault(t: HardwareThread, page: number, offset: number, store: boolean, tick: number, late = false): void {
    if (late) t.unreported++
    const subject = subjectOf(t)
    const domain = subject === Trusted ? t.domain : subject
    const kind = late ? FaultKind.late : FaultKind.raised
    this.log.add(
      tick,
      t.number,
      Report.fault,
      domain,
      this.#regions.at(page, offset),
      store ? Right.write : Right.read,
      kind
    )
  }

  /** An operation on `region` was refused: its `domain` doesn't own it. */
  refused(t: HardwareThread, domain: number, region: number, tick: number): void {
    this.log.add(tick, t.number, Report.fault, domain, region, Right.write, FaultKind.raised)
  }

  /** An access faulted and the kernel repaired it. */
  repaired(t: HardwareThread, page: number, offset: number, store: boolean, tick: number): void {
    const region = this.#regions.at(page, offset)
    this.log.add(tick, t.number, Report.fault, t.domain, region, store ? Right.write : Right.read, FaultKind.repaired)
  }

  /** The thread comes into the kernel, or to its end, with faults that nobody has heard of. */
  reported(t: HardwareThread, tick: number): void {
    t.unreported = 0
    this.log.add(tick, t.number, Report.reported)
  }

  /** A rights operation of the thread dispatches its first instruction. */
  issued(t: HardwareThread): void {
    this.#firstStore[t.software] = t.stores.next
  }

  /** A rights operation has completed. */
  completed(t: HardwareThread, operation: number, domain: number, region: number, issued: number, tick: number): void {
    const { stores } = t
    const empty = stores.next > this.#firstStore[t.software] ? stores.emptyAt() : 0
    const buffered = empty < 0 || empty > tick
    this.log.add(tick, t.number, Report.completed, operation, domain, region, t.software, issued, buffered ? 1 : 0)
    if (empty > tick) this.log.add(empty, t.number, Report.drained)
    else if (buffered) stores.watch[(stores.next - 1) & stores.mask] |= Watch.last
  }

  /** A store that somebody waits for drains at `tick`. */
  drained(t: HardwareThread, row: number, watch: number, tick: number): void {
    if ((watch & Watch.judged) !== 0) this.accesses.drained(t, row, tick)
    if ((watch & Watch.last) !== 0) this.log.add(tick, t.number, Report.drained)
  }

  /** No report with a tick below `safe` can come any more. */
  classify(safe: number): void {
    this.log.drain(safe, this.#classifyOne)
  }

  /** The run is over at `tick`: byte-ticks of all threads; what is still open leaves. */
  close(tick: number): number {
    this.classify(Number.POSITIVE_INFINITY)
    this.#tick = Math.max(this.#tick, tick)
    this.judge.end(this.#tick)
    this.#transfers.end(this.#tick)
    return this.#exposure.total(tick)
  }

  readonly #classifyOne = (): void => {
    const { a, b, c, d, e, f, kind, snapshots, thread, tick } = this.log
    this.#tick = tick
    switch (kind) {
      case Report.state:
        this.#enforced.state(thread, a, snapshots, b, d, e === 1)
        this.#exposure.changed(thread, tick)
        return this.#transfers.changed(-1, -1, tick)
      case Report.intent:
        return this.#intend(thread, a, b, c, d, tick)
      case Report.fault:
        return this.judge.faulted(thread, a, b, c, d as FaultKind, tick)
      case Report.enforced:
        return this.#changedPlace(thread, a, b, c & 15, c >>> 4, d, tick)
      case Report.checked:
        this.#enforced.fly(a, b, c, 1)
        return this.judge.checked(thread, a, b, c, d === 1, e, tick)
      case Report.performed:
        this.#enforced.fly(a, b, c, -1)
        this.judge.performed(thread, a, b, e, tick)
        return this.#transfers.changed(a, b, tick)
      case Report.cached:
        this.#enforced.cache(thread, a, b, c)
        this.#exposure.touched(a, b, tick)
        return this.#transfers.changed(a, b, tick)
      case Report.completed:
        return this.#transfers.completed(d, thread, a, b, c, e, f === 1, tick)
      case Report.drained:
        return this.#transfers.drained(thread, tick)
      case Report.reported:
        return this.judge.reported(thread, tick)
    }
  }

  #intend(thread: number, domain: number, region: number, rights: Rights, software: number, tick: number): void {
    const before = this.#intended.rights(domain, region)
    this.#intended.set(domain, region, rights)
    if ((rights & ~before) !== 0) this.#transfers.given(domain, region, rights & ~before, tick)
    if ((before & ~rights) !== 0) this.#transfers.lost(software, domain, region, before & ~rights, tick)
    this.#exposure.touched(domain, region, tick)
    this.#tables.rights.emit(tick, this.#ownerOf[thread], Place.matrix, thread, domain, region, before, rights)
  }

  #changedPlace(
    thread: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    place: number,
    tick: number
  ): void {
    const lies = this.#explicit && place >= Place.memoryTag && place <= Place.table
    const was = lies ? this.#enforced.inMemory(domain, region) : before
    if (lies) this.#enforced.copy(domain, region, before, after)
    const is = lies ? this.#enforced.inMemory(domain, region) : after
    if (was !== is) this.#tables.rights.emit(tick, this.#ownerOf[thread], place, thread, domain, region, was, is)
    if (!this.#explicit) return
    if (place === Place.register) this.#enforced.hold(thread, domain, region, after)
    this.#exposure.touched(domain, region, tick)
    this.#transfers.changed(domain, region, tick)
  }

  readonly #row = (
    tick: number,
    thread: number,
    verb: number,
    domain: number,
    region: number,
    issued: number,
    committed: number,
    completed: number,
    quiet: number
  ): void => {
    const bytes = region < 0 ? 0 : this.#regions.bytes[region]
    const stale = quiet < 0 ? -1 : quiet - committed
    const unsafe = quiet < 0 ? -1 : Math.max(0, quiet - completed)
    this.#tables.transfers.emit(
      tick,
      this.#ownerOf[thread],
      verb,
      thread,
      domain,
      region,
      bytes,
      issued,
      committed,
      completed,
      quiet,
      stale,
      unsafe
    )
  }
}
