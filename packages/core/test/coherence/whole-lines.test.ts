/** Stores of whole lines, writes past the caches, upgrades and owners: ticks in closed form, and what they leave. */
import type { Protocol } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { describe, expect, test } from "vitest"
import { Steps } from "./steps.ts"

/** Two tiles, one slice and one channel at one stop. */
const atOneStop = (protocol: Protocol, llcPolicy: "inclusive" | "non-inclusive" = "non-inclusive") =>
  new Steps(
    skylakeSp({
      cores: 2,
      protocol,
      llcPolicy,
      overrides: {
        llc: { slices: 1 },
        network: { columns: 1, rows: 1 },
        memory: { channels: 1 },
        prefetch: { nextLine: 0, strideEntries: 0, streams: 0 }
      }
    })
  )

/** Ticks of the ways between parties, each with its receiver's pipeline. */
function waysOf(steps: Steps) {
  const { l2, llc, network } = steps.parts.numbers
  const way = network.injection + network.ejection
  return {
    toHome: l2.latency + way + llc.pipeline,
    backHome: way + llc.pipeline,
    toTile: way + l2.pipeline,
    // A forward reads the L2, and its answer goes by way of the home.
    fromTile: way + l2.pipeline + l2.latency + way + llc.pipeline + way + l2.pipeline,
    data: network.dataFlits - 1
  }
}

const reads = (steps: Steps) => steps.parts.channels.reads.reduce((sum, each) => sum + each, 0)
const writes = (steps: Steps) => steps.parts.channels.controllers.reduce((sum, { writes: each }) => sum + each, 0)

describe.each(["mesi", "moesi"] as const)("%s", (protocol) => {
  test("a whole-line store to a line that nobody has takes the way to its home and back, and reads no memory", () => {
    const steps = atOneStop(protocol)
    const { toHome, toTile } = waysOf(steps)
    expect(steps.do(0, "storeWhole", 0)).toBe(toHome + toTile)
    expect(reads(steps)).toBe(0)
    expect(steps.look(0)).toEqual({ tiles: ["M", "I"], home: "M", hasData: false })
  })

  test("one to a line that another tile has modified comes from there without data, and drops that copy", () => {
    const steps = atOneStop(protocol)
    const { toHome, fromTile, data } = waysOf(steps)
    steps.do(1, "storeWhole", 0)
    expect(steps.do(0, "storeWhole", 0)).toBe(toHome + fromTile)
    expect(steps.look(0)).toEqual({ tiles: ["M", "I"], home: "M", hasData: false })
    // A store to a part of it needs the data as well.
    expect(steps.do(1, "store", 0)).toBe(toHome + fromTile + 2 * data)
  })

  test("an upgrade carries no data: it takes as long as an invalidation and its acknowledgement", () => {
    const steps = atOneStop(protocol)
    const { toHome, toTile } = waysOf(steps)
    steps.do(0, "load", 0)
    steps.do(1, "load", 0)
    expect(steps.look(0)).toEqual({ tiles: ["S", "S"], home: "S", hasData: true })
    expect(steps.do(0, "store", 0)).toBe(toHome + 2 * toTile)
    expect(steps.look(0)).toEqual({ tiles: ["M", "I"], home: "M", hasData: false })
  })

  test("a write past the caches is over when its home has taken it, and leaves no copy anywhere", () => {
    const steps = atOneStop(protocol)
    const { toHome, toTile, data } = waysOf(steps)
    expect(steps.do(0, "writeThrough", 0)).toBe(toHome + data + toTile)
    expect(writes(steps)).toBe(1)
    expect(reads(steps)).toBe(0)
    expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: false })
  })

  test("one that stays in the LLC takes as long and writes no memory, but of an inclusive one it goes there", () => {
    for (const llcPolicy of ["inclusive", "non-inclusive"] as const) {
      const steps = atOneStop(protocol, llcPolicy)
      const { toHome, toTile, data } = waysOf(steps)
      expect(steps.do(0, "writeHome", 0)).toBe(toHome + data + toTile)
      const kept = llcPolicy === "non-inclusive"
      expect(writes(steps)).toBe(kept ? 0 : 1)
      expect(reads(steps)).toBe(0)
      expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: kept })
    }
  })

  test("one to a line that another tile has waits for the recall", () => {
    const steps = atOneStop(protocol)
    const { toHome, toTile, backHome, data } = waysOf(steps)
    steps.do(1, "load", 0)
    expect(steps.do(0, "writeThrough", 0)).toBe(toHome + data + toTile + backHome + toTile)
    expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: false })
  })

  test("one to a line of its own gives the copy up first, under either policy", () => {
    for (const llcPolicy of ["inclusive", "non-inclusive"] as const) {
      const steps = atOneStop(protocol, llcPolicy)
      steps.do(0, "store", 0)
      steps.do(0, "writeThrough", 0)
      expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: false })
    }
  })
})

describe("a line that one tile has modified and another reads", () => {
  test("goes home in MESI, and both share it", () => {
    const steps = atOneStop("mesi")
    const { toHome, fromTile, data } = waysOf(steps)
    steps.do(1, "storeWhole", 0)
    expect(steps.do(0, "load", 0)).toBe(toHome + fromTile + 2 * data)
    expect(steps.look(0)).toEqual({ tiles: ["S", "S"], home: "S", hasData: true })
  })

  test("stays with its owner in MOESI, who serves the next one too and writes again as by an upgrade", () => {
    const steps = atOneStop("moesi")
    const { toHome, toTile, fromTile, data } = waysOf(steps)
    steps.do(1, "storeWhole", 0)
    expect(steps.do(0, "load", 0)).toBe(toHome + fromTile + 2 * data)
    expect(steps.look(0)).toEqual({ tiles: ["S", "O"], home: "O", hasData: false })
    expect(steps.do(1, "store", 0)).toBe(toHome + 2 * toTile)
    steps.do(0, "load", 0)
    // The sharer has the data: it is the owner who is invalidated.
    expect(steps.do(0, "store", 0)).toBe(toHome + 2 * toTile)
    expect(steps.look(0)).toEqual({ tiles: ["M", "I"], home: "M", hasData: false })
    expect(writes(steps)).toBe(0)
  })
})
