/** Machines are found by name, and an unknown name is answered with the nearest. */
import { describe, expect, test } from "vitest"
import { InvalidInput, nearest } from "../../src/invalid-input.ts"
import { machineByName, machineNames } from "../../src/machines/catalogue.ts"
import { nearSquare } from "../../src/machines/topology.ts"

test("every name leads to a machine of that name", () => {
  expect(machineNames).toEqual([
    "tiger-lake",
    "skylake-sp",
    "haswell-ep",
    "haswell-ep-10",
    "broadwell-ep",
    "broadwell-ep-10",
    "ivy-bridge",
    "ivy-bridge-ex",
    "ice-lake-sp",
    "sapphire-rapids",
    "zen-3",
    "zen-5",
    "cortex-x3",
    "neoverse-n1",
    "morello",
    "apple-m1"
  ])
  for (const name of machineNames) expect(machineByName(name)().name).toBe(name)
})

test("an unknown name is refused with what exists and what is nearest", () => {
  let caught: unknown
  try {
    machineByName("Tigerlake", "machine")
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(InvalidInput)
  const { issues, message } = caught as InvalidInput
  expect(issues).toHaveLength(1)
  expect(issues[0]).toMatchObject({ path: "machine", actual: '"Tigerlake"' })
  expect(issues[0]?.expected).toContain("neoverse-n1")
  expect(issues[0]?.remedy).toMatch(/^Nearest names: tiger-lake,/)
  expect(message).toContain("machine: expected one of tiger-lake, skylake-sp")
})

test.each(["", "toString", "__proto__"])("the name %j is refused like any other", (name) => {
  expect(() => machineByName(name)).toThrow(InvalidInput)
})

test("the nearest names come closest first, whatever their case", () => {
  expect(nearest("MORELO", machineNames, 1)).toEqual(["morello"])
  expect(nearest("x", ["bb", "aa", "x"])).toEqual(["x", "aa", "bb"])
  expect(nearest("x", [])).toEqual([])
})

describe("a near-square mesh", () => {
  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 1],
    [4, 2, 2],
    [5, 3, 2],
    [7, 4, 2],
    [10, 5, 2],
    [12, 4, 3],
    [64, 8, 8],
    [256, 16, 16]
  ])("of %i stops has %i columns and %i rows", (stops, columns, rows) => {
    expect(nearSquare(stops)).toEqual([columns, rows])
  })
})
