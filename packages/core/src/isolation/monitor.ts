/**
 * The monitor takes what threads report: changes of intent and of enforced state, accesses, faults. It changes nothing in
 * the run. Reports of all threads are classified in one order, once none before them can come any more.
 *
 *   MO1  intended rights to the writable memory of a shared runtime are the application's alone
 *   MO2  intended rights are a domain's, whichever thread runs it
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Watch } from "../processor/store-watch.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { AccessLog, subjectOf, Trusted } from "./access-log.ts"
import { Classification } from "./classification.ts"
import { FaultKind, type Governed, type Judge } from "./judge.ts"
import type { Regions } from "./regions.ts"
import { RegisterRights } from "./register-rights.ts"
import { Report, ReportLog } from "./report-log.ts"
import { Right, type Rights } from "./rights.ts"
import type { Exchange, ProtectionUnit } from "./unit.ts"
import type { WindowLengths } from "./windows.ts"

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
  /** Scripts change rights in no other way than by gates and rights operations. */
  readonly steady: boolean
  /** Ticks after which everybody finds a change of rights. */
  readonly settled: number
}

export class Monitor {
  readonly judge: Judge
  readonly windows: WindowLengths
  /** What threads report. */
  readonly log = new ReportLog()
  /** What reads the registers of threads that report. */
  readonly registers: RegisterRights
  /** What hears of the accesses of judged programs. */
  readonly accesses: AccessLog
  readonly #regions: Regions
  readonly #classification: Classification
  readonly #firstStore: Float64Array // [software thread] number of the next store as its operation began

  constructor(parts: MonitorParts) {
    const { regions, settled, software, steady, unit } = parts
    this.#regions = regions
    this.#classification = new Classification(this.log, parts)
    this.judge = this.#classification.judge
    this.windows = this.#classification.windows
    const { enforced } = this.#classification
    this.registers = new RegisterRights(unit, this.log, regions.count, enforced, software, steady, settled)
    this.#firstStore = new Float64Array(software)
    this.accesses = new AccessLog(regions, this.log, parts.ownerOf.length, parts.stores)
  }

  /** The thread's own state changed at `tick`: its domain, its registers, what runs on it; `ended`: what ran before has. */
  changed(t: HardwareThread, tick: number, ended = false): void {
    const registers = this.registers
    const at = registers.read(t, tick)
    const { count, image } = registers
    this.log.add(tick, t.number, Report.state, t.domain, at, count, t.software, ended ? 1 : 0, image)
  }

  /** `thread` changed intent at `tick`. */
  intend(t: HardwareThread, domain: number, region: number, rights: Rights, tick: number): void {
    this.registers.touched(region, t.software, tick)
    this.log.add(tick, t.number, Report.intent, domain, region, rights, t.software)
  }

  /** A thread's enforced rights, or those of a place in memory, changed at `tick`, as mechanism `unit` says. */
  enforced(
    thread: number,
    place: number,
    domain: number,
    region: number,
    before: Rights,
    after: Rights,
    tick: number,
    unit = 0
  ): void {
    this.registers.touched(region, -1, tick)
    this.log.add(tick, thread, Report.enforced, domain, region, before | (after << 4), place, unit)
  }

  /** The tile of `thread` holds `rights` of `domain` in translations and walks from `tick` on, for mechanism `unit`. */
  cached(thread: number, domain: number, region: number, rights: Rights, tick: number, unit: number): void {
    this.log.add(tick, thread, Report.cached, domain, region, rights, unit)
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

  /** A rights operation of the thread on `region` dispatches its first instruction. */
  issued(t: HardwareThread, region: number): void {
    this.registers.operates(t, region)
    this.#firstStore[t.software] = t.stores.next
  }

  /** A rights operation has completed. */
  completed(t: HardwareThread, operation: number, domain: number, region: number, issued: number, tick: number): void {
    this.registers.operates(t, -1)
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
    this.#classification.until(safe)
  }

  /** The run is over at `tick`: byte-ticks of all threads; what is still open leaves. */
  close(tick: number): number {
    return this.#classification.close(tick)
  }
}
