/**
 * What shootdowns did, for the summary and the trace: begin, each acknowledgement, end.
 * Law: a reader of marks; no policy goes by what stands here.
 */
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { TraceTable } from "../../trace/trace-table.ts"

/** Marks of shootdowns; the kernel's others begin at 8. */
export const ShootdownMark = { begin: 0, acknowledged: 1, end: 2 } as const

const None = -1

export class ShootdownLog {
  shootdowns = 0
  targets = 0
  /** Writes to interrupt controllers: one may reach several targets. */
  signals = 0
  /** [initiator][target] 1 if its shootdown under way has told the target. */
  readonly called: Uint8Array
  readonly #threads: number
  readonly #trace: TraceTable
  readonly #pages: Int32Array // [initiator] number of pages of its shootdown under way
  readonly #begin: Int32Array // [initiator] tick
  readonly #sent: Int32Array // [initiator] targets told
  readonly #acknowledged: Int32Array // [initiator][target] tick

  constructor(threads: number, trace: TraceTable) {
    this.#threads = threads
    this.#trace = trace
    this.#pages = new Int32Array(threads)
    this.#begin = new Int32Array(threads)
    this.called = new Uint8Array(threads * threads)
    this.#sent = new Int32Array(threads)
    this.#acknowledged = new Int32Array(threads * threads)
  }

  /** `initiator` flushes `pages` pages; nobody has been told. */
  opened(initiator: number, pages: number): void {
    this.#pages[initiator] = pages
    this.#sent[initiator] = 0
    this.called.fill(0, initiator * this.#threads, (initiator + 1) * this.#threads)
  }

  told(initiator: number, target: number): void {
    this.called[initiator * this.#threads + target] = 1
    this.#acknowledged[initiator * this.#threads + target] = None
    this.#sent[initiator]++
  }

  isTarget(initiator: number, target: number): boolean {
    return this.called[initiator * this.#threads + target] === 1
  }

  /** Targets told so far. */
  sent(initiator: number): number {
    return this.#sent[initiator]
  }

  /** Every target has been told. */
  closed(initiator: number): void {
    if (this.#sent[initiator] === 0) return
    this.shootdowns++
    this.targets += this.#sent[initiator]
  }

  marked(t: HardwareThread, kind: number, argument: number, tick: number): void {
    if (kind === ShootdownMark.begin) this.#begin[t.number] = tick
    else if (kind === ShootdownMark.acknowledged) this.#acknowledged[argument * this.#threads + t.number] = tick
    else if (kind === ShootdownMark.end) this.#report(t, tick)
  }

  #report(t: HardwareThread, tick: number): void {
    if (!this.#trace.on) return
    const me = t.number
    for (let target = 0; target < this.#threads; target++) {
      if (!this.isTarget(me, target)) continue
      const noted = this.#acknowledged[me * this.#threads + target]
      // Acknowledged by hardware, or by a sibling that has not dispatched anything since.
      const seen = noted === None ? tick : noted
      this.#trace.emit(tick, t.owner, me, target, this.#sent[me], this.#pages[me], this.#begin[me], seen, tick)
    }
  }
}
