/** Random streams: a pure function of seed and name; the distributions are what they say. */
import { mix, RandomStream } from "@isolde/core/kernel/random"
import { describe, expect, test } from "vitest"

const draws = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.next())

describe("RandomStream", () => {
  test("the same seed and name give the same numbers", () => {
    expect(draws(new RandomStream(7, "tile 3"), 100)).toEqual(draws(new RandomStream(7, "tile 3"), 100))
  })

  test("streams of other names or seeds have nothing in common", () => {
    const names = ["tile 1", "tile 2", "tile 12", "1 tile", ""]
    const seen = names.flatMap((name) => [1, 2, -1, 0].flatMap((seed) => draws(new RandomStream(seed, name), 500)))
    // 10,000 of 2^32 numbers: about a hundredth of one coincidence is expected.
    expect(new Set(seen).size).toBeGreaterThan(seen.length - 3)
  })

  test("draws of one stream don't move another", () => {
    const [quiet, busy] = [new RandomStream(1, "a"), new RandomStream(1, "b")]
    const alone = draws(new RandomStream(1, "a"), 50)
    const interleaved = Array.from({ length: 50 }, () => {
      draws(busy, 3)
      return quiet.next()
    })
    expect(interleaved).toEqual(alone)
  })

  test("below() is even over its range, within four standard deviations", () => {
    const count = 100_000
    for (const bound of [2, 3, 10, 1000, 65_536]) {
      const stream = new RandomStream(11, `below ${bound}`)
      const bins = new Float64Array(Math.min(bound, 10))
      let outside = 0
      for (let i = 0; i < count; i++) {
        const value = stream.below(bound)
        if (value < 0 || value >= bound) outside++
        const bin = Math.floor((value * bins.length) / bound)
        bins[bin] = (bins[bin] as number) + 1
      }
      expect(outside).toBe(0)
      const expected = count / bins.length
      for (const bin of bins) expect(Math.abs(bin - expected)).toBeLessThan(4 * Math.sqrt(expected))
    }
  })

  test("chance() is what it says per million, never at 0 and always at 1,000,000", () => {
    const count = 200_000
    const hits = (perMillion: number) => {
      const stream = new RandomStream(5, `chance ${perMillion}`)
      let found = 0
      for (let i = 0; i < count; i++) if (stream.chance(perMillion)) found++
      return found
    }
    expect(hits(0)).toBe(0)
    expect(hits(1_000_000)).toBe(count)
    for (const perMillion of [2_000, 10_000, 250_000, 500_000]) {
      const expected = (count * perMillion) / 1_000_000
      expect(Math.abs(hits(perMillion) - expected)).toBeLessThan(4 * Math.sqrt(expected))
    }
  })
})

test("mix() loses nothing: other inputs, other outputs", () => {
  expect(new Set(Array.from({ length: 100_000 }, (_, i) => mix(i - 50_000))).size).toBe(100_000)
})
