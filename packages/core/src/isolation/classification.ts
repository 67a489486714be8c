/**
 * What the monitor makes of reports, in the order of ticks: rights rows, verdicts, exposure, and transfers with their
 * four ticks, from intent and a copy of enforced state that reports bring up to date (law L4).
 */
import { CombinedRights } from "./combined-rights.ts"
import { Changed, EnforcedRights } from "./enforced-rights.ts"
import { Exposure } from "./exposure.ts"
import { type FaultKind, Judge } from "./judge.ts"
import type { MonitorParts, MonitorTables } from "./monitor.ts"
import { OpenTransfers, type TransferRow } from "./open-transfers.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { Report, type ReportLog } from "./report-log.ts"
import { Revocations } from "./revocations.ts"
import { AccessMatrix, Right, type Rights } from "./rights.ts"
import { Place } from "./unit.ts"
import { WindowLengths } from "./windows.ts"

export class Classification {
  readonly judge: Judge
  readonly windows = new WindowLengths()
  readonly enforced: EnforcedRights | CombinedRights
  readonly #log: ReportLog
  readonly #intended: AccessMatrix
  readonly #regions: Regions
  readonly #tables: MonitorTables
  readonly #ownerOf: Int32Array // [thread]
  readonly #exposure: Exposure
  readonly #transfers: OpenTransfers
  readonly #explicit: ReadonlyArray<boolean> // [mechanism] it reports what of its rights lies in memory
  #tick = 0

  constructor(log: ReportLog, parts: MonitorParts) {
    const { domains, exchange, governed, ownerOf, regions, tables, unit } = parts
    this.#log = log
    this.#regions = regions
    this.#tables = tables
    this.#ownerOf = ownerOf
    this.#intended = new AccessMatrix(domains, regions.count)
    const { threadsPerTile, workerOf } = parts
    this.enforced =
      unit.each === undefined
        ? new EnforcedRights(regions, domains, workerOf, threadsPerTile, unit.translatesAs !== undefined)
        : new CombinedRights(unit.each, regions, domains, workerOf, threadsPerTile)
    this.#explicit = (unit.each ?? [unit]).map(({ copies }) => copies !== undefined)
    for (let region = 0; region < regions.count; region++) {
      const shared = regions.kind[region] === RegionKind.exchange && exchange === "share"
      const owner = regions.owner[region]
      if (!shared && owner >= 0 && owner < domains) this.#intended.set(owner, region, Right.readWrite)
      for (let domain = 0; domain < domains && (shared || this.#explicit.includes(true)); domain++) {
        if (shared) this.#intended.set(domain, region, Right.readWrite)
        this.enforced.start(domain, region, unit)
      }
    }
    this.#exposure = new Exposure(regions, domains, this.#intended, this.enforced)
    const revocations = new Revocations(domains, regions.count)
    this.judge = new Judge(regions, this.#intended, revocations, governed, tables.violations, ownerOf)
    const explicit = !this.#explicit.includes(false)
    this.#transfers = new OpenTransfers(this.enforced, revocations, this.windows, explicit, this.#row)
  }

  /** No report with a tick below `safe` can come any more. */
  until(safe: number): void {
    this.#log.drain(safe, this.#classifyOne)
  }

  /** The run is over at `tick`: byte-ticks of all threads; what is still open leaves. */
  close(tick: number): number {
    this.until(Number.POSITIVE_INFINITY)
    this.#tick = Math.max(this.#tick, tick)
    this.judge.end(this.#tick)
    this.#transfers.end(this.#tick)
    return this.#exposure.total(tick)
  }

  readonly #classifyOne = (): void => {
    const { a, b, c, d, e, f, kind, thread, tick } = this.#log
    this.#tick = tick
    switch (kind) {
      case Report.state:
        return this.#changedState(thread, a, b, c, d, e === 1, f, tick)
      case Report.intent:
        return this.#intend(thread, a, b, c, d, tick)
      case Report.fault:
        return this.judge.faulted(thread, a, b, c, d as FaultKind, tick)
      case Report.enforced:
        return this.#changedPlace(thread, a, b, c & 15, c >>> 4, d, e, tick)
      case Report.checked:
        this.enforced.fly(a, b, c, 1)
        this.#transfers.changed(a, b, tick)
        return this.judge.checked(thread, a, b, c, d === 1, e, tick)
      case Report.performed:
        this.enforced.fly(a, b, c, -1)
        this.judge.performed(thread, a, b, e, tick)
        return this.#transfers.changed(a, b, tick)
      case Report.cached:
        this.enforced.cache(thread, a, b, c, d)
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

  #changedState(
    thread: number,
    domain: number,
    from: number,
    count: number,
    software: number,
    ended: boolean,
    image: number,
    tick: number
  ): void {
    const enforced = this.enforced
    const { snapshots } = this.#log
    const before = enforced.domain[thread]
    const what = enforced.state(thread, domain, snapshots, from, count, image, software, ended)
    for (let at = from + 1; at < from + count; at += 2) this.#exposure.renewed(snapshots[at])
    this.#exposure.changed(thread, image, tick)
    if (what === Changed.software) this.#transfers.changedAll(-1, -1, tick)
    else if (what === Changed.thread) this.#transfers.changedAll(before, domain, tick)
    else {
      for (let at = from + 1; at < from + count; at += 2) this.#transfers.changed(domain, snapshots[at], tick)
      this.#transfers.leave(tick)
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
    unit: number,
    tick: number
  ): void {
    const explicit = this.#explicit[unit]
    const lies = explicit && place >= Place.memoryTag && place <= Place.table
    const was = lies ? this.enforced.inMemory(domain, region, unit) : before
    if (lies) this.enforced.copy(domain, region, before, after, unit)
    const is = lies ? this.enforced.inMemory(domain, region, unit) : after
    if (was !== is) this.#tables.rights.emit(tick, this.#ownerOf[thread], place, thread, domain, region, was, is)
    if (!explicit) return
    if (place === Place.register) this.enforced.hold(thread, domain, region, after, unit)
    this.#exposure.touched(domain, region, tick)
    this.#transfers.changed(domain, region, tick)
  }

  readonly #row: TransferRow = (tick, thread, verb, domain, region, issued, committed, completed, quiet) => {
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
