/** The protocols' tables, explored: every order of messages between two and three caches, a home and memory. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type Cells, cellsOf } from "./model/cells.ts"
import { explore } from "./model/explorer.ts"
import { LineAutomaton } from "./model/line-automaton.ts"
import { type Checked, protocols } from "./model/protocols.ts"
import { exploreTwoLines } from "./model/two-line-explorer.ts"

/** Situations of each, as they are: a table that is changed changes them. */
const situations: Readonly<Record<string, { readonly 2: number; readonly 3: number; readonly twoLines: number }>> = {
  "mesi, inclusive LLC": { 2: 2878, 3: 47_632, twoLines: 275_155 },
  "mesi, non-inclusive LLC": { 2: 4558, 3: 85_333, twoLines: 668_862 },
  "moesi, inclusive LLC": { 2: 3780, 3: 78_359, twoLines: 616_947 },
  "moesi, non-inclusive LLC": { 2: 5828, 3: 128_464, twoLines: 1_229_061 }
}

describe.each(["mesi", "moesi"])("%s", (name) => {
  const checked = protocols.filter((protocol) => protocol.name.startsWith(`${name},`))
  const cells = { cache: Array<Uint8Array>(), home: Array<Uint8Array>() }

  describe.each([2, 3] as const)("%i caches", (caches) => {
    test.each(checked)("$name: one writer or many readers, no old value, no deadlock", (protocol) => {
      const automaton = new LineAutomaton({ ...protocol, caches })
      expect(explore(automaton).situations).toBe(situations[protocol.name]?.[caches])
      const { cacheCells, homeCells } = automaton.model
      cells.cache.push(cacheCells)
      cells.home.push(homeCells)
      const eager = new LineAutomaton({ ...protocol, caches, eager: true })
      expect(explore(eager).situations).toBeLessThan(automaton.states)
      expect([eager.model.cacheCells, eager.model.homeCells], "ED1 leaves out no cell").toEqual([cacheCells, homeCells])
    })
  })

  test("every defined cell is reached, and no other", () => {
    const { cache, home } = checked[0] as Checked
    const found = { cache: cellsOf(cache, cells.cache), home: cellsOf(home, cells.home) }
    expect({ cache: found.cache.unreached, home: found.home.unreached }).toEqual({ cache: [], home: [] })
    const listed = readFileSync(new URL(`unreachable/${name}.txt`, import.meta.url), "utf8")
    expect(`${listedBy("cache", found.cache)}${listedBy("home", found.home)}`).toBe(listed)
  })

  // The premise of exploring one line for all: record 0026.
  test.each(checked)("two lines that share a way, $name: each does what a line alone does", (protocol) => {
    const automaton = new LineAutomaton({ ...protocol, caches: 2, wholeLines: false, eager: true })
    explore(automaton)
    const alone = automaton.states
    expect(exploreTwoLines(automaton).situations).toBe(situations[protocol.name]?.twoLines)
    expect(automaton.states).toBe(alone)
  })
})

/** The cells that can't be reached, a state a line. */
function listedBy(side: string, { unreachable }: Cells): string {
  const events = new Map<string, Array<string>>()
  for (const cell of unreachable) {
    const [state = "", event = ""] = cell.split(" x ")
    events.set(state, [...(events.get(state) ?? []), event])
  }
  return Array.from(events, ([state, names]) => `${side} ${state}: ${names.join(" ")}\n`).join("")
}
