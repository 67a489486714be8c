/** Uncontended latencies in closed form: the ticks of one access are the sum of the parameters on its way. */

import { Placement } from "@isolde/core/interconnect/placement"
import { latenciesOf, readOf } from "@isolde/core/machines/latencies"
import { type Machine, numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { System } from "@isolde/core/scenario/system"
import { describe, expect, test } from "vitest"
import { evenMemory, finished, type Overrides, programmed } from "../small-system.ts"

/** A small L2 that one page sweeps clean, and an LLC that keeps everything. */
const overrides: Overrides = {
  // Each line is timed alone.
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 },
  core: { mispredictPerMillion: 0, lineFillBuffers: 8 },
  l1d: { sets: 8, ways: 1 },
  l2: { sets: 8, ways: 2 },
  llc: { sets: 1024, ways: 16 },
  memory: evenMemory
}

const LINES = 64

interface Timed {
  readonly system: System
  /** Ticks of each access to the lines of `data`, in order. */
  readonly ticks: Array<number>
  readonly data: number
}

/**
 * Times one access to each line of a page on tile 0, each behind a drain. `prepare` runs before, on every tile
 * that `prepared` names, while the others wait.
 */
function timed(
  machine: Machine,
  access: (program: Program, data: number, line: number) => void,
  prepare: (program: Program, data: number) => void = () => undefined,
  prepared = 0
): Timed {
  const ticks: Array<number> = []
  let begin = 0
  let data = 0
  const system = programmed(machine, {
    steps: 1,
    build: ({ pages }) => {
      data = pages.reserve(2)
      return {
        emit: (program, t) => {
          // The translation of the page first: nothing here walks.
          program
            .load(data, 0)
            .load(data + 1, 0)
            .serialise(Serialise.drainStores, 5000)
          if (t.number === prepared) prepare(program, data)
          program.serialise(Serialise.drainStores, 50_000)
          if (t.number !== 0) return
          for (let line = 1; line < LINES; line++) {
            program.serialise(Serialise.drainStores, 500).act(0)
            access(program, data, line)
            program.serialise(Serialise.drain, 0).act(1)
          }
        },
        act: (_, code, _a, _b, tick) => {
          if (code === 0) begin = tick
          else ticks.push(tick - begin)
        }
      }
    }
  })
  finished(system)
  return { system, ticks, data }
}

/** The sums of latenciesOf for one line: the mesh distances are those of its home and its channel. */
function sums({ data, system }: Timed, line: number) {
  const { l2, llc, memory, network } = system.numbers
  const { columns } = network
  const placement = new Placement(system.numbers)
  const physical = system.pages.line(data, line * 64)
  const home = system.homes.ownerOf(physical) - (system.homes.owners[0] as number)
  const channel = system.channels.ownerOf(physical) - (system.channels.owners[0] as number)
  const stops = { home: placement.stopOfSlice(home), channel: placement.stopOfChannel(channel) }
  const hops = (a: number, b: number) =>
    Math.abs((a % columns) - (b % columns)) + Math.abs(Math.floor(a / columns) - Math.floor(b / columns))
  const way = (a: number, b: number) => network.injection + hops(a, b) * network.hop + network.ejection
  const extra = network.dataFlits - 1
  const llcHit = l2.latency + 2 * way(0, stops.home) + llc.pipeline + extra + l2.pipeline
  return {
    llcHit,
    dram: llcHit + 2 * way(stops.home, stops.channel) + memory.pipeline + readOf(memory) + extra + memory.fill,
    /** Dirty in the tile at stop `owner`, which reads its L2; the data come by way of the home. */
    fromTile: (owner: number) =>
      l2.latency +
      way(0, stops.home) +
      llc.pipeline +
      way(stops.home, owner) +
      l2.pipeline +
      l2.latency +
      way(owner, stops.home) +
      extra +
      llc.pipeline +
      way(stops.home, 0) +
      extra +
      l2.pipeline
  }
}

const lines = Array.from({ length: LINES - 1 }, (_, i) => i + 1)
const load = (program: Program, data: number, line: number) => program.load(data, line * 64)
const everyLine = (program: Program, data: number, touch: "load" | "store") => {
  for (const line of lines) program[touch](data, line * 64)
}
const sweep = (program: Program, data: number) => {
  program.serialise(Serialise.drainStores, 5000)
  for (const line of lines) program.load(data + 1, line * 64)
}

describe("on the mesh of Skylake-SP, with all ten slices and six channels", () => {
  const machine = skylakeSp({ cores: 2, overrides })

  test("a load that misses everywhere takes the sum of its way to home, channel and back", () => {
    const run = timed(machine, load)
    expect(run.ticks).toEqual(lines.map((line) => sums(run, line).dram))
  })

  test("a load of a line that the L2 evicted hits the LLC", () => {
    const run = timed(machine, load, (program, data) => {
      everyLine(program, data, "load")
      sweep(program, data)
    })
    expect(run.ticks).toEqual(lines.map((line) => sums(run, line).llcHit))
  })

  test("a load of a line that another tile has written comes from there", () => {
    const whole = skylakeSp({ cores: 2, overrides: { ...overrides, l2: { sets: 1024, ways: 16 } } })
    const run = timed(whole, load, (program, data) => everyLine(program, data, "store"), 1)
    expect(run.ticks).toEqual(lines.map((line) => sums(run, line).fromTile(1)))
  })
})

describe("with everything at one stop the averages are exact", () => {
  const atOneStop: Overrides = {
    ...overrides,
    llc: { slices: 1, sets: 1024, ways: 16 },
    network: { columns: 1, rows: 1 },
    memory: { channels: 1, ...evenMemory }
  }
  const machine = skylakeSp({ cores: 1, overrides: atOneStop })
  const { dram, llcHit } = latenciesOf(numbersOf(machine))
  const { core, l1d, l2 } = numbersOf(machine)

  test("DRAM, LLC, L2 and L1D", () => {
    expect(new Set(timed(machine, load).ticks)).toEqual(new Set([dram]))
    const swept = timed(machine, load, (program, data) => {
      everyLine(program, data, "load")
      sweep(program, data)
    })
    expect(new Set(swept.ticks)).toEqual(new Set([llcHit]))
    // Lines 8 apart share an L1D set of one way; the L2 holds both.
    const pushed = timed(machine, (program, data, line) => {
      program.load(data, line * 64).serialise(Serialise.drain, 500)
      program
        .load(data, (line ^ 8) * 64)
        .serialise(Serialise.drain, 500)
        .act(0)
      program.load(data, line * 64)
    })
    expect(new Set(pushed.ticks)).toEqual(new Set([l2.latency]))
    const held = timed(machine, (program, data, line) => {
      program
        .load(data, line * 64)
        .serialise(Serialise.drain, 500)
        .act(0)
        .load(data, line * 64)
    })
    expect(new Set(held.ticks)).toEqual(new Set([l1d.latency]))
  })

  test("a locked word in M takes its latency, one in DRAM that and the miss", () => {
    const ticks: Array<number> = []
    let begin = 0
    const system = programmed(machine, {
      steps: 1,
      build: ({ words }) => {
        const word = words.allocate(1)
        return {
          emit: (program) => {
            for (let time = 0; time < 2; time++) {
              program.serialise(Serialise.drainStores, 500).act(0).orWord(word, 1, core.locked)
              program.serialise(Serialise.drain, 0).act(1)
            }
          },
          act: (_, code, _a, _b, tick) => {
            if (code === 0) begin = tick
            else ticks.push(tick - begin)
          }
        }
      }
    })
    finished(system)
    expect(ticks).toEqual([dram + core.locked, core.locked])
  })
})
