/**
 * The calls that one recorded thread hasn't returned from, each with the domain it interrupted.
 * Law: a frame is found again by the address that holds its return address, which stays the same while the frame
 * lives; so returns match even where jumps, longjmp or a torn recording came between. Below all frames stands one for
 * the thread itself, which is never removed.
 */
import { applicationDomain } from "./policy.ts"

/** Frames no farther below a new call than this lie on the same stack, and the new call shows them dead. */
const sameStackBytes = 2 ** 20

/** No activation was entered on a frame. */
export const none = -1

export class ShadowStack {
  /** Frames above the thread's own. */
  depth = 0
  // [frame]
  readonly #returnAddress: Array<number> = [none]
  /** Address that holds the return address; NaN for an interruption, where it isn't recorded. */
  readonly #slot: Array<number> = [Number.POSITIVE_INFINITY]
  readonly #interrupted: Array<number> = [applicationDomain]
  readonly #activation: Array<number> = [none]

  /** The domain that ran when the newest frame was pushed. */
  get interruptedDomain(): number {
    return this.#interrupted[this.depth]!
  }

  /** The activation that was entered on the newest frame, or `none`. */
  get activation(): number {
    return this.#activation[this.depth]!
  }

  set activation(activation: number) {
    this.#activation[this.depth] = activation
  }

  /** `domain` called: what it pushed, where. */
  pushCall(returnAddress: number, slot: number, domain: number): void {
    this.#push(returnAddress, slot, domain)
  }

  /** The kernel interrupted `domain` to run a signal handler. */
  pushInterruption(domain: number): void {
    this.#push(none, Number.NaN, domain)
  }

  /** Remove the newest frame. */
  pop(): void {
    this.depth--
  }

  /** Whether the newest frame is dead: a call that pushes to `slot` overwrites what lies at it or below. */
  isBelow(slot: number): boolean {
    const top = this.#slot[this.depth]!
    return top <= slot && slot - top < sameStackBytes
  }

  /** The frame whose return address lies at `slot`, or 0. */
  frameAt(slot: number): number {
    let frame = this.depth
    while (frame > 0 && !(this.#slot[frame]! >= slot)) frame--
    return frame > 0 && this.#slot[frame] === slot ? frame : 0
  }

  /** The newest interruption, or 0. */
  interruption(): number {
    let frame = this.depth
    while (frame > 0 && !Number.isNaN(this.#slot[frame])) frame--
    return frame
  }

  returnAddressOf(frame: number): number {
    return this.#returnAddress[frame]!
  }

  #push(returnAddress: number, slot: number, domain: number): void {
    const frame = ++this.depth
    this.#returnAddress[frame] = returnAddress
    this.#slot[frame] = slot
    this.#interrupted[frame] = domain
    this.#activation[frame] = none
  }
}
