import { InvalidInput } from "@isolde/core/invalid-input"
import { numbersOf } from "@isolde/core/machines/machine"
import { tigerLake } from "@isolde/core/machines/tiger-lake"
import { describe, expect, test } from "vitest"
import { tinyMachine } from "../src/tiny-machine.ts"

describe("tiny machines", () => {
  test("a tiny machine keeps the latencies of its base and has smaller caches", () => {
    const [tiny, real] = [numbersOf(tinyMachine()), numbersOf(tigerLake())]
    expect(tiny.l1d.latency).toBe(real.l1d.latency)
    expect(tiny.l1d.sets * tiny.l1d.ways).toBeLessThan(real.l1d.sets * real.l1d.ways)
    expect(tiny.tiles).toBe(2)
  })

  test("in order means one instruction at a time and one buffered store", () => {
    const { core } = numbersOf(tinyMachine({ inOrder: true }))
    expect([core.width, core.window, core.storeBuffer]).toEqual([1, 1, 1])
  })

  test("overrides come last and replace single numbers of a group", () => {
    const numbers = numbersOf(tinyMachine({ inOrder: true, overrides: { core: { width: 4 }, l2: { latency: 9 } } }))
    expect([numbers.core.width, numbers.core.window, numbers.l2.latency, numbers.l2.sets]).toEqual([4, 1, 9, 32])
  })

  test("wrong overrides are refused like those of any machine", () => {
    const machine = () => tinyMachine({ overrides: { l2: { latencies: 3 } } as object })
    expect(machine).toThrow(InvalidInput)
  })
})
