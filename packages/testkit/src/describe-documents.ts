/**
 * What a mechanism package says of itself is so: its README's parameters are the schema's, its SPEC's rules stand in
 * code and tests. Law: documents are read as they are; a rule is cited by its number.
 */
import { readdirSync, readFileSync } from "node:fs"
import { listQuantities, type Mechanism } from "@isolde/core/mechanism"
import { describe, expect, test } from "vitest"

/** The rules of a package's SPEC.md: `PAC1` to `PAC10`. */
export interface Rules {
  readonly prefix: string
  readonly count: number
}

/** Declare the tests of the documents in folder `root`, the package's own. */
export function describeDocuments<Config, Input>(mechanism: Mechanism<Config, Input>, root: URL, rules: Rules): void {
  const documentOf = (name: string): string => readFileSync(new URL(name, root), "utf8")
  const textOf = (folder: string): string =>
    readdirSync(new URL(`${folder}/`, root))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => documentOf(`${folder}/${name}`))
      .join("\n")
  const quantities = listQuantities(mechanism)

  describe(`the documents of ${mechanism.mechanism}`, () => {
    test("README.md lists every quantity as the schema has it, and no other", () => {
      const rows = quantities.map(({ default: value, meaning, name, range, source, unit }) => [
        `\`${name}\``,
        `${value} ${unit}`,
        range?.join(" to "),
        meaning,
        source
      ])
      const listed = documentOf("README.md")
        .split("\n")
        .filter((line) => /^\| `\w+` +\| \d/.test(line))
        .map((line) => line.split("|").slice(1, -1))
      expect(rows.length).toBeGreaterThan(8)
      expect(listed.map((cells) => cells.map((cell) => cell.trim()))).toEqual(rows)
    })

    test("every quantity has a range around its default, and a source", () => {
      for (const { default: value, name, range, source } of quantities) {
        expect(range?.[0], name).toBeLessThanOrEqual(value)
        expect(range?.[1], name).toBeGreaterThanOrEqual(value)
        expect(source.length, name).toBeGreaterThan(5)
      }
    })

    test("every rule of SPEC.md is kept in code and cited by a test", () => {
      const written = new RegExp(`^\\*\\*(${rules.prefix}\\d+)\\*\\*`, "gm")
      const found = [...documentOf("SPEC.md").matchAll(written)].map(([, rule]) => rule ?? "")
      expect(found).toEqual(Array.from({ length: rules.count }, (_, n) => `${rules.prefix}${n + 1}`))
      const texts = { code: textOf("src"), tests: textOf("test") }
      for (const [where, text] of Object.entries(texts))
        expect(
          found.filter((rule) => !new RegExp(`\\b${rule}\\b`).test(text)),
          where
        ).toEqual([])
    })
  })
}
