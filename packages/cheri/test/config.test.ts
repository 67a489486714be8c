/** The parameters: every one sourced and ranged, and shown in README.md as the schema has them. */
import { readFileSync } from "node:fs"
import { listQuantities } from "@isolde/core/mechanism"
import { describe, expect, test } from "vitest"
import { cheri } from "../src/index.ts"

const quantities = listQuantities(cheri)
const document = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")

describe("parameters", () => {
  test("there are quantities, and each has a range around its default, a meaning and a source", () => {
    expect(quantities.length).toBe(
      Object.values(cheri().config as object).filter((each) => typeof each === "number").length
    )
    for (const { meaning, name, range, source, ...each } of quantities) {
      expect(range?.[0], name).toBeLessThanOrEqual(each.default)
      expect(range?.[1], name).toBeGreaterThanOrEqual(each.default)
      expect(meaning.length, name).toBeGreaterThan(10)
      expect(source, name).toMatch(/^(assumed|derived|calibration): |atc24-|cheri-|m-|aapcs64-morello/)
    }
  })

  test("README.md shows them as the schema has them", () => {
    const rows = document("README.md")
      .split("\n")
      .filter((line) => /^\| `\w+`/.test(line))
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1, -1)
      )
    expect(rows).toEqual(
      quantities.map(({ default: value, meaning, name, range, source, unit }) => [
        `\`${name}\``,
        `${value} ${unit}`,
        `${range?.[0]} to ${range?.[1]}`,
        meaning,
        source
      ])
    )
  })

  test("one out of range is refused with its name", () => {
    expect(() => cheri({ branch: 0 })).toThrow("cheri")
    expect(() => cheri({ storesPerObject: 5 })).toThrow("storesPerObject")
  })
})

test("every rule of SPEC.md is kept somewhere in the code and proven by a test", () => {
  const rules = [...document("SPEC.md").matchAll(/^\*\*(CHERI\d+)\*\*/gm)].map((match) => match[1] as string)
  expect(rules).toEqual(Array.from({ length: 17 }, (_, at) => `CHERI${at + 1}`))
  const code = [
    "capability",
    "exchange-objects",
    "gate",
    "governed-memory",
    "handles",
    "reach",
    "registers",
    "revocation",
    "stored-capabilities",
    "sweep",
    "unit"
  ].map((name) => document(`src/${name}.ts`))
  const tests = ["capability", "compartment", "differential", "handles", "revocation", "sweep", "timing"].map((name) =>
    document(`test/${name}.test.ts`)
  )
  for (const rule of rules) {
    const cited = new RegExp(`\\b${rule}\\b`)
    expect(
      code.some((text) => cited.test(text)),
      `${rule} in code`
    ).toBe(true)
    expect(
      tests.some((text) => cited.test(text)),
      `${rule} in a test`
    ).toBe(true)
  }
})
