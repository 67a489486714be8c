/** The rules of the proposals, case by case. */
import { describe, expect, test } from "vitest"
import { entryAllows, granuleOf, keyOpens, regionAllows, tagsMatch } from "../src/may-access.ts"

describe("PRO1 keys", () => {
  const closed = 0b1100 // key 1: no access, no write
  const readable = 0b1000 // key 1: no write

  test("a closed key refuses, a readable one refuses stores, an open one allows", () => {
    expect([closed, readable, 0].map((register) => keyOpens(register, 1, true, true, false))).toEqual([
      false,
      true,
      true
    ])
    expect([closed, readable, 0].map((register) => keyOpens(register, 1, true, true, true))).toEqual([
      false,
      false,
      true
    ])
  })

  test("the entry has to be present, and writable for stores", () => {
    expect(keyOpens(0, 1, false, true, false)).toBe(false)
    expect(keyOpens(0, 1, true, false, false)).toBe(true)
    expect(keyOpens(0, 1, true, false, true)).toBe(false)
  })
})

test("PRO2 every granule must have the tag that the access carries", () => {
  expect(tagsMatch(3, [3, 3])).toBe(true)
  expect(tagsMatch(3, [3, 4])).toBe(false)
  expect(tagsMatch(200, [200 & 15])).toBe(false)
})

test("PRO3 a page has the largest granule inside which no two objects meet", () => {
  const page = (...runs: ReadonlyArray<readonly [object: number, bytes: number]>): Array<number> =>
    runs.flatMap(([object, bytes]) => Array.from({ length: bytes / 16 }, () => object))
  expect(granuleOf(page([1, 4096]))).toBe(4096)
  expect(granuleOf(page([1, 2048], [2, 2048]))).toBe(2048)
  expect(granuleOf(page([1, 1024], [2, 3072]))).toBe(1024)
  expect(granuleOf(page([1, 64], [2, 4032]))).toBe(64)
  expect(granuleOf(page([1, 4080], [2, 16]))).toBe(16)
})

test("PRO4 a pointer needs its entry's version, bounds and rights", () => {
  const entry = { rights: 1, bytes: 64, version: 7 }
  expect(entryAllows(entry, 7, 56, 8, false)).toBe(true)
  expect(entryAllows(entry, 7, 57, 8, false)).toBe(false)
  expect(entryAllows(entry, 7, 0, 8, true)).toBe(false)
  expect(entryAllows(entry, 6, 0, 8, false)).toBe(false)
  expect(entryAllows(undefined, 7, 0, 8, false)).toBe(false)
})

test("PRO5 one register has to cover all of the access", () => {
  const registers = [
    { from: 0, bytes: 64, rights: 3 },
    { from: 64, bytes: 64, rights: 1 }
  ]
  expect(regionAllows(registers, 56, 8, true)).toBe(true)
  expect(regionAllows(registers, 60, 8, false)).toBe(false)
  expect(regionAllows(registers, 64, 8, true)).toBe(false)
  expect(regionAllows([], 0, 1, false)).toBe(false)
})
