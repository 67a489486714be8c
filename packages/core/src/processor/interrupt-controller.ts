/**
 * The interrupt controller of a tile: interrupts on their way from a message to their thread, and the timer of each
 * thread. Law: an interrupt is raised `flight` ticks after its message; a thread that has ended has no timer.
 */
import { Phase } from "../kernel/event-queue.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { Block, type HardwareThread, REMOTE_ACTION, RESCHEDULE, TIMER, UNWIND } from "./hardware-thread.ts"
import type { TileContext } from "./tile-context.ts"

export class InterruptController {
  readonly #kernel: Kernel
  readonly #owner: number
  readonly #kind: number
  readonly #flight: number
  readonly #perTile: number
  readonly #tick: number
  readonly #threads: number
  readonly #set: Uint8Array // [thread of the tile] 1 while its timer runs

  constructor(tile: number, { interruptKind, kernel, numbers, tileOwner }: TileContext) {
    this.#kernel = kernel
    this.#owner = tileOwner[tile]
    this.#kind = interruptKind
    this.#flight = numbers.interrupt.flight
    this.#perTile = numbers.threadsPerTile
    this.#tick = numbers.kernelChoice.tick
    this.#set = new Uint8Array(numbers.threadsPerTile)
    this.#threads = numbers.tiles * numbers.threadsPerTile
  }

  /** A message has come: `thread` of the tile is interrupted with `vector`. */
  send(thread: number, vector: number): void {
    this.#schedule(this.#kernel.now + this.#flight, thread, vector)
  }

  /** `t` begins at `tick`. The timers of all threads are spread over a period. */
  start(t: HardwareThread, tick: number): void {
    this.#setTimer(t, tick + Math.floor((t.number * this.#tick) / this.#threads))
  }

  /** `t`, which was idle, has something to run again at `tick`. */
  resume(t: HardwareThread, tick: number): void {
    if (this.#set[t.number % this.#perTile] === 0) this.#setTimer(t, tick)
  }

  /** The interrupt is there; false if nobody cares. */
  raise(t: HardwareThread, vector: number): boolean {
    if (vector === TIMER) {
      this.#set[t.number % this.#perTile] = 0
      if (t.block === Block.ended) return false
      t.pendingTicks++
      this.#setTimer(t, this.#kernel.now)
    } else if (vector === REMOTE_ACTION) t.pendingActions++
    else if (vector === RESCHEDULE) t.pendingReschedules++
    else if (vector === UNWIND) t.pendingUnwinds++
    t.pendingInterrupts++
    return true
  }

  #setTimer(t: HardwareThread, from: number): void {
    if (this.#tick === 0 || t.block === Block.ended) return
    this.#set[t.number % this.#perTile] = 1
    this.#schedule(from + this.#tick, t.number % this.#perTile, TIMER)
  }

  #schedule(tick: number, thread: number, vector: number): void {
    this.#kernel.schedule(tick, Phase.Deliver, this.#owner, this.#owner, this.#kind, thread, vector)
  }
}
