/** Order between two owners (IN1), the lookahead (IN2), and what links, flits and clocks cost, on every topology. */
import { Message } from "@isolde/core/coherence/message"
import { RandomStream } from "@isolde/core/kernel/random"
import { type MachineNumbers, numbersOf, type Topology } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { tigerLake } from "@isolde/core/machines/tiger-lake"
import { describe, expect, test } from "vitest"
import { bench, type Delivery, PIPELINE } from "./bench.ts"

const skylake = numbersOf(skylakeSp())
const long = { latency: 96.25, flit: 3.5 }

/** A machine of the catalogue with another network. */
const joined = (
  topology: Partial<Topology>,
  network: Partial<MachineNumbers["network"]>,
  sockets = 1
): MachineNumbers => ({
  ...skylake,
  sockets,
  topology: { ...skylake.topology, ...topology },
  network: { ...skylake.network, ...network }
})

const machines = {
  mesh: skylake,
  "a mesh of a clock of its own": numbersOf(skylakeSp({ clock: "turbo" })),
  ring: numbersOf(tigerLake()),
  crossbar: joined({ kind: "crossbar" }, { columns: 1, rows: 1 }),
  "long ring": joined({ kind: "ring" }, { columns: 9, rows: 1 }),
  complexes: joined({ kind: "complexes", coresPerComplex: 4 }, { columns: 4, rows: 1, fabric: long }),
  "two meshes": numbersOf(skylakeSp({ sockets: 2, clock: "turbo" })),
  "four rings in a ring": joined({ kind: "ring", between: "ring" }, { columns: 4, rows: 1, socket: long }, 4),
  "eight crossbars in a cube": joined({ kind: "crossbar", between: "cube" }, { columns: 1, rows: 1, socket: long }, 8),
  "two sockets of complexes": joined(
    { kind: "complexes", coresPerComplex: 4, between: "all" },
    { columns: 3, rows: 1, fabric: long, socket: { latency: 150.125, flit: 4 } },
    2
  )
} satisfies Record<string, MachineNumbers>

describe.each(Object.entries(machines))("%s", (_, numbers) => {
  const { dataFlits, ejection, injection } = numbers.network
  const { graph } = bench(numbers).links

  /** Ticks of the way, and those of a flit on its slowest link. */
  const way = (from: number, to: number) => {
    const links = graph.way(from, to)
    return {
      ticks: links.reduce((sum, link) => sum + (graph.latency[link] as number), 0),
      slowest: Math.max(numbers.network.flit, ...links.map((link) => graph.flit[link] as number))
    }
  }

  test("a lone message takes injection, its links, ejection and pipeline, rounded once; a line the flits behind its first", () => {
    for (let from = 0; from < graph.stops; from++) {
      for (let to = 0; to < graph.stops; to++) {
        const { delivered, run, sendAt } = bench(numbers)
        sendAt(100, from, to, Message.GetS, 0)
        sendAt(10_000, from, to, Message.Data, 1)
        run()
        const { slowest, ticks } = way(from, to)
        const sum = injection + ticks + ejection + PIPELINE
        expect(delivered.map(({ tick }) => tick)).toEqual([
          Math.round(100 + sum),
          Math.round(10_000 + sum + (dataFlits - 1) * slowest)
        ])
      }
    }
  })

  test("IN1, IN2: under load messages of a pair keep their order, and none beats the lookahead", () => {
    const { delivered, links, run, sendAt } = bench(numbers, 12, (n) => n % graph.stops)
    const random = new RandomStream(1, "messages")
    const types = [Message.GetS, Message.Data, Message.Inv, Message.PutM, Message.FwdGetM, Message.InvAck]
    const sent: Array<{ readonly tick: number; readonly pair: number }> = []
    for (let tick = 0; tick < 3000; tick++) {
      for (let burst = random.below(4); burst > 0; burst--) {
        const [from, to] = [random.below(12), random.below(3)]
        sendAt(tick, from, to, types[random.below(types.length)] as Message, sent.length)
        sent.push({ tick, pair: from * 100 + to })
      }
    }
    run()
    expect(delivered).toHaveLength(sent.length)
    expect(links.lookahead).toBe(Math.round(injection + ejection + PIPELINE))
    const last = new Map<number, Delivery>()
    for (const each of delivered) {
      const { pair, tick } = sent[each.number] as (typeof sent)[number]
      expect(each.tick - tick).toBeGreaterThanOrEqual(links.lookahead)
      expect(pair % 100).toBe(each.destination)
      const before = last.get(pair)
      if (before !== undefined) expect(each.number).toBeGreaterThan(before.number)
      last.set(pair, each)
    }
    expect(Math.max(...links.linkWaited)).toBeGreaterThan(0)
  })

  test("a port carries one flit at a time: ten lines to one owner arrive as many flits apart", () => {
    const { delivered, links, port, run, sendAt } = bench(numbers, 10, (n) => n % graph.stops)
    for (let i = 0; i < 10; i++) sendAt(50, i, 0, Message.Data, i)
    run()
    const ticks = delivered.map(({ tick }) => tick)
    const line = dataFlits * numbers.network.flit
    expect(ticks.slice(1).every((tick, i) => tick - (ticks[i] as number) >= Math.floor(line))).toBe(true)
    expect(links.linkBusy[port(0)]).toBe(10 * line)
    const taken = Array.from({ length: 10 }, (__, i) => i % graph.stops)
      .flatMap((stop) => graph.way(stop, 0))
      .reduce((sum, link) => sum + dataFlits * (graph.flit[link] as number), 10 * line)
    expect(links.linkBusy.reduce((sum, busy) => sum + busy, 0)).toBeCloseTo(taken, 6)
  })
})
