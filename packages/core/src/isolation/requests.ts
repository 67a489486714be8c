/**
 * Measured regions of a program: a request begins and ends where its thread reads the clock, as RDTSCP does.
 * Rows stay in columns for the run's user and go to the `requests` table.
 *
 *   RQ1  a request that ends has begun on the same thread, under the same name
 */
import { grown } from "../kernel/grown.ts"
import { invariant } from "../kernel/model-defect.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { TraceTable } from "../trace/trace-table.ts"

/** What a thread waits for before it reads the clock at the begin or end of a request. */
export const Clock = {
  /** Everything older has completed (RDTSCP, LFENCE). */
  completed: 0,
  /** Nothing: the tick at which the next instruction dispatches (RDTSC, for want of a fence somewhere near it). */
  dispatched: 1,
  /** Everything older has completed and every older store has performed (MFENCE, RDTSCP). */
  performed: 2
} as const
export type Clock = (typeof Clock)[keyof typeof Clock]

/** Requests that have ended, by end, then by thread, then in the thread's own order. */
export interface RequestRows {
  readonly names: ReadonlyArray<string>
  readonly count: number
  readonly thread: Int32Array // [request] hardware thread
  readonly name: Int32Array // [request] place in `names`
  readonly begin: Float64Array // [request] tick
  readonly end: Float64Array // [request] tick
}

const NotBegun = -1

export class Requests {
  readonly #names: ReadonlyArray<string>
  readonly #trace: TraceTable
  readonly #open: Float64Array // [thread][name] tick, or NotBegun
  #count = 0
  #thread = new Int32Array(64) // [request]
  #name = new Int32Array(64) // [request]
  #begin = new Float64Array(64) // [request]
  #end = new Float64Array(64) // [request]

  constructor(threads: number, names: ReadonlyArray<string>, trace: TraceTable) {
    this.#names = names
    this.#trace = trace
    this.#open = new Float64Array(threads * names.length).fill(NotBegun)
  }

  /** A request of `thread` called `name` begins at `tick`. */
  begin(thread: number, name: number, tick: number): void {
    this.#open[thread * this.#names.length + name] = tick
  }

  /** It ends at `tick`. */
  end(thread: HardwareThread, name: number, tick: number): void {
    const at = thread.software * this.#names.length + name
    const begin = this.#open[at]
    invariant(begin !== NotBegun, "RQ1", `thread ${thread.software} ends request ${name}, which it has not begun`)
    this.#open[at] = NotBegun
    if (this.#count === this.#thread.length) this.#grow()
    const row = this.#count++
    this.#thread[row] = thread.number
    this.#name[row] = name
    this.#begin[row] = begin
    this.#end[row] = tick
    this.#trace.emit(tick, thread.owner, thread.number, name, begin, tick)
  }

  /** What has ended until now. Threads that run ahead come to their ends early; the order doesn't show it (law L2). */
  rows(): RequestRows {
    const [ends, threads] = [this.#end, this.#thread]
    const order = Int32Array.from({ length: this.#count }, (_, row) => row)
    order.sort((x, y) => ends[x] - ends[y] || threads[x] - threads[y] || x - y)
    return {
      names: this.#names,
      count: this.#count,
      thread: order.map((row) => threads[row]),
      name: order.map((row) => this.#name[row]),
      begin: Float64Array.from(order, (row) => this.#begin[row]),
      end: Float64Array.from(order, (row) => ends[row])
    }
  }

  #grow(): void {
    const size = this.#thread.length * 2
    this.#thread = grown(this.#thread, size)
    this.#name = grown(this.#name, size)
    this.#begin = grown(this.#begin, size)
    this.#end = grown(this.#end, size)
  }
}
