/** Experiments on single paths of the kernel, in closed form where nothing else is in them. */
import { type MachineOptions, simulate, skylakeSp } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { contextSwitch } from "../../src/experiments/context-switch.ts"
import type { AnyExperiment, Parameters } from "../../src/experiments/experiment.ts"
import { pageFault } from "../../src/experiments/page-fault.ts"
import { systemCall } from "../../src/experiments/system-call.ts"

const { kernel } = numbersOf(skylakeSp())
const isolated: MachineOptions = { kernel: { pageTableIsolation: true } }

function readings(experiment: AnyExperiment, chosen: Parameters = {}, options: MachineOptions = {}) {
  const parameters = { ...experiment.defaults, ...chosen }
  const run = simulate(experiment.scenario(skylakeSp({ cores: 4, ...options }), parameters, []))
  return experiment.read(run, parameters) as Readonly<Record<string, number>>
}

describe("a system call that does nothing", () => {
  test("takes the way in and the way out", () => {
    expect(readings(systemCall).ticks).toBe(kernel.syscallEntry + kernel.syscallExit)
  })

  test("takes a switch of page tables more on each way when they are isolated", () => {
    const { ticks } = readings(systemCall, {}, isolated)
    expect(ticks).toBe(kernel.syscallEntry + kernel.syscallExit + 2 * kernel.isolationSwitch)
  })
})

describe("a switch between threads", () => {
  test("takes a system call and the scheduler's path, whatever the number of threads that touch nothing", () => {
    const path = kernel.syscallEntry + kernel.syscallExit + kernel.switchPath
    for (const threads of [2, 3]) expect(readings(contextSwitch, { threads }).ticks).toBe(path)
  })

  test("costs more when the threads' working sets push each other out of the L2", () => {
    const [small, large] = [1 << 15, 1 << 20].map((bytes) => readings(contextSwitch, { bytes, turns: 2 }).ticks)
    expect(large).toBeGreaterThan(3 * (small as number))
  })
})

describe("a page fault", () => {
  test("is dearer by what the kernel copies where the page shares a frame", () => {
    const [zero, copy] = ["zero", "copy"].map((kind) => readings(pageFault, { kind }).fault as number)
    expect(copy).toBeGreaterThan(zero as number)
  })

  test("is the caller's own: what other threads have of the page costs the call that took it away", () => {
    const [alone, beside] = [1, 3].map((threads) => readings(pageFault, { threads }))
    expect(beside?.call).toBeGreaterThan((alone?.call as number) + 1000)
    expect(beside?.fault).toBeLessThan((alone?.fault as number) + 200)
    expect(beside?.both).toBe((beside?.call as number) + (beside?.fault as number))
  })
})
