/** Network functions in domains of their own: a batch's packets share its invocations. */
import { type MechanismInstance, simulate, tigerLake } from "@isolde/core"
import { mpk } from "@isolde/mpk"
import { sfi } from "@isolde/sfi"
import { experimentByName, type Parameters } from "@isolde/workloads"
import { expect, test } from "vitest"

function ticks(chosen: Parameters, mechanisms: ReadonlyArray<MechanismInstance>): number {
  const experiment = experimentByName("network-functions")
  if (experiment === undefined) throw new Error("no experiment network-functions")
  const parameters = { ...experiment.defaults, functions: "120,235+64K", packets: 64, ...chosen }
  const run = simulate(experiment.scenario(tigerLake({ cores: 1 }), parameters, mechanisms))
  return experiment.read(run, parameters).ticks as number
}

test("a batch of eight packets pays a packet a fraction of what one by itself pays for the gates", () => {
  const gates = (batch: number) => ticks({ batch }, [mpk()]) - ticks({ batch }, [])
  expect(gates(1)).toBeGreaterThan(4 * gates(8))
})

test("packets are copied into each function's memory where nothing can be lent: a batch by one gate and one copy", () => {
  const copied = (batch: number) => ticks({ batch, exchange: "copy" }, [mpk()])
  expect(copied(1)).toBeGreaterThan(copied(16) + 100)
  expect(() => ticks({ batch: 16 }, [sfi()])).toThrow("exchange")
  expect(ticks({ batch: 16, exchange: "copy" }, [sfi()])).toBeGreaterThan(0)
})

test("packets that aren't in everybody's reach are handed on, which costs", () => {
  expect(ticks({ batch: 8, exchange: "borrow" }, [mpk()])).toBeGreaterThan(ticks({ batch: 8 }, [mpk()]))
})
