/** The mesh: order between two owners (IN1), the lookahead (IN2), and what links and flits cost. */
import { Message, pack } from "@isolde/core/coherence/message"
import { Interconnect } from "@isolde/core/interconnect/interconnect"
import { Phase } from "@isolde/core/kernel/event-queue"
import { Kernel } from "@isolde/core/kernel/kernel"
import { RandomStream } from "@isolde/core/kernel/random"
import { numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import { TraceTable } from "@isolde/core/trace/trace-table"
import { describe, expect, test } from "vitest"

const numbers = numbersOf(skylakeSp())
const { columns, dataFlits, ejection, hop, injection, rows } = numbers.mesh
const PIPELINE = 7

interface Delivery {
  readonly destination: number
  readonly a: number
  /** Number of the message, in the order in which they were sent. */
  readonly number: number
  readonly tick: number
}

/** One owner at each stop; `send` runs as an event of `source` at `tick`. */
function mesh() {
  const kernel = new Kernel()
  const delivered: Array<Delivery> = []
  const links = new Interconnect(kernel, numbers, new TraceTable(tableSchemas.messages, undefined))
  const deliver = kernel.define("deliver", (destination, a, number) =>
    delivered.push({ destination, a, number, tick: kernel.now })
  )
  const owners = Array.from({ length: columns * rows }, (_, stop) => {
    const owner = kernel.owner(`owner ${stop}`)
    links.attach(owner, stop, deliver, PIPELINE)
    return owner
  })
  const send = kernel.define("send", (source, destination, type, number) =>
    links.send(kernel.now, source, destination, pack(type as Message, 0, 0, 0), number)
  )
  kernel.seal()
  const sendAt = (tick: number, from: number, to: number, type: Message, number: number) =>
    kernel.schedule(tick, Phase.Execute, owners[from] as number, owners[from] as number, send, owners[to], type, number)
  return { kernel, links, delivered, owners, sendAt, run: () => kernel.run(1e9, 1e9, 1e8) }
}

const hops = (a: number, b: number) =>
  Math.abs((a % columns) - (b % columns)) + Math.abs(Math.floor(a / columns) - Math.floor(b / columns))

describe("the mesh of Skylake-SP", () => {
  test("a lone message takes injection, its hops, ejection and the receiver's pipeline; data their flits", () => {
    for (let from = 0; from < columns * rows; from++) {
      for (let to = 0; to < columns * rows; to++) {
        const { delivered, run, sendAt } = mesh()
        sendAt(100, from, to, Message.GetS, 0)
        sendAt(10_000, from, to, Message.Data, 1)
        run()
        const way = injection + hops(from, to) * hop + ejection + PIPELINE
        expect(delivered.map(({ tick }) => tick)).toEqual([100 + way, 10_000 + way + dataFlits - 1])
      }
    }
  })

  test("IN1, IN2: under load messages of a pair keep their order, and none beats the lookahead", () => {
    const { delivered, links, owners, run, sendAt } = mesh()
    const random = new RandomStream(1, "messages")
    const types = [Message.GetS, Message.Data, Message.Inv, Message.PutM]
    const sent: Array<{ readonly tick: number; readonly pair: number }> = []
    for (let tick = 0; tick < 3000; tick++) {
      for (let burst = random.below(4); burst > 0; burst--) {
        const [from, to] = [random.below(columns * rows), random.below(3)]
        sendAt(tick, from, to, types[random.below(4)] as Message, sent.length)
        sent.push({ tick, pair: from * 100 + to })
      }
    }
    run()
    expect(delivered).toHaveLength(sent.length)
    expect(links.lookahead).toBe(injection + ejection + PIPELINE)
    const last = new Map<number, Delivery>()
    for (const each of delivered) {
      const { pair, tick } = sent[each.number] as (typeof sent)[number]
      expect(each.tick - tick).toBeGreaterThanOrEqual(links.lookahead)
      expect(owners[pair % 100]).toBe(each.destination)
      const before = last.get(pair)
      if (before !== undefined) {
        expect(each.number).toBeGreaterThan(before.number)
        expect(each.tick).toBeGreaterThan(before.tick)
      }
      last.set(pair, each)
    }
    expect(Math.max(...links.linkWaited)).toBeGreaterThan(0)
  })

  test("a link carries one flit a tick: ten lines to one place arrive as many flits apart", () => {
    const { delivered, links, run, sendAt } = mesh()
    for (let i = 0; i < 10; i++) sendAt(50, i % (columns * rows), 0, Message.Data, i)
    run()
    const ticks = delivered.map(({ tick }) => tick)
    expect(ticks.slice(1).every((tick, i) => tick - (ticks[i] as number) >= dataFlits)).toBe(true)
    expect(links.linkBusy.reduce((sum, busy) => sum + busy, 0)).toBe(
      dataFlits * (10 + Array.from({ length: 10 }, (_, i) => hops(i, 0)).reduce((sum, n) => sum + n, 0))
    )
  })
})
