/** The README's table of parameters is the schema's, and every rule has a test. */
import { readdirSync, readFileSync } from "node:fs"
import { listQuantities } from "@isolde/core/mechanism"
import { expect, test } from "vitest"
import { proposals } from "../src/index.ts"

const documentOf = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")

test("the README lists every quantity as the schema has it, and no other", () => {
  const rows = listQuantities(proposals).map(({ default: value, meaning, name, range, source, unit }) => [
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

test("every rule of the specification is cited by a test", () => {
  const rules = [...documentOf("SPEC.md").matchAll(/^\*\*(PRO\d+)\*\*/gm)].map(([, rule]) => rule)
  const tests = readdirSync(new URL(".", import.meta.url)).map((name) => documentOf(`test/${name}`))
  const cited = new Set(tests.flatMap((text) => text.match(/PRO\d+/g) ?? []))
  expect(rules).toEqual(Array.from({ length: 19 }, (_, n) => `PRO${n + 1}`))
  expect(rules.filter((rule) => !cited.has(rule ?? ""))).toEqual([])
})
