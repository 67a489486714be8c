/** Programs of machine actions by hand: serialisation of three kinds, sibling threads, interrupts, words. */
import { latenciesOf } from "@isolde/core/machines/latencies"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { finished, type Overrides, programmed } from "../small-system.ts"
import { inOrder, numbersOfCase, oneStopMachine, type Slots, slotsOf } from "./ten-instructions.ts"

const numbers = numbersOfCase()
const { dram } = latenciesOf(numbers)
const L2 = numbers.l2.latency

interface Measured {
  readonly ticks: number
  readonly slots: Slots
}

/**
 * `timed` behind a drain, on a machine whose page `data` is translated. Two runs, with and without it, are
 * subtracted. `warm` runs before.
 */
function measured(
  timed: (program: Program, data: number) => void,
  warm: (program: Program, data: number) => void = () => undefined,
  core: Overrides["core"] = {}
): Measured {
  const run = (whole: boolean) => {
    const system = programmed(oneStopMachine(core), {
      steps: 1,
      build: ({ pages }) => {
        const data = pages.reserve(2)
        return {
          emit: (program) => {
            program.as(Cause.kernel).load(data, 0).serialise(Serialise.drainStores, 1000)
            warm(program, data)
            program.serialise(Serialise.drainStores, 1000).as(Cause.gate)
            if (whole) timed(program, data)
          }
        }
      }
    })
    return { cycles: finished(system).cycles, slots: slotsOf(system) }
  }
  const [without, whole] = [run(false), run(true)]
  const names = Object.keys({ ...without.slots, ...whole.slots })
  const slots = names.map((name) => [name, (whole.slots[name] ?? 0) - (without.slots[name] ?? 0)] as const)
  return { ticks: whole.cycles - without.cycles, slots: Object.fromEntries(slots.filter(([, n]) => n !== 0)) }
}

describe("serialisation", () => {
  test("hold: younger instructions wait for it (WRPKRU)", () => {
    const timed = (program: Program) => program.compute(4).serialise(Serialise.hold, 20).compute(5)
    expect(measured(timed)).toEqual({ ticks: 23, slots: { gate: 10, serialise: 3 + 19 * 4, execute: 3 } })
  })

  test("hold: it waits for nobody older", () => {
    const timed = (program: Program, data: number) => program.load(data, 1024).serialise(Serialise.hold, 20).compute(8)
    // The ninth and tenth instruction have long dispatched when the load's data come.
    expect(measured(timed)).toEqual({ ticks: dram, slots: { gate: 10, dram: 4 * dram - 10 } })
  })

  test("drain: it waits for older instructions, younger ones for it (LFENCE)", () => {
    const warm = (program: Program, data: number) => program.load(data, 64).load(data + 1, 64)
    const timed = (program: Program, data: number) => program.load(data, 64).serialise(Serialise.drain, 10).compute(8)
    expect(measured(timed, warm)).toEqual({
      ticks: L2 + 10 + 2,
      slots: { gate: 10, l2: 4 * L2 - 1, serialise: 4 * 10 - 1 }
    })
  })

  test("drain: a store may still wait for its line; drain stores: it may not (MFENCE)", () => {
    const timed = (kind: Serialise) => (program: Program, data: number) =>
      program.store(data, 1024).serialise(kind, 10).compute(8)
    // The store executes in one tick, the fence ten more, then four a tick; the line comes last.
    const drained = dram + 64 / numbers.l1d.fill
    expect(measured(timed(Serialise.drain))).toEqual({
      ticks: drained,
      slots: { gate: 10, execute: 3, serialise: 4 * 10 - 1, storeBuffer: 4 * (drained - 13) }
    })
    expect(measured(timed(Serialise.drainStores))).toEqual({
      ticks: drained + 10 + 2,
      slots: { gate: 10, execute: 3, storeBuffer: 4 * (drained - 1), serialise: 4 * 10 - 1 }
    })
  })

  test("in order every kind takes its latency and no more", () => {
    for (const kind of [Serialise.hold, Serialise.drain, Serialise.drainStores]) {
      const timed = (program: Program) => program.compute(4).serialise(kind, 20).compute(5)
      expect(measured(timed, undefined, inOrder)).toEqual({ ticks: 29, slots: { gate: 10, serialise: 19 } })
    }
  })
})

describe("chains and copies", () => {
  test("a chain takes its length times its latency", () => {
    expect(measured((program) => program.chain(10, 3))).toEqual({
      ticks: 30,
      slots: { gate: 10, execute: 4 * 30 - 10 }
    })
  })

  test("a copy is a load and a store for each chunk, the store waiting for the load", () => {
    const warm = (program: Program, data: number) => program.load(data, 512).store(data, 1024)
    const { slots, ticks } = measured((program, data) => program.copy(data, 512, data, 1024, 40, 8), warm)
    expect(slots.gate).toBe(10)
    // Two loads dispatch a tick, so data come two a tick from the first on; stores drain one a tick.
    expect(ticks).toBe(numbers.l1d.latency + 4)
  })
})

describe("sibling threads", () => {
  const running = (emit: (program: Program, thread: number) => void): System => {
    const system = programmed(oneStopMachine({}, 2), {
      steps: 1,
      build: () => ({ emit: (program, t) => emit(program.as(Cause.application), t.number) })
    })
    finished(system)
    return system
  }

  test("two that are ready take ticks by turns", () => {
    const system = running((program) => program.compute(8))
    // Thread 1 has ticks 0 and 2, thread 0 has 1 and 3.
    expect(slotsOf(system, 0)).toEqual({ application: 8, sibling: 8 })
    expect(slotsOf(system, 1)).toEqual({ application: 8, sibling: 4, idle: 4 })
  })

  test("one that waits leaves every tick to the other, and says what it waits for", () => {
    const system = running((program, thread) => (thread === 0 ? program.chain(2, 10) : program.compute(40)))
    const [waiting, busy] = [slotsOf(system, 0), slotsOf(system, 1)]
    expect(busy.application).toBe(40)
    expect((waiting.execute ?? 0) + (waiting.application ?? 0) + (waiting.sibling ?? 0)).toBe(4 * 21)
    expect(waiting).toEqual({ application: 2, sibling: 4, execute: 4 * 20 - 2 })
    expect(busy).toEqual({ application: 40, sibling: 4, idle: 4 * (21 - 11) })
  })
})
