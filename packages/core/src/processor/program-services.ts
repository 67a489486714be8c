/**
 * What executing programs asks of the layers above, which wrote them. Law: the processor knows what a row does to the
 * machine and nothing of what it means.
 */
import type { Cause } from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"

/** What programs ask of those who wrote them. */
export interface ProgramServices {
  /** Append what routine `routine` does next to a fresh program of the thread, whose slots are `slotClass`. */
  routine(thread: HardwareThread, routine: number, argument: number, slotClass: Cause): void
  /** The mechanism's effect of an action that completes at `tick`. */
  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void
  /** The thread comes into the kernel at `tick` with faults that nobody has heard of. */
  reported(thread: HardwareThread, tick: number): void
  /** A stored capability loses its tag. */
  cleared(thread: HardwareThread, slot: number, tick: number): void
}
