/** Finite buffers (IN3) and virtual networks (IN4), in closed form on a row of three stops. */
import { Message } from "@isolde/core/coherence/message"
import { RandomStream } from "@isolde/core/kernel/random"
import { type MachineNumbers, numbersOf } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"
import { bench, PIPELINE } from "./bench.ts"

const skylake = numbersOf(skylakeSp())
const { dataFlits, ejection, hop, injection } = skylake.network
const row = (buffer: number): MachineNumbers => ({
  ...skylake,
  network: { ...skylake.network, columns: 3, rows: 1, buffer }
})
/** Owners: 0, 1 and 2 at the stops of that number, 3 and 4 at stop 2 with owner 2. */
const A = 0
const B = 1
const D = 2
const L = 3
const FLOOD = 40
/** The tick at which the flood of lines from L has left D's port. */
const DRY = injection + FLOOD * dataFlits
const out = ejection + PIPELINE
const idle = (hops: number) => injection + hops * hop + out

/** L floods the way out to D with requests at tick 0; then `sent`: tick, source, destination, type. */
function flooded(buffer: number, sent: ReadonlyArray<readonly [number, number, number, Message]>) {
  const { delivered, links, run, sendAt } = bench(row(buffer), 5, (n) => Math.min(n, 2))
  for (let i = 0; i < FLOOD; i++) sendAt(0, L, D, Message.PutM, -1)
  for (const [number, [tick, from, to, type]] of sent.entries()) sendAt(tick, from, to, type, number)
  run()
  const tickOf = (wanted: number) => delivered.find(({ number }) => number === wanted)?.tick
  return { ticks: sent.map((_, number) => tickOf(number)), links }
}

/** Ten requests from A to D, one a tick from tick 1 on, which find D's port flooded. */
const ten = Array.from({ length: 10 }, (_, k) => [1 + k, A, D, Message.GetS] as const)

describe("IN3: with room for three flits at the end of a link", () => {
  test("ten requests leave the flooded port one after another, as early as they would with endless room", () => {
    const expected = ten.map((_, k) => DRY + k + out)
    expect(flooded(3, ten).ticks).toEqual(expected)
    expect(flooded(1000, ten).ticks).toEqual(expected)
  })

  test("three wait before the port, three before the second link, and the rest before the first", () => {
    const { links } = flooded(3, ten)
    const [first, second] = links.graph.way(0, 2)
    // Request 3 may start on the second link when request 0, out of the port at DRY, has left its place a tick later.
    const onSecond = (k: number) => (k < 3 ? 1 + k + injection + hop : DRY + (k - 3) + 1 - hop)
    const onFirst = (k: number) => (k < 6 ? 1 + k + injection : onSecond(k - 3) + 1 - hop)
    const waits = (start: (k: number) => number, due: (k: number) => number) =>
      ten.reduce((sum, _, k) => sum + start(k) - due(k), 0)
    expect(links.linkWaited[first as number]).toBe(waits(onFirst, (k) => 1 + k + injection))
    expect(links.linkWaited[second as number]).toBe(waits(onSecond, (k) => onFirst(k) + hop))
  })

  test("a request for another owner is kept from the first link; with room for ten it isn't", () => {
    const other = [20, A, B, Message.GetS] as const
    // It follows request 9, which starts on the first link when request 6 has left the second one's buffer.
    const last = DRY + (9 - 6) + 1 - hop + 1 - hop
    expect(flooded(3, [...ten, other]).ticks[10]).toBe(last + 1 + hop + out)
    expect(flooded(10, [...ten, other]).ticks[10]).toBe(20 + idle(1))
  })

  test.each([
    ["a forward", Message.FwdGetM, 0],
    ["a response", Message.InvAck, 0],
    ["a line in a response", Message.Data, dataFlits - 1]
  ])("%s for another owner takes what it takes on an idle machine", (_, type, behind) => {
    expect(flooded(3, [...ten, [20, A, B, type]]).ticks[10]).toBe(20 + idle(1) + behind)
  })

  test("a buffer smaller than a line holds one line all the same", () => {
    expect(flooded(1, ten).ticks).toEqual(flooded(3, ten).ticks)
  })
})

describe("IN4: at a port flooded with requests", () => {
  test.each([
    ["response", Message.InvAck],
    ["forward", Message.Inv]
  ])("a %s takes what it takes on an idle machine", (_, type) => {
    expect(flooded(8, [[30, A, D, type]]).ticks).toEqual([30 + idle(2)])
  })

  test("the request behind yields the ticks that responses took", () => {
    const responses = Array.from({ length: 5 }, (_, k) => [1 + 10 * k, B, D, Message.Data] as const)
    const { ticks } = flooded(8, [...responses, [90, 4, D, Message.GetS]])
    expect(ticks[5]).toBe(DRY + 5 * dataFlits + out)
  })

  test("a response of a pair doesn't pass a request of the same pair (IN1)", () => {
    const { ticks } = flooded(8, [
      [1, A, D, Message.GetM],
      [30, A, D, Message.DataHome]
    ])
    expect(ticks).toEqual([DRY + out, DRY + out])
  })

  test("while responses saturate the port, a request waits for the last of them that came before it", () => {
    const lines = Array.from({ length: 20 }, (_, k) => [k, k % 2 === 0 ? A : B, D, Message.Data] as const)
    const { delivered, run, sendAt } = bench(row(8), 5, (n) => Math.min(n, 2))
    for (const [tick, from, to, type] of lines) sendAt(tick, from, to, type, 0)
    sendAt(5, 4, D, Message.GetS, 1)
    run()
    // The port is taken from the first line, A's of tick 0, on; six were dispatched when the request was.
    const taken = injection + 2 * hop
    expect(delivered.find(({ number }) => number === 1)?.tick).toBe(taken + 6 * dataFlits + out)
    expect(delivered.at(-1)?.tick).toBe(taken + lines.length * dataFlits - 1 + out)
  })
})

test("two messages that meet at a link go one after the other, by the flits of the first", () => {
  const { delivered, run, sendAt } = bench(row(8), 5, (n) => Math.min(n, 2))
  sendAt(100, A, D, Message.PutM, 0)
  sendAt(100 + hop, B, D, Message.GetS, 1)
  run()
  expect(delivered.map(({ number, tick }) => [number, tick])).toEqual([
    [0, 100 + idle(2) + dataFlits - 1],
    [1, 100 + hop + idle(1) + dataFlits]
  ])
})

describe("whatever the buffers, every message of a random storm arrives, in the order of its pair", () => {
  test.each([3, 4, 8, 64])("%i flits", (buffer) => {
    const numbers = { ...skylake, network: { ...skylake.network, buffer } }
    const { delivered, links, run, sendAt } = bench(numbers)
    const random = new RandomStream(buffer, "storm")
    const pairs: Array<number> = []
    for (let tick = 0; tick < 2000; tick++) {
      for (let burst = random.below(8); burst > 0; burst--) {
        const [from, to] = [random.below(10), random.below(10)]
        sendAt(tick, from, to, random.below(17) as Message, pairs.length)
        pairs.push(from * 10 + to)
      }
    }
    run()
    expect(delivered).toHaveLength(pairs.length)
    const last = new Map<number, number>()
    for (const { number } of delivered) {
      const pair = pairs[number] as number
      expect(number).toBeGreaterThan(last.get(pair) ?? -1)
      last.set(pair, number)
    }
    expect(Math.max(...links.linkWaited)).toBeGreaterThan(100)
  })
})
