/** What an LLC holds, by its policy, and what it and its snoop filter take back from the tiles. */
import type { LlcPolicy } from "@isolde/core/machines/machine"
import { skylakeSp } from "@isolde/core/machines/skylake-sp"
import { expect, test } from "vitest"
import type { Overrides } from "../small-system.ts"
import { Steps } from "./steps.ts"

/** An L2 of one set and four ways. */
const machine = (llcPolicy: LlcPolicy, llc: Overrides["llc"]) =>
  new Steps(
    skylakeSp({
      cores: 2,
      llcPolicy,
      overrides: {
        l1d: { sets: 1, ways: 2 },
        l2: { sets: 1, ways: 4 },
        llc: { slices: 1, ...llc },
        prefetch: { nextLine: 0, strideEntries: 0, streams: 0 }
      }
    })
  )

const loads = (steps: Steps, tile: number, ...lines: ReadonlyArray<number>) => {
  for (const line of lines) steps.do(tile, "load", line)
}

test("a non-inclusive LLC takes a line when the L2 evicts it, and gives it up when one tile asks for it again", () => {
  const steps = machine("non-inclusive", {})
  loads(steps, 0, 0)
  expect(steps.look(0)).toEqual({ tiles: ["E", "I"], home: "E", hasData: false })
  loads(steps, 0, 1, 2, 3, 4)
  expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: true })
  loads(steps, 0, 0)
  expect(steps.look(0)).toEqual({ tiles: ["E", "I"], home: "E", hasData: false })
  expect(steps.parts.homes.misses[0]).toBe(5)
  expect(steps.parts.homes.hits[0]).toBe(1)
})

test("it keeps a line that is modified until somebody may write it, and one that several share", () => {
  const steps = machine("non-inclusive", {})
  steps.do(0, "store", 0)
  loads(steps, 0, 1, 2, 3, 4)
  loads(steps, 0, 0)
  expect(steps.look(0)).toMatchObject({ tiles: ["E", "I"], hasData: true })
  loads(steps, 1, 0)
  expect(steps.look(0)).toMatchObject({ tiles: ["S", "S"], hasData: true })
  steps.do(1, "store", 0)
  expect(steps.look(0)).toMatchObject({ tiles: ["I", "M"], hasData: false })
})

test("an inclusive LLC has what a tile has, from the start and after the L2 has evicted it", () => {
  const steps = machine("inclusive", {})
  loads(steps, 0, 0)
  expect(steps.look(0)).toEqual({ tiles: ["E", "I"], home: "E", hasData: true })
  loads(steps, 0, 1, 2, 3, 4)
  expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: true })
})

test("an inclusive LLC takes back what it evicts, however often the tile has used it since", () => {
  const steps = machine("inclusive", { sets: 1, ways: 3 })
  steps.do(0, "store", 0)
  loads(steps, 0, 1)
  loads(steps, 0, 0, 0, 0)
  loads(steps, 1, 2, 3)
  expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: false })
  expect(steps.parts.homes.messages.recalls[0]).toBe(1)
  // What was modified went to memory: the next load reads it there.
  loads(steps, 1, 0)
  expect(steps.parts.homes.misses[0]).toBe(5)
})

test("a snoop filter takes back the line that it evicts, and what was modified goes to the slice", () => {
  const steps = machine("non-inclusive", { snoopFilter: { sets: 1, ways: 2 } })
  steps.do(0, "store", 0)
  loads(steps, 0, 1)
  loads(steps, 1, 2)
  expect(steps.look(0)).toEqual({ tiles: ["I", "I"], home: "I", hasData: true })
  expect(steps.look(1)).toMatchObject({ tiles: ["E", "I"] })
  expect(steps.parts.homes.messages.recalls[0]).toBe(1)
})

test("lines that several tiles fetch as instructions are shared, and leave L1I with the L2's copy", () => {
  const steps = machine("non-inclusive", {})
  steps.do(0, "fetch", 64)
  steps.do(1, "fetch", 64)
  expect(steps.look(64)).toMatchObject({ tiles: ["S", "S"], home: "S" })
  // Code that is written leaves the other tile's L1I: it has to ask again.
  const before = steps.parts.tiles[1]?.caches.fetchMisses as number
  steps.do(0, "store", 64)
  expect(steps.look(64)).toMatchObject({ tiles: ["M", "I"], home: "M" })
  steps.do(1, "fetch", 64)
  expect(steps.parts.tiles[1]?.caches.fetchMisses).toBe(before + 1)
  expect(steps.look(64)).toMatchObject({ tiles: ["S", "S"], home: "S" })
})
