/** A TLB that coherence keeps current (F5-86): what a page-table line brought goes with the line, and nothing else does. */
import { Entry } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { System } from "@isolde/core/scenario/system"
import { expect, test } from "vitest"
import { oneStopMachine } from "../processor/ten-instructions.ts"
import { finished, programmed } from "../small-system.ts"

const READABLE = Entry.present

/** Entries that tile 0 holds for ten adjacent pages after `writer` has stored the entry of the third; -1 where none. */
function held(coherent: boolean, writer: 0 | 1): ReadonlyArray<number> {
  let first = 0
  const machine = { ...oneStopMachine({}, 1, { l2: { sets: 1024, ways: 16 } }), tiles: 2 }
  const system: System = programmed(machine, {
    steps: 1,
    build: ({ pages }) => {
      // Aligned: eight entries share the first line.
      while (pages.reserve(1) >= 0 && ((pages.low[pages.count - 1] as number) + 2) % 8 !== 0);
      first = pages.reserve(10)
      return {
        emit: (program, t) => {
          if (t.number === 0) for (let i = 0; i < 10; i++) program.load(first + i, 64 * i)
          program.serialise(Serialise.drain, 30_000)
          if (t.number === writer) program.storeEntry(first + 2, READABLE)
        }
      }
    }
  })
  for (const { translation } of system.tiles) translation.coherent = coherent
  finished(system)
  const { translation } = system.tiles[0] as System["tiles"][number]
  return Array.from({ length: 10 }, (_, i) => translation.cached(first + i, 0))
}

const before = Entry.present | Entry.writable
const all = Array.from({ length: 10 }, () => before)

test.each([1, 0] as const)("a store by tile %i to an entry removes the eight translations of its line", (writer) => {
  expect(held(true, writer)).toEqual([...Array.from({ length: 8 }, () => -1), before, before])
})

test.each([1, 0] as const)("without coherence a store by tile %i leaves them all, stale", (writer) => {
  expect(held(false, writer)).toEqual(all)
})
