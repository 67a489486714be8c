/** The README's table of parameters is the schema's, and every rule has code and a test. */
import { readdirSync, readFileSync } from "node:fs"
import { listQuantities } from "@isolde/core/mechanism"
import { expect, test } from "vitest"
import { processes } from "../src/index.ts"

const documentOf = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")
const textOf = (folder: string): string =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .map((name) => documentOf(`${folder}/${name}`))
    .join("\n")

test("the README lists every quantity as the schema has it, and no other", () => {
  const rows = listQuantities(processes).map(({ default: value, meaning, name, range, source, unit }) => [
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
  for (const { default: value, name, range, source } of listQuantities(processes)) {
    expect(range?.[0], name).toBeLessThanOrEqual(value)
    expect(range?.[1], name).toBeGreaterThanOrEqual(value)
    expect(source.length, name).toBeGreaterThan(10)
  }
})

test("every rule of the specification is kept in code and cited by a test", () => {
  const rules = [...documentOf("SPEC.md").matchAll(/^\*\*(PR\d+)\*\*/gm)].map(([, rule]) => rule ?? "")
  expect(rules).toEqual(Array.from({ length: 10 }, (_, n) => `PR${n + 1}`))
  const [source, tests] = [textOf("src"), textOf("test")]
  for (const rule of rules) {
    expect(new RegExp(`\\b${rule}\\b`).test(source), `${rule} in code`).toBe(true)
    expect(new RegExp(`\\b${rule}\\b`).test(tests), `${rule} in a test`).toBe(true)
  }
})

test("what one address space can't express is refused with the reason, and more domains than identifiers", () => {
  const ask = (domains: number, exchange: "share" | "borrow", operations: ReadonlyArray<string>, config = {}) =>
    processes(config).refuse({ domains, exchange, objects: 1, operations })
  const shared = { crossing: "shared" } as const
  expect(ask(2, "share", [], shared)).toBeUndefined()
  expect(ask(2, "borrow", [], shared)).toMatch(/nothing can be granted/)
  expect(ask(2, "share", ["revoke"], shared)).toMatch(/nothing can be granted/)
  expect(ask(2, "borrow", ["terminate", "readOnly"])).toBeUndefined()
  expect(ask(481, "share", [])).toMatch(/481 domains.*480/)
})

test("a variant that governs nothing says so, and lets every thread reach everything", () => {
  const { traits } = processes({ crossing: "shared" })
  expect(traits.governs).toBe(0)
  expect(traits.ungoverned.join()).toMatch(/every access/)
  expect(traits.attacker).toMatch(/^none/)
})
