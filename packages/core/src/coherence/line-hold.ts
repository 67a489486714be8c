/**
 * A locked instruction holds its line: from its read to its write nobody else has it, neither another tile, whose
 * forward waits, nor a sibling thread, whose word operation does.
 *
 *   LH1  a line is held by one thread of its tile at a time, for the ticks of one locked instruction: its result may be
 *        there before its write is
 *   LH2  who waited for it goes before the thread that held it: a sibling, or another tile
 */
import * as fromEventQueue from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import * as fromMessage from "./message.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Phase } = fromEventQueue
const { Message } = fromMessage

const None = -1
/** Who waits for the line is another tile. */
const Elsewhere = -2

export class LineHold {
  #line = None
  #thread = None
  #until = 0
  #waiter = None
  readonly #kernel: Kernel
  readonly #owner: number
  readonly #receiveKind: number

  /** Deliveries to `owner` are events of kind `receiveKind`. */
  constructor(kernel: Kernel, owner: number, receiveKind: number) {
    this.#kernel = kernel
    this.#owner = owner
    this.#receiveKind = receiveKind
  }

  /** `thread` holds `line` until `until`. */
  take(line: number, thread: number, until: number): void {
    this.#line = line
    this.#thread = thread
    this.#until = until
    this.#waiter = None
  }

  /** The tick from which `thread` may have `line`: `tick`, unless another one holds it. */
  freeFor(thread: number, line: number, tick: number): number {
    if (line !== this.#line || tick > this.#until) return tick
    if (thread === this.#thread) {
      // In the last tick another tile's message has come before this.
      const waits = tick === this.#until ? this.#waiter > None : this.#waiter !== None
      return waits ? this.#until + 1 : tick
    }
    if (tick === this.#until) return tick
    this.#waiter = thread
    return this.#until
  }

  /** True if message `a` of `type` asks for a line that is held: it is delivered again when the line is free. */
  defers(type: number, a: number, line: number, now: number): boolean {
    if (line !== this.#line || now >= this.#until) return false
    if (type !== Message.FwdGetM && type !== Message.FwdGetS && type !== Message.Recall) return false
    if (this.#waiter === None) this.#waiter = Elsewhere
    this.#kernel.schedule(this.#until, Phase.Deliver, this.#owner, this.#owner, this.#receiveKind, a, line)
    return true
  }
}
