/** Areas against a rule that knows one entry per page: after any sequence of changes both say the same of every page. */
import { Entry, Pages } from "@isolde/core/memory/pages"
import { Areas, NoArea } from "@isolde/core/os/areas"
import fc from "fast-check"
import { expect, test } from "vitest"

const PAGES = 24
const entries = [Entry.present, Entry.present | Entry.writable, Entry.present | (3 << Entry.keyShift)]

const change = fc.record({
  kind: fc.constantFrom("insert", "remove", "protect"),
  first: fc.nat(PAGES - 1),
  count: fc.integer({ min: 1, max: PAGES }),
  entry: fc.constantFrom(...entries)
})

test("AR1 areas say of every page what the last change of it said, and are as few as they can be", () => {
  const pages = new Pages("contiguous", 1)
  // Two reservations: a hole of the address space lies between them.
  pages.reserve(PAGES / 2)
  pages.reserve(PAGES / 2)
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const areas = new Areas(pages, new Int32Array([1, 2, 3]))
      const rule = new Int32Array(PAGES)
      for (const { count, entry, first, kind } of changes) {
        const end = Math.min(PAGES, first + count)
        const before = areas.count
        if (kind === "insert") areas.insert(first, end - first, entry)
        else if (kind === "remove") areas.remove(first, end - first)
        else areas.protect(first, end - first, entry)
        for (let page = first; page < end; page++) {
          if (kind === "remove") rule[page] = 0
          else if (kind === "insert" || rule[page] !== 0) rule[page] = entry
        }
        if (kind === "protect") expect(areas.splits).toBe(Math.max(0, areas.count - before))
      }
      const said = Array.from({ length: PAGES }, (_, page) => {
        const area = areas.find(page)
        return area === NoArea ? 0 : areas.entry(area)
      })
      expect(said).toEqual([...rule])
      expect(areas.count).toBeLessThanOrEqual(PAGES)
    }),
    { numRuns: 400, seed: 5 }
  )
})

test("a boundary that moves splits nothing: one area grows by what the other loses", () => {
  const pages = new Pages("contiguous", 1)
  pages.reserve(8)
  const areas = new Areas(pages, new Int32Array([1]))
  areas.insert(0, 8, Entry.present | Entry.writable)
  const splits = Array.from({ length: 8 }, (_, page) => {
    areas.protect(page, 1, Entry.present)
    return areas.splits
  })
  expect(splits).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  expect(areas.count).toBe(1)
})
