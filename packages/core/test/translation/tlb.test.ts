/** TLB arrays per page size: sets, exact LRU, and what is where when an array holds several sizes. */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Columns } from "@isolde/core/kernel/columns"
import { machineByName } from "@isolde/core/machines/catalogue"
import { numbersOf } from "@isolde/core/machines/machine"
import { PageSize, pageSizeOf, pagesIn } from "@isolde/core/memory/page-size"
import { Entry, LEVELS, LINES_PER_PAGE, Pages } from "@isolde/core/memory/pages"
import { Tlb } from "@isolde/core/translation/tlb"
import { describe, expect, test } from "vitest"

const READABLE = Entry.present

const tlbOf = (pages: Pages, arrays: ConstructorParameters<typeof Tlb>[1]): Tlb => new Tlb(pages, arrays, new Columns())

/** `count` pages of `size`, the n-th of them at n x 4 KB or 2 MB. */
function mapped(size: PageSize, count: number): { readonly pages: Pages; readonly at: ReadonlyArray<number> } {
  const pages = new Pages("contiguous", 1)
  return { pages, at: Array.from({ length: count }, (_, n) => pages.map(n * pagesIn(size), READABLE, 0, size)) }
}

describe.each([
  ["4 KB", PageSize.small],
  ["2 MB", PageSize.large]
] as const)("an array for pages of %s", (_, size) => {
  test("TL1 holds as many pages of one set as it has ways, and lets the least recently used go", () => {
    const [sets, ways] = [4, 3]
    const { at, pages } = mapped(size, sets * (ways + 1))
    const tlb = tlbOf(pages, [
      { sets, ways, sizes: 1 },
      { sets, ways, sizes: 2 }
    ])
    const inSet = Array.from({ length: ways + 1 }, (_each, n) => at[n * sets + 1] as number)
    const [oldest, second, , newest] = inSet as [number, number, number, number]
    for (const page of inSet.slice(0, ways)) tlb.keep(page, size, 0, READABLE, 0)
    expect(inSet.map((page) => tlb.look(page, size, 0))).toEqual([true, true, true, false])
    expect(tlb.look(oldest, size, 0)).toBe(true)
    tlb.keep(newest, size, 0, READABLE, 0)
    expect(inSet.map((page) => tlb.look(page, size, 0))).toEqual([true, false, true, true])
    tlb.keep(at[0] as number, size, 0, READABLE, 0)
    expect(tlb.look(at[0] as number, size, 0), "another set").toBe(true)
    expect(tlb.look(second, size, 0)).toBe(false)
  })
})

test("one entry of a 2 MB page serves all of its 4 KB", () => {
  const { at, pages } = mapped(PageSize.large, 2)
  const tlb = tlbOf(pages, [{ sets: 1, ways: 4, sizes: 7 }])
  tlb.keep((at[1] as number) + 77, PageSize.large, 3, READABLE, 0)
  const hits = (first: number, context: number) =>
    [0, 1, 511].map((page) => tlb.look(first + page, PageSize.large, context))
  expect(hits(at[1] as number, 3)).toEqual([true, true, true])
  expect(hits(at[0] as number, 3)).toEqual([false, false, false])
  expect(hits(at[1] as number, 2)).toEqual([false, false, false])
})

test("TL1 a size that no array holds is held in pieces of the next smaller", () => {
  const { pages } = mapped(PageSize.small, 1)
  const without = tlbOf(pages, [
    { sets: 1, ways: 4, sizes: 1 },
    { sets: 1, ways: 4, sizes: 2 }
  ])
  expect([0, 1, 2].map((size) => without.held(size))).toEqual([0, 1, 1])
  expect([0, 1, 2].map((size) => without.holds(size))).toEqual([true, true, false])
})

test("TL2 Tiger Lake's two second-level arrays hold 2,048 pages of 4 KB and 1,024 of 2 MB (m-029)", () => {
  const { tlb } = numbersOf(machineByName("tiger-lake")())
  const capacity = (size: PageSize, count: number) => {
    const { at, pages } = mapped(size, count)
    const stlb = tlbOf(pages, [tlb.stlb, tlb.stlbLarge])
    for (const page of at) stlb.keep(page, size, 0, READABLE, 0)
    return at.filter((page) => stlb.look(page, size, 0)).length
  }
  expect(capacity(PageSize.small, 2048)).toBe(2048)
  expect(capacity(PageSize.small, 4096)).toBe(2048)
  expect(capacity(PageSize.large, 1024)).toBe(1024)
  expect(capacity(PageSize.large, 1040)).toBe(1024)
})

describe("PG3 a large page", () => {
  test.each([
    [PageSize.large, 512],
    [PageSize.huge, 262_144]
  ])("of size %i has %i pages on aligned consecutive frames, shuffled or not", (size, count) => {
    for (const allocator of ["contiguous", "shuffled"] as const) {
      const pages = new Pages(allocator, 3)
      const small = pages.map(5, READABLE)
      const inside = pages.map(count * 8 + 5, READABLE, 0, size)
      const head = pages.headOf(inside)
      expect(inside - head).toBe(5)
      expect(pages.frame[head] as number).toBe(Math.floor((pages.frame[head] as number) / count) * count)
      expect(pages.frame[head + count - 1]).toBe((pages.frame[head] as number) + count - 1)
      expect(pages.map(count * 8 + 9, READABLE)).toBe(head + 9)
      expect(
        (pages.frame[small] as number) < (pages.frame[head] as number) ||
          (pages.frame[small] as number) >= (pages.frame[head] as number) + count
      ).toBe(true)
      expect((pages.frame[head] as number) * LINES_PER_PAGE).toBeLessThan(pages.lines)
      expect(pages.entryLine(head + count - 1)).toBe(pages.walk[head * LEVELS + LEVELS - 1 - size])
    }
  })

  test("of a size that no machine has is refused with path, value and rule", () => {
    const refused = () => pageSizeOf(65_536, "areas.heap.pageBytes")
    expect(refused).toThrow(InvalidInput)
    expect(refused).toThrow(/areas\.heap\.pageBytes: expected 4096, 2097152, 1073741824 bytes.*found 65536/)
  })
})
