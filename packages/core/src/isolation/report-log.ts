/**
 * What threads report to the monitor, in columns, until it is classified. Law: a report is classified in the
 * order of (tick, thread, sequence), whenever it was written (laws L2, L4).
 */
import { grown } from "../kernel/grown.ts"
import { RowOrder } from "../kernel/row-order.ts"

/** What a report is about. */
export const Report = {
  /**
   * The thread's own state: domain `a`, software thread `d`; `e` = 1 if the one before has ended. Its registers are those of
   * image `f`, or Whole, with what the snapshot from `b` on, `c` long, says: bytes beside regions, then regions and rights.
   */
  state: 0,
  /** Intent: domain `a`, region `b`, rights `c`, software thread `d`. */
  intent: 1,
  /** A fault: domain `a`, region `b`, its Right in `c`, `d` a FaultKind. */
  fault: 2,
  /** Enforced rights: domain `a`, region `b`, before and after in `c` (four bits each), Place `d`, mechanism `e`. */
  enforced: 3,
  /** An access was checked and allowed: domain `a`, region `b`, its Right in `c`, `d` = 1 if the mechanism left it out, `e` the row of a store that is judged again as it drains, or -1. */
  checked: 4,
  /** It performed: the same but for `d`. */
  performed: 5,
  /** What a tile's TLBs and walks hold: domain `a`, region `b`, rights `c`, mechanism `d`. */
  cached: 6,
  /** A rights operation completed: verb `a`, domain `b`, region `c`, software thread `d`, issued at `e`, `f` = 1 while its stores are buffered. */
  completed: 7,
  /** The stores of the thread's oldest such operation have drained. */
  drained: 8,
  /** Faults that were to be reported later are reported. */
  reported: 9
} as const
export type Report = (typeof Report)[keyof typeof Report]

const STRIDE = 7
/** Reports for which there is room at first. */
const ROOM = 256

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
  readonly #order = new RowOrder(ROOM) // by tick and thread
  #facts = new Int32Array(ROOM * STRIDE) // [report] kind, a, b, c, d, e, f

  add(tick: number, thread: number, kind: Report, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
    const order = this.#order
    if (order.count === order.capacity) this.#grow()
    const report = order.count++
    order.tick[report] = tick
    order.owner[report] = thread
    const at = report * STRIDE
    const facts = this.#facts
    facts[at] = kind
    facts[at + 1] = a
    facts[at + 2] = b
    facts[at + 3] = c
    facts[at + 4] = d
    facts[at + 5] = e
    facts[at + 6] = f
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
    const order = this.#order
    const facts = this.#facts
    const ready = order.sort(safe)
    for (let i = 0; i < ready; i++) {
      const report = order.rows[i]
      const at = report * STRIDE
      this.tick = order.tick[report]
      this.thread = order.owner[report]
      this.kind = facts[at] as Report
      this.a = facts[at + 1]
      this.b = facts[at + 2]
      this.c = facts[at + 3]
      this.d = facts[at + 4]
      this.e = facts[at + 5]
      this.f = facts[at + 6]
      classify()
    }
    this.#keep(ready)
  }

  /** Reports stay in the order in which they were added. */
  #keep(taken: number): void {
    const order = this.#order
    order.keep(taken)
    for (let i = 0; i < order.count; i++)
      this.#facts.copyWithin(i * STRIDE, order.rows[i] * STRIDE, (order.rows[i] + 1) * STRIDE)
    this.#compact()
  }

  /** Snapshots that a report still refers to move to the front; they stand in the order of their reports. */
  #compact(): void {
    this.snapshotEnd = 0
    for (let report = 0; report < this.#order.count; report++) {
      const at = report * STRIDE
      if (this.#facts[at] !== Report.state) continue
      const begin = this.#facts[at + 2]
      const length = this.#facts[at + 3]
      this.snapshots.copyWithin(this.snapshotEnd, begin, begin + length)
      this.#facts[at + 2] = this.snapshotEnd
      this.snapshotEnd += length
    }
  }

  #grow(): void {
    this.#order.grow(this.#order.capacity * 2)
    this.#facts = grown(this.#facts, this.#facts.length * 2)
  }
}
