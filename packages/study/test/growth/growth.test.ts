/** How cost grows: the shape of what is measured and shown; no test looks at a time. */
import { type GrowthStudy, growthPage, growthText, studyGrowth } from "@isolde/study"
import { conditions } from "@isolde/study/bench/fresh-process"
import { growthAxes, growthRange } from "@isolde/study/growth/growth-tables"
import { measureGrowth } from "@isolde/study/growth/measure-growth"
import { spreadStreams, touchedPages } from "@isolde/study/growth/spread-streams"
import { describe, expect, test } from "vitest"

const LINES = 64
const range = { ...growthRange, cores: [1], footprints: [65_536], domains: [2], mechanisms: ["none"] }
const small = { ...range, accesses: 2_000, invocations: 8 }

describe("spread streams", () => {
  test("touch one page in a hundred of 16 GB, each where it stands, and no page of another core", () => {
    const spread = { cores: 2, footprint: 2 ** 34, stride: 100, near: 0, accesses: 200_000 }
    const pages = spreadStreams(spread).map(
      ({ line }) => new Set([...line].map((each) => Math.floor(each / LINES) - 2 ** 17))
    )
    const span = 2 ** 34 / 4096
    for (const [core, own] of pages.entries()) {
      expect(own.size).toBeLessThanOrEqual(touchedPages(spread))
      expect(own.size).toBeGreaterThan(0.8 * touchedPages(spread))
      const places = new Set([...own].map((page) => Math.floor((page - core * span) / 100)))
      expect(places.size).toBe(own.size)
      expect(Math.min(...own)).toBeGreaterThanOrEqual(core * span)
      expect(Math.max(...own)).toBeLessThan((core + 1) * span)
    }
  })

  test("put 95 of 100 accesses into four pages where they are told to, at 256 cores too", () => {
    const streams = spreadStreams({ cores: 256, footprint: 2 ** 24, stride: 1, near: 95, accesses: 512_000 })
    const near = streams.map(({ line }, core) => {
      const first = (2 ** 17 + core * 4096) * LINES
      return line.filter((each) => each >= first && each < first + 4 * LINES).length / line.length
    })
    expect(streams).toHaveLength(256)
    expect(near.reduce((sum, each) => sum + each, 0) / 256).toBeCloseTo(0.95, 2)
  })
})

describe("growth", () => {
  test("is followed to 256 cores, 16 GB touched by 1 %, and 4096 domains", () => {
    const [cores, footprint, domains] = growthAxes(growthRange)
    expect(cores?.x.at(-1)).toBe(256)
    expect(footprint?.x.at(-1)).toBe(2 ** 34)
    expect(footprint?.lines.map(({ measured }) => measured.at(-1) === undefined)).toEqual([true, false])
    expect(domains?.x.at(-1)).toBe(4096)
  })

  test("16 GB of which 1 % are touched are held in under 300 MB", async () => {
    // 50,000 draws from one page in forty come to 1 % of all pages.
    const spread = { cores: 1, footprint: 2 ** 34, stride: 40, near: 0, accesses: 50_000 }
    const grown = await measureGrowth({ spread })
    expect(grown?.megabytes).toBeLessThan(300)
  }, 60_000)

  test("of domains that a mechanism can't tell apart is not measured", async () => {
    expect(await measureGrowth({ domains: 4096, invocations: 1, mechanism: "mpk" })).toBeUndefined()
  })

  test("is measured in processes of its own and shown in a terminal and on a page", async () => {
    const study = await studyGrowth({ rounds: 1, range: small })
    expect(study.failed).toEqual([])
    expect(study.tables.map(({ id }) => id)).toEqual([
      "rate-cores",
      "memory-cores",
      "rate-footprint",
      "memory-footprint",
      "rate-domains",
      "memory-domains"
    ])
    for (const { series } of study.tables)
      for (const { values } of series) for (const value of values) expect(value).toBeGreaterThan(0)
    expect(Object.keys(study.figures)).toEqual(["start_16"])
    expect(growthText(study)).toContain("start-up of a scenario at 16 cores")
    expect(growthPage(study)).toContain('id="rate-domains"')
  }, 60_000)

  test("is derived from the ends of its lines", () => {
    const table: GrowthStudy = { tables: [], figures: { megabytes_per_core: 1.0625 }, failed: ["a: b"] }
    expect(growthText(table)).toBe("memory of each simulated core more: 1.06 MB\n\nfailed: a: b")
  })

  test("is measured by processes that resolve modules as their parent does", () => {
    const flags = ["--conditions", "a", "--expose-gc", "--conditions=b", "-C", "c"]
    expect(conditions(flags)).toEqual(["--conditions=a", "--conditions=b", "--conditions=c"])
  })

  test("needs a round", async () => {
    await expect(studyGrowth({ rounds: 0 })).rejects.toThrow("rounds: expected a whole number of at least 1, found 0")
  })
})
