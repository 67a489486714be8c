/** Law L5 by hand: ten instructions, every slot with its cause, exactly. */
import { latenciesOf } from "@isolde/core/machines/latencies"
import { Control } from "@isolde/core/processor/instruction-table"
import { describe, expect, test } from "vitest"
import type { Instruction } from "../instruction-builder.ts"
import { account, inOrder, numbersOfCase } from "./ten-instructions.ts"

const numbers = numbersOfCase()
const { dram, llcHit } = latenciesOf(numbers)
const L1 = numbers.l1d.latency
const L2 = numbers.l2.latency
// A line that comes keeps stores out of the L1D for so long: the store that waits for it drains after that.
const fill = 64 / numbers.l1d.fill
const { forward, mispredictPenalty } = numbers.core

const alu: Instruction = {}
const alus = (count: number): Array<Instruction> => Array.from({ length: count }, () => alu)

describe("the parameters that the cases are computed from", () => {
  test("are those of Skylake-SP with everything at one stop", () => {
    expect({ L1, L2, forward, mispredictPenalty, llcHit, dram }).toEqual({
      L1: 4,
      L2: 14,
      forward: 5,
      mispredictPenalty: 16,
      llcHit: 14 + (2 + 2 + 14) + (2 + 2 + 2 + 16),
      dram: 54 + (2 + 2 + 14) + 1 + 34 + 34 + (2 + 2 + 2 + 3)
    })
  })
})

describe("four-wide", () => {
  test("ten independent instructions take three ticks", () => {
    // 4 + 4 + 2; the last two slots wait for the last to execute.
    expect(account({ ten: () => alus(10) })).toEqual({ ticks: 3, slots: { application: 10, execute: 2 } })
  })

  test("ten loads that hit the L1D overlap", () => {
    const ten = ({ data }: { data: number }) => Array.from({ length: 10 }, () => ({ load: [data, 0] as const }))
    // Two begin in a tick: the last pair in the fifth.
    const ticks = 4 + L1
    expect(account({ ten })).toEqual({ ticks, slots: { application: 10, l1: 4 * ticks - 10 } })
    const core = { loads: 4 }
    expect(account({ core, ten })).toEqual({ ticks: 2 + L1, slots: { application: 10, l1: 4 * (2 + L1) - 10 } })
  })

  test("ten loads, each at the address that the one before it loaded, do not", () => {
    const ten = ({ data }: { data: number }) =>
      Array.from({ length: 10 }, (): Instruction => ({ load: [data, 0], address: [1], to: [1] }))
    expect(account({ ten })).toEqual({ ticks: 10 * L1, slots: { application: 10, l1: 40 * L1 - 10 } })
  })

  test("a load from the L2 hides nine instructions", () => {
    const ten = ({ data }: { data: number }): Array<Instruction> => [{ load: [data, 64] }, ...alus(9)]
    // The L1D has one way: 64 sets further on lies a line that pushes the first one out.
    const between = ({ data }: { data: number }): Array<Instruction> => [{ load: [data + 1, 64] }]
    expect(account({ ten, between })).toEqual({ ticks: L2, slots: { application: 10, l2: 4 * L2 - 10 } })
  })

  test("two loads from DRAM overlap but for the channel, and hide what is independent", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { load: [data, again ? 1024 : 0] },
      { load: [data, again ? 2048 : 0] },
      ...alus(8)
    ]
    const ticks = dram + numbers.memory.ticksPerLine
    expect(account({ ten })).toEqual({ ticks, slots: { application: 10, dram: 4 * ticks - 10 } })
  })

  test("a load from DRAM is charged however many instructions have dispatched without a gap before it", () => {
    // The ring of the window has 128 places: what follows the load has come round to where the first were.
    const before = 4 * 95
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      ...alus(before),
      { load: [data, again ? 1024 : 0] },
      ...alus(20)
    ]
    expect(account({ ten })).toEqual({ ticks: 95 + dram, slots: { application: before + 21, dram: 4 * dram - 21 } })
  })

  test("what depends on a load from DRAM is charged to itself once the data are there", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { load: [data, again ? 1024 : 0], to: [1] },
      { load: [data, 0], address: [1], to: [2] },
      { data: [2], latency: 3 },
      ...alus(7)
    ]
    const slots = { application: 10, dram: 4 * dram - 10, l1: 4 * L1, execute: 4 * 3 }
    expect(account({ ten })).toEqual({ ticks: dram + L1 + 3, slots })
  })

  test("a store whose address comes from DRAM asks for its own line only then", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { load: [data, again ? 1024 : 0], to: [1] },
      { store: [data, again ? 2048 : 0], address: [1] },
      ...alus(8)
    ]
    // The store is given the miss buffer that the load leaves; its line is a miss of its own.
    const slots = { application: 10, dram: 4 * dram - 10, storeBuffer: 4 * (dram + fill) }
    expect(account({ ten })).toEqual({ ticks: 2 * dram + fill, slots })
  })

  test("a load takes its data from the store buffer", () => {
    const ten = ({ data }: { data: number }): Array<Instruction> => [
      { to: [1] },
      { store: [data, 8], data: [1] },
      { load: [data, 8], to: [2] },
      { data: [2] },
      ...alus(6)
    ]
    // Ready at 1, forwarded at 1 + 5, used at 7.
    const ticks = 1 + forward + 1
    expect(account({ ten })).toEqual({ ticks, slots: { application: 10, execute: 4 * ticks - 10 } })
  })

  test("a mispredicted branch costs its penalty from its own completion on", () => {
    const ten = (): Array<Instruction> => [alu, { control: Control.branch }, ...alus(8)]
    const core = { mispredictPerMillion: 1_000_000 }
    expect(account({ core, ten })).toEqual({
      ticks: 1 + mispredictPenalty + 2,
      slots: { application: 10, execute: 2, mispredict: 4 * mispredictPenalty }
    })
  })

  test("a mispredicted branch that waits for DRAM lets nothing pass meanwhile", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { load: [data, again ? 1024 : 0], to: [1] },
      { control: Control.branch, data: [1] },
      ...alus(8)
    ]
    const core = { mispredictPerMillion: 1_000_000 }
    expect(account({ core, ten })).toEqual({
      ticks: dram + 1 + mispredictPenalty + 2,
      slots: { application: 10, dram: 4 * dram - 2, execute: 4, mispredict: 4 * mispredictPenalty }
    })
  })

  test("stores that find the buffer full wait for the line of the first", () => {
    const ten = ({ data }: { data: number }, again: boolean) =>
      Array.from({ length: 10 }, () => ({ store: [data, again ? 1024 : 0] as const }))
    // Two fit; when the line has come, one drains a tick, and one dispatches a tick.
    expect(account({ core: { storeBuffer: 2 }, ten })).toEqual({
      ticks: dram + fill + 9,
      slots: { application: 10, execute: 2 + 8 * 3, storeBuffer: 4 * (dram + fill - 1) + 4 }
    })
  })

  test("a locked operation on a line in DRAM holds back everything younger", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { modify: [data, again ? 1024 : 0], control: Control.locked, latency: 18 },
      ...alus(9)
    ]
    const { slots, ticks } = account({ ten })
    expect(ticks).toBe(dram + 18 + 3)
    expect(slots).toEqual({ application: 10, dram: 4 * (dram + 18) - 1, execute: 3 })
  })

  test("a fence waits for the stores before it", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { store: [data, again ? 1024 : 0] },
      { control: Control.fence, latency: 33 },
      ...alus(8)
    ]
    // The store executes in one tick; from then on its line is waited for, then the fence itself.
    expect(account({ ten })).toEqual({
      ticks: dram + fill + 33 + 2,
      slots: { application: 10, execute: 3, storeBuffer: 4 * (dram + fill - 1), serialise: 4 * 33 - 1 }
    })
  })

  test("instructions that a mechanism adds are charged to it", () => {
    const ten = () => Array.from({ length: 10 }, () => ({ added: 3 }))
    expect(account({ ten })).toEqual({ ticks: 10, slots: { application: 10, instrumentation: 30 } })
  })
})

describe("in order, one at a time", () => {
  const core = inOrder

  test("ten instructions take ten ticks", () => {
    expect(account({ core, ten: () => alus(10) })).toEqual({ ticks: 10, slots: { application: 10 } })
  })

  test("loads don't overlap", () => {
    const ten = ({ data }: { data: number }) => Array.from({ length: 10 }, () => ({ load: [data, 0] as const }))
    expect(account({ core, ten })).toEqual({ ticks: 10 * L1, slots: { application: 10, l1: 10 * (L1 - 1) } })
  })

  test("a load from the L2 is waited for", () => {
    const ten = ({ data }: { data: number }): Array<Instruction> => [{ load: [data, 64] }, ...alus(9)]
    const between = ({ data }: { data: number }): Array<Instruction> => [{ load: [data + 1, 64] }]
    expect(account({ core, ten, between })).toEqual({ ticks: L2 + 9, slots: { application: 10, l2: L2 - 1 } })
  })

  test("two loads from DRAM take twice as long as one", () => {
    const ten = ({ data }: { data: number }, again: boolean): Array<Instruction> => [
      { load: [data, again ? 1024 : 0] },
      { load: [data, again ? 2048 : 0] },
      ...alus(8)
    ]
    expect(account({ core, ten })).toEqual({ ticks: 2 * dram + 8, slots: { application: 10, dram: 2 * (dram - 1) } })
  })

  test("a mispredicted branch costs its penalty", () => {
    const ten = (): Array<Instruction> => [alu, { control: Control.branch }, ...alus(8)]
    expect(account({ core: { ...core, mispredictPerMillion: 1_000_000 }, ten })).toEqual({
      ticks: 10 + mispredictPenalty,
      slots: { application: 10, mispredict: mispredictPenalty }
    })
  })
})
