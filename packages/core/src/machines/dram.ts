/**
 * DRAM by speed bin: the timings of the JEDEC standards in nanoseconds, and how they become a machine's ticks.
 * Law: a timing is multiplied with the clock and rounded once; no row of the published tables gives one, so all
 * are recalled from the standard that the bin names, and range over the neighbouring bins.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, type Range, recalled, type Value } from "./value.ts"

/** One speed bin. Times in ns; `line` is the time for which 64 bytes take the data bus of one channel. */
export interface SpeedBin {
  readonly name: string
  readonly groups: number
  /** Banks of each group. */
  readonly banks: number
  /** Bytes of one row of one bank over all devices of a channel. */
  readonly rowBytes: number
  readonly line: number
  readonly tRCD: number
  readonly tCL: number
  readonly tRP: number
  readonly tRAS: number
  readonly tRTP: number
  readonly tWR: number
  readonly tWTR: number
  readonly tFAW: number
  readonly tCCDL: number
  /** Idle time of the data bus when direction or rank changes: two clocks of the bus. */
  readonly turnaround: number
  readonly tREFI: number
  readonly tRFC: number
}

const ddr3 = { groups: 1, banks: 8, rowBytes: 8192, tRTP: 7.5, tWR: 15, tWTR: 7.5, tREFI: 7800 }
/** 8 Gb devices of 8 bits. */
const ddr4 = {
  groups: 4,
  banks: 4,
  rowBytes: 8192,
  tRAS: 32,
  tRTP: 7.5,
  tWR: 15,
  tWTR: 7.5,
  tFAW: 21,
  tCCDL: 5,
  tREFI: 7800,
  tRFC: 350
}
/** 16 Gb devices of 8 bits; a channel is one of a module's two, 32 bits wide. */
const ddr5 = {
  groups: 8,
  banks: 4,
  rowBytes: 4096,
  tRAS: 32,
  tRTP: 7.5,
  tWR: 30,
  tWTR: 10,
  tCCDL: 5,
  tREFI: 3900,
  tRFC: 295
}
/** Channels of 16 bits: a line is two bursts of 32 bytes. */
const mobile = { rowBytes: 2048, tRCD: 18, tRP: 18, tRAS: 42, tRTP: 7.5, tREFI: 3904, tRFC: 280 }

export const ddr3x1600: SpeedBin = {
  ...ddr3,
  name: "JESD79-3, DDR3-1600K (11-11-11), 4 Gb",
  line: 5,
  tRCD: 13.75,
  tCL: 13.75,
  tRP: 13.75,
  tRAS: 35,
  tFAW: 30,
  tCCDL: 5,
  turnaround: 2.5,
  tRFC: 260
}

const ddr4x = (rate: number, bin: string, clocks: number): SpeedBin => ({
  ...ddr4,
  name: `JESD79-4, DDR4-${rate}${bin} (${clocks}-${clocks}-${clocks}), 8 Gb`,
  line: 8000 / rate,
  tRCD: (clocks * 2000) / rate,
  tCL: (clocks * 2000) / rate,
  tRP: (clocks * 2000) / rate,
  turnaround: 4000 / rate
})

export const ddr4x1866 = ddr4x(1866, "M", 13)
export const ddr4x2133 = ddr4x(2133, "P", 15)
export const ddr4x2400 = ddr4x(2400, "T", 17)
export const ddr4x2666 = ddr4x(2666, "V", 19)
export const ddr4x3200 = ddr4x(3200, "AA", 22)

const ddr5x = (rate: number, bin: string, clocks: number): SpeedBin => ({
  ...ddr5,
  name: `JESD79-5, DDR5-${rate}${bin} (CL ${clocks}), 16 Gb`,
  line: 16_000 / rate,
  tRCD: 16,
  tCL: (clocks * 2000) / rate,
  tRP: 16,
  tFAW: 64_000 / rate,
  turnaround: 4000 / rate
})

export const ddr5x4800 = ddr5x(4800, "B", 40)
export const ddr5x6000 = ddr5x(6000, "B", 48)

export const lpddr4x4266: SpeedBin = {
  ...mobile,
  name: "JESD209-4, LPDDR4X-4266 (RL 36), 8 Gb a channel",
  groups: 1,
  banks: 8,
  line: 7.5,
  tCL: 16.9,
  tWR: 18,
  tWTR: 10,
  tFAW: 30,
  tCCDL: 7.5,
  turnaround: 0.94
}

export const lpddr5x8533: SpeedBin = {
  ...mobile,
  name: "JESD209-5, LPDDR5X-8533 in bank-group mode, 8 Gb a channel",
  groups: 4,
  banks: 4,
  line: 3.75,
  tCL: 22,
  tWR: 34,
  tWTR: 12,
  tFAW: 15,
  tCCDL: 7.5,
  turnaround: 1.9
}

/** What a machine says about its memory beside the bin: how much of it, and the controller around it. */
export interface DramChoice {
  readonly channels: Value
  readonly ranks: Value
  readonly pipeline: Value
  readonly controller: Value
  readonly fill: Value
  readonly ticksPerLine: Value
}

/** Memory of one machine whose clock is `clock` GHz. */
export function dram(bin: SpeedBin, clock: number, choice: DramChoice): MachineShape<Value>["memory"] {
  const time = (ns: number, spread: Range = [0.85, 1.15]): Value => {
    const value = Math.max(1, Math.round(ns * clock))
    const range = [Math.floor(value * spread[0]), Math.ceil(value * spread[1])] as const
    return recalled(value, range, `recalled: ${bin.name}: ${shown(ns)} ns x ${clock} GHz`)
  }
  const size = (value: number, range: Range): Value => recalled(value, range, `recalled: ${bin.name}`)
  const closeAfter = Math.round(250 * clock)
  return {
    ...choice,
    groups: size(bin.groups, [1, 8]),
    banks: size(bin.banks, [2, 8]),
    rowBytes: size(bin.rowBytes, [1024, 16_384]),
    tRCD: time(bin.tRCD),
    tCL: time(bin.tCL),
    tRP: time(bin.tRP),
    tRAS: time(bin.tRAS),
    tRTP: time(bin.tRTP),
    tWR: time(bin.tWR),
    tWTR: time(bin.tWTR),
    tFAW: time(bin.tFAW, [0.75, 1.5]),
    tCCDL: time(bin.tCCDL),
    turnaround: time(bin.turnaround, [0.5, 2]),
    tREFI: time(bin.tREFI, [0.5, 1]),
    tRFC: time(bin.tRFC, [0.45, 1.6]),
    closeAfter: assumed(
      closeAfter,
      [closeAfter >> 2, closeAfter * 4],
      "assumed: 250 ns; controllers close a row that nobody comes back to, and none publishes when; the 1 to 2 us until one chain of random loads comes back are longer"
    ),
    patience: assumed(
      Math.round(500 * clock),
      [Math.round(100 * clock), Math.round(4000 * clock)],
      "assumed: 500 ns; controllers bound how long row hits pass an older request, none publishes the bound"
    ),
    readQueue: assumed(48, [16, 64], "assumed: Intel's server controllers have 48 read entries a channel; no row"),
    writeQueue: assumed(48, [16, 64], "assumed: as readQueue"),
    drainAbove: assumed(36, [8, 60], "assumed: three quarters of writeQueue"),
    drainBelow: assumed(12, [1, 32], "assumed: a quarter of writeQueue")
  }
}

/** At most two decimals. */
const shown = (ns: number): string => String(Math.round(ns * 100) / 100)
