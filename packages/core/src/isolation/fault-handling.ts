/**
 * What becomes of a fault of keys or of a mechanism: its handler repairs what it was about, or the thread's own handler
 * is told by a signal. Without either it is counted, and its access goes on.
 *
 *   FH1  nothing younger than the access dispatches before the kernel has been entered for its fault
 *   FH2  a repaired fault is reported as such; faults that come together raise one signal
 */
import type { KernelRoutines } from "../os/kernel-routines.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Fault } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import type { ProtectionUnit } from "./unit.ts"

// In place of the bytes of an access's place: the fault, and whether it is repaired.
const FAULT_SHIFT = 12
const REPAIRED = 1 << 28

export class FaultHandling {
  readonly #unit: ProtectionUnit
  readonly #kernel: KernelRoutines

  constructor(unit: ProtectionUnit, kernel: KernelRoutines) {
    this.#unit = unit
    this.#kernel = kernel
  }

  /** An access of `t` has raised `fault`: true if its handler repairs what it was about. */
  raised(t: HardwareThread, fault: number, page: number, offset: number, store: boolean): boolean {
    if (fault >= Fault.detected) return false
    const repaired = this.#unit.heals?.(t, fault, page, offset, store) === true
    if (!repaired && !this.#kernel.signals.handles(t)) return false
    t.trap(-1 - page, offset | (fault << FAULT_SHIFT) | (repaired ? REPAIRED : 0), store)
    return repaired
  }

  /** True if what has trapped on `page` is a fault that was `raised`, not an access to be made again. */
  has(page: number): boolean {
    return page < 0
  }

  /** Append the way into the kernel, what it does about the fault that trapped so, and the way back. */
  append(program: Program, t: HardwareThread, page: number, place: number, store: number): void {
    const { entry, signals } = this.#kernel
    const fault = (place & ~REPAIRED) >>> FAULT_SHIFT
    entry.fault(program)
    if ((place & REPAIRED) === 0) signals.force(program, t)
    else this.#unit.repair?.(program, t, fault, -1 - page, place & 0xfff, store === 1)
    entry.faultReturn(program)
  }
}
