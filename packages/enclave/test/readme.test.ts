/** The README's table of parameters is the schema's, and every rule has code and a test. */
import { readdirSync, readFileSync } from "node:fs"
import { listQuantities } from "@isolde/core/mechanism"
import { expect, test } from "vitest"
import { enclave } from "../src/index.ts"

const documentOf = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8")
const textOf = (folder: string): string =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .map((name) => documentOf(`${folder}/${name}`))
    .join("\n")

test("the README lists every quantity as the schema has it, and no other", () => {
  const rows = listQuantities(enclave).map(({ default: value, meaning, name, range, source, unit }) => [
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
  for (const { default: value, name, range, source } of listQuantities(enclave)) {
    expect(range?.[0], name).toBeLessThanOrEqual(value)
    expect(range?.[1], name).toBeGreaterThanOrEqual(value)
    expect(source.length, name).toBeGreaterThan(10)
  }
})

test("every rule of the specification is kept in code and cited by a test", () => {
  const rules = [...documentOf("SPEC.md").matchAll(/^\*\*(SGX\d+)\*\*/gm)].map(([, rule]) => rule ?? "")
  expect(rules).toEqual(Array.from({ length: 10 }, (_, n) => `SGX${n + 1}`))
  const [source, tests] = [textOf("src"), textOf("test")]
  for (const rule of rules) {
    expect(new RegExp(`\\b${rule}\\b`).test(source), `${rule} in code`).toBe(true)
    expect(new RegExp(`\\b${rule}\\b`).test(tests), `${rule} in a test`).toBe(true)
  }
})

test("SGX10 what enclaves can't express is refused with the reason", () => {
  const ask = (
    domains: number,
    exchange: "share" | "borrow" | "copy",
    operations: ReadonlyArray<string>,
    config = {}
  ) => enclave(config).refuse({ domains, exchange, objects: 1, operations })
  expect(ask(3, "share", [])).toBeUndefined()
  expect(ask(2, "copy", [])).toBeUndefined()
  expect(ask(3, "copy", [])).toMatch(/no code reaches two enclaves/)
  expect(ask(2, "copy", [], { application: "enclave" })).toMatch(/no code reaches two enclaves/)
  expect(ask(2, "borrow", [])).toMatch(/for good/)
  for (const operation of ["grant", "share", "terminate", "readOnly", "free"])
    expect(ask(2, "share", [operation]), operation).toMatch(/for good/)
  expect(ask(501, "share", [])).toMatch(/501 domains.*500/)
})
