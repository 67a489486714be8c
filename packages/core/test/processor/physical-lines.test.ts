/** Actions on physical lines and locked words: what the kernel clears, copies and counts with. */
import type { Program } from "@isolde/core/processor/program"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished, programmed } from "../small-system.ts"

/** What `emit` finds in the thread's `value` after each of its word operations. */
function valuesOf(emit: (program: Program, word: number, page: number) => number): Array<number> {
  const seen: Array<number> = []
  const system = programmed(crampedMachine(1), {
    steps: 1,
    build: ({ pages, words }) => {
      const page = pages.reserve(1)
      const word = words.allocate(1, 5)
      return {
        emit: (program) => void emit(program, word, page),
        act: (t) => void seen.push(t.value)
      }
    }
  })
  finished(system)
  return seen
}

describe("locked words", () => {
  test("an addition gives what was there before it", () => {
    expect(
      valuesOf((p, word) => p.addWord(word, 3, 1).act(0).addWord(word, -8, 1).act(0).loadWord(word).act(0).length)
    ).toEqual([5, 8, 0])
  })

  test("a compare-and-swap changes a word that is as expected, and no other", () => {
    expect(
      valuesOf(
        (p, word) => p.compareSwap(word, 4, 9, 1).act(0).compareSwap(word, 5, 7, 1).act(0).loadWord(word).act(0).length
      )
    ).toEqual([5, 5, 7])
  })

  test("a table entry is loaded as it was stored", () => {
    expect(
      valuesOf((p, _, page) => p.loadEntry(page).act(0).storeEntry(page, 1).loadEntry(page).act(0).length)
    ).toEqual([3, 1])
  })
})

describe("physical lines", () => {
  const instructions = (emit: (program: Program, line: number) => void) => {
    const system = programmed(crampedMachine(1), {
      steps: 1,
      build: ({ pages }) => {
        const [a, b] = [pages.allocateFrame() * 64, pages.allocateFrame() * 64]
        return { emit: (program) => emit(program, a < b ? a : b) }
      }
    })
    const { addedInstructions } = finished(system)
    return {
      addedInstructions,
      walks: system.tiles.map((tile) => tile.translation.walkers.walks),
      lines: system.channels.reads
    }
  }

  test.each([
    ["clearing a page stores its 64 lines", (p: Program, line: number) => p.writeLines(line, 64), 64, 64],
    ["reading stores nothing", (p: Program, line: number) => p.readLines(line, 5), 5, 5],
    ["a copy loads and stores each line", (p: Program, line: number) => p.copyLines(line, line + 32, 32), 64, 64]
  ])("%s, and translates none", (_, emit, added, read) => {
    const { addedInstructions, lines, walks } = instructions(emit)
    expect(addedInstructions).toBe(added)
    expect(walks).toEqual([0])
    expect(lines.reduce((sum, each) => sum + each, 0)).toBe(read)
  })
})
