/** Latency against bandwidth of one channel: flat, rising, then a wall at the peak times an efficiency that emerges. */
import { readOf } from "@isolde/core/machines/latencies"
import { describe, expect, test } from "vitest"
import { type Load, underLoad } from "./loaded-latency.ts"
import { oneChannel } from "./one-channel.ts"

const { numbers } = oneChannel()
const offers = [0.02, 0.2, 0.4, 0.6, 0.8, 1, 1.5]
const curve = (load: Omit<Load, "offered">) => offers.map((offered) => underLoad({ ...load, offered }))
const most = (load: Omit<Load, "offered">) => underLoad({ ...load, offered: 1.5 }).served

describe.each([
  ["eight streams", { streams: 8, writeEvery: 0 }],
  ["eight streams, a third of them writes", { streams: 8, writeEvery: 3 }],
  ["random lines", { streams: 0, writeEvery: 0 }],
  ["random lines, a third of them writes", { streams: 0, writeEvery: 3 }]
])("%s", (_, load) => {
  const points = curve(load)
  const saturated = most(load)

  test("take the idle latency at first, a refresh now and then", () => {
    const { latency } = points[0] as (typeof points)[0]
    expect(latency).toBeGreaterThan(readOf(numbers))
    expect(latency).toBeLessThan(1.5 * readOf(numbers))
  })

  test("wait longer the more is offered", () => {
    const latencies = points.map(({ latency }) => latency)
    expect(latencies).toEqual([...latencies].sort((a, b) => a - b))
    expect(latencies.at(-1)).toBeGreaterThan(10 * (latencies[0] as number))
  })

  test("are served as offered until the channel is full, and no less beyond", () => {
    for (const [i, offered] of offers.entries()) {
      const { served } = points[i] as (typeof points)[0]
      expect(served).toBeLessThan(1)
      if (offered < 0.8 * saturated) expect(served / offered).toBeGreaterThan(0.97)
      if (offered > 1.1 * saturated) expect(served / saturated).toBeGreaterThan(0.9)
    }
    expect(saturated).toBeGreaterThan(0.6)
  })
})

describe("what the peak loses", () => {
  test("is more for random lines than for streams, with writes among them or one rank to activate", () => {
    expect(most({ streams: 0, writeEvery: 3 })).toBeLessThan(most({ streams: 8, writeEvery: 3 }))
    const overrides = { ranks: 1 }
    expect(most({ streams: 0, writeEvery: 0, overrides })).toBeLessThan(most({ streams: 8, writeEvery: 0, overrides }))
  })

  test("is at least the refreshes of a single rank", () => {
    const { tREFI, tRFC } = numbers
    expect(most({ streams: 1, writeEvery: 0, overrides: { ranks: 1 } })).toBeLessThan(1 - tRFC / tREFI)
    expect(most({ streams: 1, writeEvery: 0, overrides: { ranks: 1, tREFI: 0x3fff_ffff } })).toBeGreaterThan(0.97)
  })

  test("is more when writes are drained a few at a time", () => {
    const few = most({ streams: 8, writeEvery: 3, overrides: { drainAbove: 4, drainBelow: 2 } })
    expect(few).toBeLessThan(most({ streams: 8, writeEvery: 3 }))
  })
})

test("lines that never queue cost two events each, arrival and answer", () => {
  const channel = oneChannel()
  for (let i = 0; i < 1000; i++) channel.read(1000 + i * 100, i * 1237)
  channel.run()
  expect(channel.kernel.events).toBe(2000)
})
