/**
 * What threads report to the monitor, in columns, until it is classified. Law: a report is classified in the
 * order of (tick, thread, sequence), whenever it was written (laws L2, L4).
 */
import { grown } from "../kernel/grown.ts"

/** What a report is about. */
export const Report = {
  /** The thread's own state: domain `a`, snapshot of its registers' rights from `b` on, `c` long, software thread `d`; `e` = 1 if the one before has ended. */
  state: 0,
  /** Intent: domain `a`, region `b`, rights `c`, software thread `d`. */
  intent: 1,
  /** A fault: domain `a`, region `b`, its Right in `c`, `d` a FaultKind. */
  fault: 2,
  /** Enforced rights: domain `a`, region `b`, before and after in `c` (four bits each), Place `d`. */
  enforced: 3,
  /** An access was checked and allowed: domain `a`, region `b`, its Right in `c`, `d` = 1 if the mechanism left it out, `e` the row of a store that is judged again as it drains, or -1. */
  checked: 4,
  /** It performed: the same but for `d`. */
  performed: 5,
  /** What a tile's TLBs and walks hold: domain `a`, region `b`, rights `c`. */
  cached: 6,
  /** A rights operation completed: verb `a`, domain `b`, region `c`, software thread `d`, issued at `e`, `f` = 1 while its stores are buffered. */
  completed: 7,
  /** The stores of the thread's oldest such operation have drained. */
  drained: 8,
  /** Faults that were to be reported later are reported. */
  reported: 9
} as const
export type Report = (typeof Report)[keyof typeof Report]

const STRIDE = 8

export class ReportLog {
  /** The report at hand while `take` runs. */
  tick = 0
  thread = 0
  kind: Report = Report.state
  a = 0
  b = 0
  c = 0
  d = 0
  e = 0
  f = 0
  /** Rights and bytes that `state` reports refer to. */
  snapshots = new Float64Array(1024)
  snapshotEnd = 0
  #count = 0
  #ticks = new Float64Array(256) // [report]
  #facts = new Int32Array(256 * STRIDE) // [report] thread, kind, a, b, c, d, e, f

  add(tick: number, thread: number, kind: Report, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
    if (this.#count === this.#ticks.length) this.#grow()
    const report = this.#count++
    this.#ticks[report] = tick
    const at = report * STRIDE
    const facts = this.#facts
    facts[at] = thread
    facts[at + 1] = kind
    facts[at + 2] = a
    facts[at + 3] = b
    facts[at + 4] = c
    facts[at + 5] = d
    facts[at + 6] = e
    facts[at + 7] = f
  }

  /** Room for `count` numbers of a snapshot; where they begin. */
  reserve(count: number): number {
    const begin = this.snapshotEnd
    this.snapshotEnd += count
    if (this.snapshotEnd > this.snapshots.length) {
      this.snapshots = grown(this.snapshots, Math.max(this.snapshotEnd, this.snapshots.length * 2))
    }
    return begin
  }

  /** Hand every report before `safe` to `classify`, in order; the report is in the fields above. */
  drain(safe: number, classify: () => void): void {
    const ticks = this.#ticks
    const facts = this.#facts
    const order = Int32Array.from({ length: this.#count }, (_, report) => report)
    order.sort((x, y) => ticks[x] - ticks[y] || facts[x * STRIDE] - facts[y * STRIDE] || x - y)
    let taken = 0
    for (; taken < order.length && ticks[order[taken]] < safe; taken++) {
      const at = order[taken] * STRIDE
      this.tick = ticks[order[taken]]
      this.thread = facts[at]
      this.kind = facts[at + 1] as Report
      this.a = facts[at + 2]
      this.b = facts[at + 3]
      this.c = facts[at + 4]
      this.d = facts[at + 5]
      this.e = facts[at + 6]
      this.f = facts[at + 7]
      classify()
    }
    this.#keep(order.subarray(taken).sort())
  }

  /** Reports stay in the order in which they were added. */
  #keep(reports: Int32Array): void {
    for (let i = 0; i < reports.length; i++) {
      this.#ticks[i] = this.#ticks[reports[i]]
      this.#facts.copyWithin(i * STRIDE, reports[i] * STRIDE, (reports[i] + 1) * STRIDE)
    }
    this.#count = reports.length
    this.#compact()
  }

  /** Snapshots that a report still refers to move to the front; they stand in the order of their reports. */
  #compact(): void {
    this.snapshotEnd = 0
    for (let report = 0; report < this.#count; report++) {
      const at = report * STRIDE
      if (this.#facts[at + 1] !== Report.state) continue
      const begin = this.#facts[at + 3]
      const length = this.#facts[at + 4]
      this.snapshots.copyWithin(this.snapshotEnd, begin, begin + length)
      this.#facts[at + 3] = this.snapshotEnd
      this.snapshotEnd += length
    }
  }

  #grow(): void {
    this.#ticks = grown(this.#ticks, this.#ticks.length * 2)
    this.#facts = grown(this.#facts, this.#facts.length * 2)
  }
}
