/** FE1 to FE3 in closed form: what taken branches cost a program on a core of width 4. */
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { describe, expect, test } from "vitest"
import { finished, programmed } from "../small-system.ts"
import { oneStopMachine, slotsOf } from "./ten-instructions.ts"

interface FrontEnd {
  readonly takenBranch?: number
  readonly indirectBranch?: number
  readonly queue?: number
}

/** Ticks and slots of `emit` behind a drain: with everything that the front end could deliver meanwhile. */
function measured(emit: (program: Program) => void, frontEnd: FrontEnd = {}) {
  const machine = oneStopMachine({}, 1, { frontEnd: { takenBranch: 1, indirectBranch: 1, queue: 1, ...frontEnd } })
  const run = (whole: boolean) => {
    const system = programmed(machine, {
      steps: 1,
      build: () => ({
        emit: (program) => {
          program.as(Cause.gate).serialise(Serialise.drain, 1000)
          if (whole) emit(program)
        }
      })
    })
    return { cycles: finished(system).cycles, slots: slotsOf(system) }
  }
  const [without, whole] = [run(false), run(true)]
  return { ticks: whole.cycles - without.cycles, frontEnd: whole.slots["frontEnd"] ?? 0 }
}

const repeated = (times: number, part: (program: Program) => void) => (program: Program) => {
  for (let i = 0; i < times; i++) part(program)
  program.compute(1)
}

describe("FE1", () => {
  test.each([1, 2, 3])("taken branches in a row come one in %d ticks", (takenBranch) => {
    const jumps = repeated(10, (program) => program.jump())
    expect(measured(jumps, { takenBranch })).toEqual({
      // The first has been waiting in the queue; what follows the last takes a tick.
      ticks: 9 * takenBranch + 1,
      frontEnd: 9 * 4 * (takenBranch - 1)
    })
  })

  test("what an indirect one needs is a number of its own", () => {
    const there = { takenBranch: 1, indirectBranch: 4 }
    expect(
      measured(
        repeated(10, (program) => program.jumpIndirect()),
        there
      ).ticks
    ).toBe(9 * 4 + 1)
    expect(
      measured(
        repeated(10, (program) => program.jump()),
        there
      ).ticks
    ).toBe(9 + 1)
  })

  test("a taken branch ends its group: five instructions take two ticks, eight no more", () => {
    const blocks = (before: number) => repeated(10, (program) => program.compute(before).jump())
    // The first block is there already, and the second begins in the tick of its branch where that has a slot left.
    for (const takenBranch of [1, 2]) {
      expect(measured(blocks(4), { takenBranch }).ticks).toBe(1 + 9 * 2 + 1)
      expect(measured(blocks(7), { takenBranch }).ticks).toBe(2 + 9 * 2 + 1)
    }
  })
})

describe("FE2", () => {
  test("what the queue holds hides as many ticks as it takes to dispatch it", () => {
    const jumps = repeated(20, (program) => program.jump())
    const ticks = (queue: number) => measured(jumps, { takenBranch: 3, queue }).ticks
    expect([4, 8, 16, 32].map((queue) => ticks(1) - ticks(queue))).toEqual([1, 2, 4, 8])
  })

  test("a stall of dispatch fills it again", () => {
    const part = repeated(20, (program) => program.jump())
    const twice = (program: Program) => {
      part(program)
      program.serialise(Serialise.hold, 50)
      part(program)
    }
    const frontEnd = { takenBranch: 3, queue: 32 }
    const once = measured(part, frontEnd).ticks
    // What stalls shares the tick of the last instruction before it.
    expect(measured(twice, frontEnd).ticks).toBe(once - 1 + 50 + once)
  })
})
