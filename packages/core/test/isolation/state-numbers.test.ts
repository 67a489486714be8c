/** One number for several. */
import { StateNumbers } from "@isolde/core/isolation/state-numbers"
import fc from "fast-check"
import { expect, test } from "vitest"

const word = fc.oneof(fc.nat(3), fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }))

test("equal lists of equal length have equal numbers, and others others", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.infiniteStream(word), (length, words) => {
      const states = new StateNumbers()
      const seen = new Map<number, string>()
      for (let i = 0; i < 40; i++) {
        const list = Array.from({ length }, () => (words.next().value as number) >>> 0)
        states.begin()
        for (const each of list) states.add(each)
        const { number } = states
        expect(number).toBeGreaterThan(0)
        expect(seen.get(number) ?? list.join()).toBe(list.join())
        seen.set(number, list.join())
        states.begin()
        for (const each of list) states.add(each)
        expect(states.number).toBe(number)
      }
    })
  )
})
