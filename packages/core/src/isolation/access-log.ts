/**
 * Accesses of judged programs on their way into the report log: each that the hardware allowed, at its check and when
 * it performs, under the domain by whose rights it was dispatched. What faulted is reported as a fault.
 *
 *   AL1  an access is judged in every region that it touches, and nowhere else
 *   AL2  gates, kernel and copies are trusted code: what they reach is exposure, not theirs to be judged by
 */
import { PAGE_BYTES } from "../memory/pages.ts"
import type { AccessListener } from "../processor/access-observer.ts"
import { Dispatching, type HardwareThread } from "../processor/hardware-thread.ts"
import { GRANULE, type Regions } from "./regions.ts"
import { Report, type ReportLog } from "./report-log.ts"
import { Right } from "./rights.ts"

/** Domain of trusted code. */
export const Trusted = -1

/** Domain by whose rights the access at hand was dispatched, or Trusted. */
export const subjectOf = ({ domain, subject, trusted }: HardwareThread): number =>
  subject !== Dispatching ? subject : trusted ? Trusted : domain

export class AccessLog implements AccessListener {
  readonly #regions: Regions
  readonly #log: ReportLog
  readonly #rows: number
  readonly #subject: Int16Array // [thread][row] domain of a buffered store
  readonly #page: Int32Array // [thread][row]
  readonly #place: Int32Array // [thread][row] offset | bytes << 12

  /** `rows`: those of a store buffer. */
  constructor(regions: Regions, log: ReportLog, threads: number, rows: number) {
    this.#regions = regions
    this.#log = log
    this.#rows = rows
    this.#subject = new Int16Array(threads * rows)
    this.#page = new Int32Array(threads * rows)
    this.#place = new Int32Array(threads * rows)
  }

  /** A load was allowed at `tick`; its data are there at `ready` unless that is negative. True if it is to be followed. */
  loaded(
    t: HardwareThread,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number,
    ready: number
  ): boolean {
    const domain = subjectOf(t)
    if (domain === Trusted) return false
    this.#report(t.number, Report.checked, domain, page, offset, bytes, Right.read, exempt ? 1 : 0, -1, tick)
    if (ready >= 0) this.#report(t.number, Report.performed, domain, page, offset, bytes, Right.read, 0, -1, ready)
    return true
  }

  /** A load that had to wait has its line at `tick`. */
  arrived(t: HardwareThread, domain: number, page: number, offset: number, bytes: number, tick: number): void {
    this.#report(t.number, Report.performed, domain, page, offset, bytes, Right.read, 0, -1, tick)
  }

  /** The store in `row` was allowed at `tick`. True if it is to be followed. */
  stored(
    t: HardwareThread,
    row: number,
    page: number,
    offset: number,
    bytes: number,
    exempt: boolean,
    tick: number
  ): boolean {
    const domain = subjectOf(t)
    if (domain === Trusted) return false
    this.#report(
      t.number,
      Report.checked,
      domain,
      page,
      offset,
      bytes,
      Right.write,
      exempt ? 1 : 0,
      exempt ? -1 : row,
      tick
    )
    if (row < 0) {
      this.#report(t.number, Report.performed, domain, page, offset, bytes, Right.write, 0, -1, tick)
      return false
    }
    const at = t.number * this.#rows + row
    this.#subject[at] = domain
    this.#page[at] = page
    this.#place[at] = offset | (bytes << 12)
    return true
  }

  /** The store in `row` drains at `tick`. */
  drained(t: HardwareThread, row: number, tick: number): void {
    const at = t.number * this.#rows + row
    const place = this.#place[at]
    const domain = this.#subject[at]
    this.#report(
      t.number,
      Report.performed,
      domain,
      this.#page[at],
      place & 0xfff,
      place >>> 12,
      Right.write,
      0,
      row,
      tick
    )
  }

  /** AL1: the part of an access in its first page; the rest is an access of its own to the port. */
  #report(
    thread: number,
    kind: Report,
    domain: number,
    page: number,
    offset: number,
    bytes: number,
    right: number,
    exempt: number,
    row: number,
    tick: number
  ): void {
    const end = offset + bytes < PAGE_BYTES ? offset + bytes : PAGE_BYTES
    let last = -1
    for (let at = offset; at < end; at = (at | (GRANULE - 1)) + 1) {
      const region = this.#regions.at(page, at)
      if (region >= 0 && region !== last) this.#log.add(tick, thread, kind, domain, region, right, exempt, row)
      last = region
    }
  }
}
