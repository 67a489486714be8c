/** Copies of buffers that stay in one level: what the slowest of dispatch, ports and transfers allows. */
import { cortexX3, type Machine, simulate, tigerLake } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { expect, test } from "vitest"
import { copy } from "../../src/experiments/copy.ts"
import type { CopyRoutine } from "../../src/programs/copy-routine.ts"

function ticksOf(machine: Machine, routine: CopyRoutine, bytes: number): number {
  const parameters = { ...copy.defaults, bytes, routine }
  return copy.read(simulate({ ...copy.scenario(machine, parameters, []), seed: 1 }), parameters).ticks as number
}

/** Ticks per line between two sizes: what a copy costs before its first and after its last byte cancels out. */
const perLine = (machine: Machine, routine: CopyRoutine, bytes: number): number =>
  (64 * (ticksOf(machine, routine, 2 * bytes) - ticksOf(machine, routine, bytes))) / bytes

test("within L1D a string takes the ticks in which eight quadwords drain two by two", () => {
  const { stores } = numbersOf(tigerLake()).core
  expect(perLine(tigerLake(), "string", 4096)).toBe(8 / stores)
})

test("within L2 two lines that come and a modified one that goes keep its stores from draining", () => {
  const { core, l1d } = numbersOf(tigerLake())
  expect(perLine(tigerLake(), "string", 65_536)).toBeCloseTo(8 / core.stores + 3 * (64 / l1d.fill), 3)
})

test("within L1D pairs take the ticks in which a line drains", () => {
  const { storeBytes } = numbersOf(cortexX3()).core
  expect(perLine(cortexX3(), "pairs", 4096)).toBeCloseTo(64 / storeBytes, 1)
})
