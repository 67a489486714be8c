/**
 * What gates took: each way through one, and each activation in and back, as marks around the mechanism's part report
 * them. Law: a thread that is unwound ends its activations through gates like any other.
 */
import { grown } from "../kernel/grown.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { type OperationScript, Verb } from "./operation-script.ts"

export class Crossings {
  /** Ways through a gate. */
  count = 0
  /** Activations that have begun and ended. */
  invocations = 0
  /** Gate cycles of each, in and back. */
  cycles = new Int32Array(1024)
  readonly #trace: TraceTable
  readonly #begin: Float64Array // [software thread] tick
  readonly #added: Float64Array // [software thread] instructions added before the gate
  readonly #entered: Array<Int32Array> // [software thread][activation] gate cycles on the way in

  /** `software`: threads. */
  constructor(software: number, trace: TraceTable) {
    this.#trace = trace
    this.#begin = new Float64Array(software)
    this.#added = new Float64Array(software)
    this.#entered = Array.from({ length: software }, () => new Int32Array(0))
  }

  /** `software` executes `script`. */
  assign(software: number, { activation }: OperationScript): void {
    let activations = 0
    for (let i = 0; i < activation.length; i++) activations = Math.max(activations, activation[i] + 1)
    this.#entered[software] = new Int32Array(activations).fill(-1)
  }

  /** A gate's first instruction dispatches at `tick`. */
  began(t: HardwareThread, tick: number): void {
    this.#begin[t.software] = tick
    this.#added[t.software] = t.added
  }

  /** What is behind the gate of `operation` does. */
  ended(t: HardwareThread, script: OperationScript, operation: number, tick: number): void {
    const activation = script.activation[operation]
    const begin = this.#begin[t.software]
    this.count++
    if (activation >= 0) {
      const entered = this.#entered[t.software]
      if (script.verb[operation] === Verb.enter) entered[activation] = tick - begin
      else if (entered[activation] >= 0) this.#invoked(entered[activation] + tick - begin)
    }
    const added = t.added - this.#added[t.software]
    const { from, to } = script
    this.#trace.emit(tick, t.owner, t.number, from[operation], to[operation], begin, tick, added, activation)
  }

  #invoked(cycles: number): void {
    if (this.invocations === this.cycles.length) this.cycles = grown(this.cycles, this.invocations * 2)
    this.cycles[this.invocations++] = cycles
  }
}
