/** A routine of a shootdown that no interrupt comes into. Law: interrupts are afterwards what they were before. */
import type { HardwareThread } from "../../processor/hardware-thread.ts"
import type { Program } from "../../processor/program.ts"

/** Append routine `routine` with interrupts masked. */
export function masked(program: Program, t: HardwareThread, routine: number, argument = 0): void {
  if (t.masked) program.run(routine, argument)
  else program.maskInterrupts(true).run(routine, argument).maskInterrupts(false)
}
