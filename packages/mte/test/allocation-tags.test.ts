/** MTE3 to MTE5: which memory has tags, and from which tick a tag store is known. */
import { Entry, Pages } from "@isolde/core/memory/pages"
import { describe, expect, test } from "vitest"
import { AllocationTags } from "../src/allocation-tags.ts"

const TRAVEL = 16

const memory = () => {
  const pages = new Pages("shuffled", 1)
  const page = pages.reserve(2)
  const tags = new AllocationTags(pages, TRAVEL)
  tags.tagPage(page)
  tags.initialise(page, 32, 40, 5)
  return { pages, page, tags }
}

describe("allocation tags", () => {
  test("MTE3 a tagged page says so in its table entry, and its other granules have tag 0", () => {
    const { page, pages, tags } = memory()
    expect(pages.entry[page]).toBe(Entry.present | Entry.writable | Entry.tagged)
    expect([tags.isTagged(page), tags.isTagged(page + 1)]).toEqual([true, false])
    expect([16, 32, 48, 64, 80].map((offset) => tags.at(page, offset, 0))).toEqual([0, 5, 5, 5, 0])
  })

  test("MTE5 a tag store is known one message after it performed, granule by granule", () => {
    const { page, tags } = memory()
    tags.store(page, 32, 16, 9, 100)
    tags.store(page, 48, 16, 9, 103)
    const seen = (tick: number) => [32, 48, 64].map((offset) => tags.at(page, offset, tick))
    expect(seen(100 + TRAVEL - 1)).toEqual([5, 5, 5])
    expect(seen(100 + TRAVEL)).toEqual([9, 5, 5])
    expect(seen(103 + TRAVEL)).toEqual([9, 9, 5])
  })

  test("MTE4 a tag store reaches over the granules of a line and changes nothing on a page without tags", () => {
    const { page, tags } = memory()
    tags.store(page, 0, 64, 7, 0)
    tags.store(page + 1, 0, 64, 7, 0)
    expect([0, 16, 32, 48, 64].map((offset) => tags.at(page, offset, TRAVEL))).toEqual([7, 7, 7, 7, 5])
    expect(tags.at(page + 1, 0, TRAVEL)).toBe(0)
  })
})
