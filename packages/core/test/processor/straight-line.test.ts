/** ST1: a tile that sends every instruction the careful way does the same, at the same ticks, for the same causes. */
import { haswellEp } from "@isolde/core/machines/haswell-ep"
import type { Machine } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"
import { randomStreams } from "../scenario/random-streams.ts"
import { built, crampedMachine, finished } from "../small-system.ts"

const machines: ReadonlyArray<readonly [name: string, machine: Machine]> = [
  ["skylake-sp", skylakeSp({ cores: 2 })],
  ["haswell-ep", haswellEp({ cores: 1 })],
  ["with siblings", skylakeSp({ cores: 2, threadsPerCore: 2 })],
  ["a window of eight", skylakeSp({ cores: 2, overrides: { core: { window: 8 } } })],
  ["cramped", crampedMachine(2)]
]

describe("the straight way and the careful way", () => {
  test.each(machines)("take the same ticks for the same causes: %s", (_, machine) => {
    for (let seed = 1; seed <= 4; seed++) {
      const workload = randomStreams(seed, { instructions: 3000, shared: 2, protects: 2, lines: 16 })
      const scenario = { machine, mechanisms: [], workload, seed, workers: machine.tiles * machine.threadsPerTile }
      const careful = built(scenario)
      for (const tile of careful.tiles) Object.assign(tile.port, { careful: true })
      expect(finished(careful)).toEqual(finished(built(scenario)))
    }
  })
})
