/** Pages and words: frames are used once, table lines are adjacent as the architecture has them. */
import { Entry, LEVELS, LINES_PER_PAGE, Pages } from "@isolde/core/memory/pages"
import { Words } from "@isolde/core/memory/words"
import { describe, expect, test } from "vitest"

const leafLine = (pages: Pages, page: number) => pages.walk[page * LEVELS + LEVELS - 1] as number

describe.each(["contiguous", "shuffled"] as const)("%s frames", (allocator) => {
  test("no frame is used twice, by pages or tables", () => {
    const pages = new Pages(allocator, 7)
    for (let vpn = 0; vpn < 20_000; vpn++) pages.map(vpn * 3, Entry.present)
    const tables = new Set([...pages.walk.subarray(0, pages.count * LEVELS)].map((line) => Math.floor(line / 64)))
    const frames = new Set(pages.frame.subarray(0, pages.count))
    expect(frames.size).toBe(20_000)
    expect([...tables].filter((table) => frames.has(table))).toEqual([])
    expect(pages.frames).toBe(20_000 + tables.size)
    const most = Math.max(...frames, ...tables)
    expect(most * LINES_PER_PAGE + 63).toBeLessThan(pages.lines)
  })

  test("a virtual page has one number, however often it is mapped", () => {
    const pages = new Pages(allocator, 1)
    const [first, second] = [pages.map(5, Entry.present), pages.map(6, Entry.present)]
    expect(pages.map(5, Entry.present)).toBe(first)
    expect(second).toBe(first + 1)
  })
})

test("shuffled frames depend on the seed, and on nothing else", () => {
  const frames = (seed: number) => {
    const pages = new Pages("shuffled", seed)
    return [...pages.frame.subarray(pages.reserve(100), 100)]
  }
  expect(frames(1)).toEqual(frames(1))
  expect(frames(1)).not.toEqual(frames(2))
})

test("eight neighbours share a line of the leaf table, 512 a table, whatever their frames", () => {
  const pages = new Pages("shuffled", 3)
  const base = 2 ** 27 + 512 * 77
  const numbers = Array.from({ length: 1024 }, (_, i) => pages.map(base + i, Entry.present))
  const lines = numbers.map((page) => leafLine(pages, page))
  expect(new Set(lines.slice(0, 8)).size).toBe(1)
  expect(new Set(lines.slice(0, 512)).size).toBe(64)
  expect(new Set(lines.map((line) => Math.floor(line / LINES_PER_PAGE))).size).toBe(2)
  expect(lines.slice(0, 512).map((line) => line % 64)).toEqual(Array.from({ length: 512 }, (_, i) => i >> 3))
  expect(lines.map((line, i) => pages.entryLine(numbers[i] as number) === line)).not.toContain(false)
})

test("a page above 2^32 pages is none of its neighbour modulo 2^32", () => {
  const pages = new Pages("contiguous", 1)
  const [near, far] = [pages.map(9, Entry.present), pages.map(9 + 2 ** 32, Entry.present)]
  expect(far).not.toBe(near)
  expect(pages.walk[far * LEVELS]).not.toBe(pages.walk[near * LEVELS])
  expect(leafLine(pages, far)).not.toBe(leafLine(pages, near))
})

test("words allocated together share a line that nobody else has", () => {
  const pages = new Pages("contiguous", 1)
  const words = new Words(pages)
  const groups = Array.from({ length: 100 }, (_, i) => ({ first: words.allocate(2, i), value: i }))
  const lineOf = (word: number) => pages.line(words.page[word] as number, words.offset[word] as number)
  expect(groups.every(({ first }) => lineOf(first) === lineOf(first + 1))).toBe(true)
  expect(new Set(groups.map(({ first }) => lineOf(first))).size).toBe(100)
  expect(groups.every(({ first, value }) => words.values[first + 1] === value)).toBe(true)
})

describe("nodes", () => {
  const everyFrame = (pages: Pages) => Array.from(pages.frame.subarray(0, pages.count))

  test("a page lies on the node of its first touch, its tables too, and no window holds frames of two", () => {
    for (const allocator of ["contiguous", "shuffled"] as const) {
      const pages = new Pages(allocator, 5, 2, "firstTouch", [0, 1, 1])
      expect([0, 1, 2, 3].map((worker) => pages.nodeOfWorker(worker))).toEqual([0, 1, 1, 0])
      for (let i = 0; i < 12_000; i++) pages.map(i * 600, Entry.present, i & 1)
      pages.map(600, Entry.present, 0)
      expect(everyFrame(pages).map((frame) => pages.nodeOf(frame))).toEqual(
        Array.from({ length: 12_000 }, (_, i) => i & 1)
      )
      expect(new Set(everyFrame(pages)).size).toBe(12_000)
      for (let page = 0; page < 12_000; page++) expect(pages.nodeOfLine(pages.entryLine(page))).toBe(page & 1)
      expect(Math.max(...everyFrame(pages))).toBeLessThan(pages.lines / LINES_PER_PAGE)
    }
  })

  test("interleaving takes each node in turn, whoever touches the page", () => {
    const pages = new Pages("contiguous", 1, 3, "interleave")
    pages.reserve(9, Entry.present, 2)
    expect(everyFrame(pages).map((frame) => pages.nodeOf(frame))).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2])
  })

  test("one node's frames are what they are without nodes", () => {
    const frames = (pages: Pages) => [...pages.frame.subarray(pages.reserve(10_000), 10_000)]
    expect(frames(new Pages("shuffled", 3, 1, "interleave"))).toEqual(frames(new Pages("shuffled", 3)))
    expect(frames(new Pages("contiguous", 3)).slice(0, 3)).toEqual([0, 5, 6])
  })

  test("what grows with memory grows with its use: pages 16 GB apart take a few frames more than pages side by side", () => {
    const pages = new Pages("contiguous", 1)
    for (let i = 0; i < 100; i++) pages.map(i * 2 ** 22, Entry.present)
    expect(pages.frames).toBe(100 + 100 + 100 + 4 + 1)
    expect(pages.lines).toBe(pages.frames * LINES_PER_PAGE)
  })
})
