/** Nothing allocates in steady state: millions of events pass without work for the garbage collector. */
import { type PerformanceEntry, PerformanceObserver } from "node:perf_hooks"
import { setTimeout } from "node:timers/promises"
import { EventQueue, Phase } from "@isolde/core/kernel/event-queue"
import { Kernel, Outcome } from "@isolde/core/kernel/kernel"
import { mix, RandomStream } from "@isolde/core/kernel/random"
import { describe, expect, test } from "vitest"
import { randomStreams } from "../scenario/random-streams.ts"
import { built, crampedMachine } from "../small-system.ts"

/** Collections while `work` runs, the one that cleans up before it not counted. */
async function collections(work: () => void): Promise<number> {
  const entries: Array<PerformanceEntry> = []
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()))
  globalThis.gc?.()
  observer.observe({ entryTypes: ["gc"] })
  const begin = performance.now()
  work()
  const end = performance.now()
  await setTimeout(20)
  entries.push(...observer.takeRecords())
  observer.disconnect()
  return entries.filter(({ startTime }) => startTime >= begin && startTime <= end).length
}

/** Numbers on the heap: what a test of this kind must notice. */
function wasteful(events: number): number {
  const kept: Array<{ tick: number }> = []
  for (let i = 0; i < events; i++) kept[i & 1023] = { tick: i }
  return kept.length
}

describe("the garbage collector rests", () => {
  test("it is seen to work when every event is an object", async () => {
    expect(await collections(() => wasteful(4_000_000))).toBeGreaterThan(2)
  })

  test("while four million events pass through a queue that holds a thousand", async () => {
    const queue = new EventQueue(64, 0, 4)
    for (let i = 0; i < 1000; i++) queue.push(i & 63, Phase.Deliver, i & 63, (i * 7) & 63, 1, i, 0, 0)
    const hold = (events: number) => {
      for (let i = 0; i < events; i++) {
        queue.pop()
        const noise = mix(i)
        const delay = (noise & 255) === 0 ? 5000 : 1 + ((noise >>> 8) & 63)
        queue.push(queue.tick + delay, Phase.Deliver, (noise >>> 14) & 63, queue.destination, 1, i, noise, 0)
      }
    }
    hold(200_000)
    expect(await collections(() => hold(4_000_000))).toBeLessThanOrEqual(1)
  })

  test("while four million events pass through the kernel", async () => {
    const kernel = new Kernel()
    const owners = Array.from({ length: 16 }, (_, i) => kernel.owner(`owner ${i}`, { runsAhead: true }))
    const random = new RandomStream(1, "hops")
    let horizons = 0
    const hop = kernel.define("hop", (owner, a, b) => {
      horizons ^= kernel.horizon(owner)
      kernel.schedule(kernel.now + 20 + random.below(100), Phase.Deliver, random.below(16), owner, hop, a + 1, b)
    })
    kernel.lookahead = 20
    kernel.seal()
    for (const owner of owners) kernel.schedule(owner, Phase.Deliver, owner, owner, hop)
    kernel.run(200_000, 1e9, 0x7000_0000)
    let outcome: Outcome = Outcome.Settled
    const run = () => {
      outcome = kernel.run(4_000_000, 1e9, 0x7000_0000)
    }
    expect(await collections(run)).toBeLessThanOrEqual(1)
    expect(outcome).toBe(Outcome.SliceEnded)
    expect(horizons).not.toBe(0)
  })

  test("while a whole machine runs instruction streams", async () => {
    const system = built({
      machine: crampedMachine(2),
      mechanisms: [],
      workload: randomStreams(1, { instructions: 100_000, shared: 1, protects: 0, lines: 4 })
    })
    system.kernel.run(150_000, 1e9, 0x7000_0000)
    let before = 0
    const run = () => {
      before = system.kernel.events
      system.kernel.run(400_000, 1e9, 0x7000_0000)
    }
    expect(await collections(run)).toBeLessThanOrEqual(1)
    expect(system.kernel.events - before).toBe(400_000)
  })
})
