/**
 * A gate of which the source says what it does, and no mechanism has it (PLOS'21, Fig. 1): fifteen registers saved and
 * restored, a stack taken from the callee's list by a locked instruction and given back, all registers cleared on each
 * way, no switch of rights, and with FXSAVE's 512 bytes. Nested invocations, the length of the chain is the place in the
 * list + 1.
 */
import { type Point, rowPoint } from "../point.ts"

const calls =
  "calls and returns of programs in code cost their slots alone, and the source's grow with the chain, which no part of it explains"

const nested = (row: string, parameters: { readonly [name: string]: number }, gap: string): ReadonlyArray<Point> =>
  Array.from({ length: 16 }, (_, place) =>
    rowPoint(
      row,
      {
        unit: "cycles",
        terms: [
          {
            machine: "haswell-ep-10",
            options: { cores: 1 },
            experiment: "written-gate",
            parameters: { chain: place + 1, ...parameters },
            sources: ["lang-005, lang-006, lang-008: what the gate does; 12 other instructions each way are assumed"],
            reading: "ticks"
          }
        ],
        tolerancePercent: 25,
        gap
      },
      place
    )
  )

export const writtenGatePoints: ReadonlyArray<Point> = [
  ...nested("lang-002", {}, calls),
  // FXSAVE and FXRSTOR take 67 and 63 cycles of microcode on later cores; Haswell's aren't published in the tables.
  ...nested("lang-004", { extendedBytes: 512, save: 67, restore: 63 }, `${calls}; FXSAVE is a later core's`)
]
