/** `isolde params` and the help of every command. */
import { describe, expect, test } from "vitest"
import { isolde } from "./isolde-process.ts"

interface Listed {
  readonly kind: string
  readonly parameters: ReadonlyArray<Readonly<Record<string, unknown>>>
}

describe("isolde params", () => {
  test("lists every quantity of a mechanism with value, unit, range, meaning and source", async () => {
    const { code, stdout } = await isolde(["params", "mpk", "--json"])
    expect(code).toBe(0)
    const { kind, parameters } = JSON.parse(stdout) as Listed
    expect(kind).toBe("mechanism")
    expect(parameters.map((parameter) => parameter["name"])).toContain("wrpkru")
    for (const parameter of parameters) {
      expect(Object.keys(parameter)).toEqual(["name", "value", "unit", "range", "meaning", "source"])
      expect(parameter["value"]).toEqual(expect.any(Number))
      expect(String(parameter["source"]).length).toBeGreaterThan(2)
    }
  })

  test("lists choices and switches with their values, the default first, and how to write them", async () => {
    const { stdout } = await isolde(["params", "mpk"])
    expect(stdout).toContain("synchronise = none | interrupt | rekey")
    expect(stdout).toContain("cet = true | false")
    expect(stdout).toContain("mpk:hardware=pks")
    const { choices } = JSON.parse((await isolde(["params", "ept", "--json"])).stdout)
    expect(choices).toContainEqual(
      expect.objectContaining({ name: "keys", default: false, values: [false, true], meaning: expect.any(String) })
    )
  })

  test("lists a machine as text with its sources", async () => {
    const { code, stdout } = await isolde(["params", "tiger-lake"])
    expect(code).toBe(0)
    expect(stdout).toContain("core.width")
    expect(stdout).toContain("source: ")
  })

  test("answers an unknown name with the nearest", async () => {
    const { code, stderr, stdout } = await isolde(["params", "mpkk"])
    expect(code).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toContain("Nearest names: mpk")
  })
})

describe("help", () => {
  test("of every command says what it does, with examples", async () => {
    const names = ["start", "import", "compare", "run", "params"]
    const all = await Promise.all(names.map((name) => isolde([name, "--help"])))
    for (const { code, stdout } of all) {
      expect(code).toBe(0)
      for (const part of ["DESCRIPTION", "USAGE", "EXAMPLES", "--json"]) expect(stdout).toContain(part)
    }
  })
})
