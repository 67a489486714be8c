/** ST1: a tile that sends every instruction the careful way does the same, at the same ticks, for the same causes. */
import type { ProtectionUnit } from "@isolde/core/isolation/unit"
import { haswellEp } from "@isolde/core/machines/haswell-ep"
import type { Machine } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import type { MechanismInstance } from "@isolde/core/mechanism"
import { Fault, VERDICT_BITS } from "@isolde/core/processor/memory-port"
import { Open, OpenPages } from "@isolde/core/processor/open-pages"
import { describe, expect, test } from "vitest"
import { randomStreams } from "../scenario/random-streams.ts"
import { built, crampedMachine, finished, steppingMechanism } from "../small-system.ts"

const machines: ReadonlyArray<readonly [name: string, machine: Machine]> = [
  ["skylake-sp", skylakeSp({ cores: 2 })],
  ["haswell-ep", haswellEp({ cores: 1 })],
  ["with siblings", skylakeSp({ cores: 2, threadsPerCore: 2 })],
  ["a window of eight", skylakeSp({ cores: 2, overrides: { core: { window: 8 } } })],
  ["cramped", crampedMachine(2)]
]

/** A mechanism that reads an entry of a table of two pages before every second line, and delays the data of others. */
function tableMechanism(): MechanismInstance {
  const plain = steppingMechanism(() => ({ emit: () => undefined }))
  return {
    ...plain,
    build: (parts): ProtectionUnit => {
      const first = parts.pages.reserve(2)
      const table = {
        tableOffset: 0,
        tablePage: (_thread: number, page: number, offset: number, store: boolean): number => {
          const line = page * 64 + (offset >>> 6)
          if ((line & 1) === 0) return -1
          table.tableOffset = (line * 24) % 4096
          return first + (store ? 1 : 0)
        }
      }
      const checkAccess = (_thread: number, page: number, _offset: number, _bytes: number, store: boolean) =>
        store || (page & 1) === 0 ? 0 : 3 << VERDICT_BITS
      return { ...plain.build(parts), checkAccess, tables: [table] }
    }
  }
}

/** One that reads the same table for two pages in four, of which one is open, one is not, and faults come later. */
function openMechanism(): MechanismInstance {
  const plain = tableMechanism()
  return {
    ...plain,
    build: (parts): ProtectionUnit => {
      const unit = plain.build(parts)
      const [table] = unit.tables ?? []
      const to = Int32Array.from({ length: parts.pages.count }, (_, page) => whose[page & 3] as number)
      const tablePage = (thread: number, page: number, offset: number, store: boolean): number =>
        whose[page & 3] === Open.ungoverned ? -1 : (table?.tablePage(thread, page, offset, store) ?? -1)
      const checkAccess = (_thread: number, page: number): number =>
        whose[page & 3] === Open.nobody ? (3 << VERDICT_BITS) | Fault.detected : Fault.none
      return {
        ...unit,
        checkAccess,
        openPages: new OpenPages(to, () => 7),
        tables: [
          {
            tablePage,
            get tableOffset() {
              return table?.tableOffset ?? 0
            }
          }
        ]
      }
    }
  }
}

const whose = [Open.ungoverned, 7, Open.nobody, Open.ungoverned]

const mechanisms: ReadonlyArray<readonly [name: string, mechanisms: ReadonlyArray<MechanismInstance>]> = [
  ["without a mechanism", []],
  ["with a table that checks read", [tableMechanism()]],
  ["with open pages", [openMechanism()]]
]

describe.each(mechanisms)("%s, the straight way and the careful way", (_name, mechanisms) => {
  test.each(machines)("take the same ticks for the same causes: %s", (_machine, machine) => {
    for (let seed = 1; seed <= 4; seed++) {
      const workload = randomStreams(seed, { instructions: 3000, shared: 2, protects: 2, lines: 16 })
      const scenario = { machine, mechanisms, workload, seed, workers: machine.tiles * machine.threadsPerTile }
      const careful = built(scenario)
      for (const tile of careful.tiles) Object.assign(tile.port, { careful: true })
      expect(finished(careful)).toEqual(finished(built(scenario)))
    }
  })
})
