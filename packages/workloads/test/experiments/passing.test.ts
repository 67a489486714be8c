/** Buffers that are passed, translations that a flush takes along, gates and signals that are written down. */
import { broadwellEp, type Machine, simulate, skylakeSp } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { experimentByName } from "../../src/experiments/catalogue.ts"
import type { Parameters } from "../../src/experiments/experiment.ts"

function readings(name: string, machine: Machine, chosen: Parameters): Readonly<Record<string, number>> {
  const experiment = experimentByName(name)
  if (experiment === undefined) throw new Error(`no experiment ${name}`)
  const parameters = { ...experiment.defaults, ...chosen }
  return experiment.read(simulate(experiment.scenario(machine, parameters, [])), parameters)
}

describe("a call with a buffer", () => {
  const ticks = (chosen: Parameters) => readings("pass-buffer", skylakeSp({ cores: 1 }), chosen).ticks as number

  test("takes what the buffer's size takes, and a copy twice as many lines", () => {
    expect(ticks({ bytes: 65_536, exchange: "share" })).toBeGreaterThan(ticks({ bytes: 4096, exchange: "share" }) * 4)
    expect(ticks({ bytes: 65_536, exchange: "copy" })).toBeGreaterThan(ticks({ bytes: 65_536, exchange: "share" }))
  })

  test("whose callee reads and answers nothing waits for the caller's stores alone", () => {
    expect(ticks({ exchange: "share", read: 0 })).toBeLessThan(ticks({ exchange: "share", answer: 4096 }))
  })
})

test("a hand-over that takes no time has no rate", () => {
  expect(readings("hand-over", skylakeSp({ cores: 1 }), {})).toEqual({ ticks: 0 })
})

describe("a flush of one page", () => {
  const lost = (chosen: Parameters) => readings("flush-misses", broadwellEp({ cores: 1 }), chosen).lost as number

  test.each([
    [4096, 0],
    [2_097_152, 0],
    [4096, 4096],
    [4096, 2_097_152],
    [2_097_152, 2_097_152]
  ])("spares other pages of %d bytes on a host's of %d", (pageBytes, hostPages) => {
    expect(lost({ pageBytes, hostPages })).toBe(0)
    expect(lost({ pageBytes, hostPages, flush: "all" })).toBeGreaterThan(0)
  })

  test("takes all along where a guest's large pages lie on a host's small ones", () => {
    const fractured = { pageBytes: 2_097_152, hostPages: 4096 }
    expect(lost(fractured)).toBe(lost({ ...fractured, flush: "all" }))
  })
})

describe("a gate that is written down", () => {
  const ticks = (chosen: Parameters) => readings("written-gate", skylakeSp({ cores: 1 }), chosen).ticks as number

  test("pays for its atomic operations on each way", () => {
    const { locked } = numbersOf(skylakeSp()).core
    expect(ticks({}) - ticks({ atomics: 0 })).toBeGreaterThanOrEqual(2 * locked)
  })

  test("pays for a switch that younger instructions wait for on each way", () => {
    expect(ticks({ switch: 100 }) - ticks({ switch: 50 })).toBe(100)
  })
})

describe("a signal", () => {
  const ticks = (chosen: Parameters) => readings("signal-delivery", skylakeSp({ cores: 2 }), chosen).ticks as number

  test("takes its handler's instructions more, whoever raises it", () => {
    const { width } = numbersOf(skylakeSp()).core
    for (const cause of ["self", "other"])
      expect(ticks({ cause, handler: 1000 }) - ticks({ cause, handler: 0 })).toBe(1000 / width)
  })

  test("comes later from another core than from the thread itself", () => {
    expect(ticks({ cause: "other" })).toBeGreaterThan(ticks({ cause: "self" }) + 1000)
  })
})

test("objects that nobody protects are freed and allocated again for nothing", () => {
  const { allocate, both, free } = readings("allocator-churn", skylakeSp({ cores: 1 }), {})
  expect([allocate, both, free]).toEqual([0, 0, 0])
})
