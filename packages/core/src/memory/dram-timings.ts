/**
 * The timings of a channel, in ticks, as what plans lines needs them. Law: every channel's have one shape, whatever
 * object the machine's numbers came in: V8 looks up each field by name where shapes differ.
 */
import type { MachineNumbers } from "../machines/machine.ts"

type Memory = MachineNumbers["memory"]

export class DramTimings {
  readonly closeAfter: number
  readonly controller: number
  readonly patience: number
  readonly tCCDL: number
  readonly tCL: number
  readonly tFAW: number
  readonly tRAS: number
  readonly tRCD: number
  readonly tREFI: number
  readonly tRFC: number
  readonly tRP: number
  readonly tRTP: number
  readonly tWR: number
  readonly tWTR: number
  readonly ticksPerLine: number
  readonly turnaround: number

  constructor(memory: Memory) {
    this.closeAfter = memory.closeAfter
    this.controller = memory.controller
    this.patience = memory.patience
    this.tCCDL = memory.tCCDL
    this.tCL = memory.tCL
    this.tFAW = memory.tFAW
    this.tRAS = memory.tRAS
    this.tRCD = memory.tRCD
    this.tREFI = memory.tREFI
    this.tRFC = memory.tRFC
    this.tRP = memory.tRP
    this.tRTP = memory.tRTP
    this.tWR = memory.tWR
    this.tWTR = memory.tWTR
    this.ticksPerLine = memory.ticksPerLine
    this.turnaround = memory.turnaround
  }
}
