/** Patterns of addresses: every place once per lap, in the order that the name says. */
import { describe, expect, test } from "vitest"
import { chase, chaseOrder, strided } from "../../src/programs/access-pattern.ts"

describe("a chase", () => {
  test.each(["random", "page-random", "sequential"] as const)(
    "in %s order visits every place once per lap",
    (order) => {
      const places = chaseOrder(5 * 4096 + 256, 64, order)
      expect([...places].sort((x, y) => x - y)).toEqual(Array.from({ length: 5 * 64 + 4 }, (_, i) => i * 64))
      const at = chase(places)
      expect(at(places.length + 3)).toBe(at(3))
    }
  )

  test("page by page leaves a page only when it has seen all of it", () => {
    const pages = [...chaseOrder(16 * 4096, 64, "page-random")].map((place) => place >> 12)
    const changes = pages.filter((page, i) => i > 0 && page !== pages[i - 1]).length
    expect(changes).toBe(15)
    expect(pages.slice(0, 64).every((page) => page === pages[0])).toBe(true)
  })

  test("several pages together are left when all of each has been seen, and not before", () => {
    const pages = [...chaseOrder(16 * 4096, 64, "page-random", 1, 4)].map((place) => place >> 12)
    const blocks = pages.map((page) => page >> 2)
    expect(blocks.filter((block, i) => i > 0 && block !== blocks[i - 1]).length).toBe(3)
    expect(pages.filter((page, i) => i > 0 && page !== pages[i - 1]).length).toBeGreaterThan(500)
  })

  test("in random order the next place is seldom the next line", () => {
    const places = chaseOrder(1 << 20, 64, "random")
    const adjacent = places.filter((place, i) => i > 0 && place === (places[i - 1] as number) + 64).length
    expect(adjacent).toBeLessThan(20)
  })
})

test("a stride wraps at its bytes", () => {
  expect([0, 1, 2, 3].map(strided(64, 128, 8))).toEqual([8, 72, 8, 72])
})
