/** ST1: whoever looks at accesses sends every instruction the careful way, and nothing else changes. */
import { haswellEp } from "@isolde/core/machines/haswell-ep"
import type { Machine } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { simulate } from "@isolde/core/simulate"
import { describe, expect, test } from "vitest"
import { randomStreams } from "../scenario/random-streams.ts"
import { crampedMachine } from "../small-system.ts"

const machines: ReadonlyArray<readonly [name: string, machine: Machine]> = [
  ["skylake-sp", skylakeSp({ cores: 2 })],
  ["haswell-ep", haswellEp({ cores: 1 })],
  ["with siblings", skylakeSp({ cores: 2, threadsPerCore: 2 })],
  ["cramped", crampedMachine(2)]
]

describe("the straight way and the careful way", () => {
  test.each(machines)("take the same ticks for the same causes: %s", (_, machine) => {
    for (let seed = 1; seed <= 4; seed++) {
      const workload = randomStreams(seed, { instructions: 3000, shared: 2, protects: 2, lines: 16 })
      const scenario = { machine, mechanisms: [], workload, seed, workers: machine.tiles * machine.threadsPerTile }
      const straight = simulate(scenario)
      const looked = simulate(scenario, { sink: () => ({ write: () => undefined }), tables: ["accesses"] })
      expect(looked.summary).toEqual(straight.summary)
    }
  })
})
