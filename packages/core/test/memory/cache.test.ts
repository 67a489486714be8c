/** The tag array against its specification: a list of tags per set, least recently used first. */
import { Columns } from "@isolde/core/kernel/columns"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import { Cache, Empty } from "@isolde/core/memory/cache"
import fc from "fast-check"
import { describe, expect, test } from "vitest"

const access = fc.record({ tag: fc.nat(40), drop: fc.integer({ min: 0, max: 9 }).map((n) => n === 0) })

describe("Cache", () => {
  test("CA1: a set holds the tags used last, each once, and evicts the least recently used", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 8),
        fc.constantFrom(1, 2, 5),
        fc.array(access, { maxLength: 200, size: "max" }),
        (sets, ways, accesses) => {
          const cache = new Cache(sets, ways, new Columns())
          const model = Array.from({ length: sets }, (): Array<number> => [])
          for (const { drop, tag } of accesses) {
            const set = cache.setOf(tag)
            expect(set).toBe(tag % sets)
            const held = model[set] as Array<number>
            const row = cache.find(set, tag)
            expect(row >= 0).toBe(held.includes(tag))
            if (row >= 0 && drop) {
              cache.drop(row)
              held.splice(held.indexOf(tag), 1)
            } else if (row >= 0) {
              cache.touch(set, row)
              held.push(...held.splice(held.indexOf(tag), 1))
            } else {
              const victim = cache.victim(set)
              expect(cache.tags[victim]).toBe(held.length === ways ? held.shift() : Empty)
              cache.fill(set, victim, tag, tag & 3)
              held.push(tag)
            }
            const rows = [...cache.tags.subarray(set * ways, (set + 1) * ways)].filter((held) => held !== Empty)
            expect(rows.toSorted()).toEqual(held.toSorted())
          }
          cache.clear()
          expect(new Set(cache.tags)).toEqual(new Set([Empty]))
        }
      ),
      { numRuns: 60 }
    )
  })

  test.each([
    [0, 1],
    [1, 0],
    [1.5, 2]
  ])("%d sets of %d ways are no cache", (sets, ways) => {
    expect(() => new Cache(sets, ways, new Columns())).toThrow(ModelDefect)
  })
})
