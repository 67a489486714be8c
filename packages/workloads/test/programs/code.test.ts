/** Programs in code, on real small machines: measured regions, repeats, dependences, words. */
import { simulate, tigerLake, Verb } from "@isolde/core"
import { Clock } from "@isolde/core/isolation/requests"
import { describe, expect, test } from "vitest"
import { ticksOf } from "../../src/experiments/experiment.ts"
import { fixed, strided } from "../../src/programs/access-pattern.ts"
import { Code } from "../../src/programs/code.ts"
import { type CodeProgram, codeWorkload } from "../../src/programs/code-workload.ts"

const page = 4096

function runOf(threads: CodeProgram["threads"], workers = 1, words = 0) {
  const workload = codeWorkload({
    name: "test",
    config: {},
    areas: [{ name: "data", bytes: page, of: "worker" }],
    requests: ["work", "inner"],
    words,
    threads
  })
  return simulate({ machine: tigerLake({ cores: 2 }), mechanisms: [], workload, workers })
}

const newCode = () => new Code(["work", "inner"])

describe("measured regions", () => {
  test("a chain of n loads that hit L1 takes n times its latency", () => {
    const code = newCode()
    const load = code.block([{ load: { area: 0, at: fixed(64) }, address: [0], to: [0] }])
    code.run(load)
    code.begin("work").run(load, 10).end("work")
    expect(ticksOf(runOf(() => [{ code }]).requests, "work")).toEqual([10 * 5])
  })

  test("an empty region takes no time, and regions of different names overlap", () => {
    const code = newCode()
    const chain = code.block([{ data: [0], to: [0] }])
    code.run(chain, 4)
    code.begin("work").begin("inner").end("inner").run(chain, 7).end("work")
    const { requests } = runOf(() => [{ code }])
    expect(ticksOf(requests, "inner")).toEqual([0])
    expect(ticksOf(requests, "work")).toEqual([7])
    expect(requests.names).toEqual(["work", "inner"])
    expect([...requests.thread]).toEqual([0, 0])
  })

  test("a clock that waits for completion sees a miss to its end, one that doesn't only its dispatch", () => {
    const timed = (clock: Clock): number => {
      const code = newCode()
      const missing = code.block([{ load: { area: 0, at: fixed(128) } }])
      code.begin("work", clock).run(missing).end("work", clock)
      return ticksOf(runOf(() => [{ code }]).requests, "work")[0] as number
    }
    expect(timed(Clock.completed)).toBeGreaterThan(100)
    expect(timed(Clock.dispatched)).toBeLessThanOrEqual(timed(Clock.completed) / 2)
  })

  test("a clock that waits for stores sees them performed", () => {
    const timed = (clock: Clock): number => {
      const code = newCode()
      const storing = code.block([{ store: { area: 0, at: fixed(192) } }])
      code.begin("work").run(storing).end("work", clock)
      return ticksOf(runOf(() => [{ code }]).requests, "work")[0] as number
    }
    expect(timed(Clock.performed)).toBeGreaterThan(timed(Clock.completed) + 50)
  })
})

describe("repeats", () => {
  test("nested repeats execute what they say, operations and accesses alike", () => {
    const code = newCode()
    const store = code.block([{ store: { area: 0, at: strided(64, 256) } }, {}])
    code.repeat(3, () => {
      code.begin("work")
      code.repeat(5, () => code.run(store, 4))
      code.end("work")
    })
    const { requests, summary } = runOf(() => [{ code }])
    expect(requests.count).toBe(3)
    expect(summary.instructions).toBe(3 * 5 * 4 * 2)
    expect(summary.simulatedAccesses).toBe(3 * 5 * 4)
  })

  test("a repeat is the same as writing it out, but for the clock of its operations", () => {
    const long = newCode()
    const short = newCode()
    for (const code of [long, short]) {
      const block = code.block([{ load: { area: 0, at: strided(64, 4096) }, address: [1], to: [1] }])
      code.run(block, 64)
      code.begin("work")
      if (code === long) code.run(block, 64 * 4)
      else code.repeat(4, () => code.run(block, 64))
      code.end("work")
    }
    const ticks = [long, short].map((code) => ticksOf(runOf(() => [{ code }]).requests, "work"))
    expect(ticks[0]).toEqual(ticks[1])
  })
})

describe("words", () => {
  test("two threads that signal and wait for by turns get through, each at least a transfer after the other", () => {
    const ping = newCode()
    const pong = newCode()
    const rounds = 8
    ping.begin("work").repeat(rounds, () => ping.signal(0, 1).wait(1, 1).signal(0, 0).wait(1, 0))
    ping.end("work")
    pong.repeat(rounds, () => pong.wait(0, 1).signal(1, 1).wait(0, 0).signal(1, 0))
    const { requests } = runOf(() => [{ code: ping }, { code: pong }], 2, 2)
    expect(ticksOf(requests, "work")[0]).toBeGreaterThan(rounds * 4 * 20)
  })

  test("a worker runs on the hardware thread that it names", () => {
    const code = newCode()
    code.begin("work").operate({ verb: Verb.compute, bytes: 10 }).end("work")
    expect([...runOf(() => [{ code, thread: 1 }]).requests.thread]).toEqual([1])
  })
})
