/** The architectural rule of tag checks (MTE1, MTE2), case by case. */
import { describe, expect, test } from "vitest"
import { addressTag, granulesOf, insertTag, isUnchecked, passes, type TagState } from "../src/tag-check.ts"

const at = (address: bigint, bytes = 8, stackRelative = false) => ({ address, bytes, stackRelative })

/** Tagged memory whose granule n has tag n modulo 16. */
const counting: TagState = {
  tco: false,
  isTagged: () => true,
  allocationTag: (address) => Number((address >> 4n) & 15n)
}

describe("the tag of an address", () => {
  test("is its bits 59 to 56, and inserting one changes no other bit", () => {
    expect(addressTag(0x0a00_0000_0000_1000n)).toBe(10)
    expect(insertTag(0xf512_3456_789a_bcdfn, 3)).toBe(0xf312_3456_789a_bcdfn)
    for (let tag = 0; tag < 16; tag++) expect(addressTag(insertTag(0xffff_ffff_ffff_ffffn, tag))).toBe(tag)
  })

  test("is no part of the granule's address", () => {
    expect(granulesOf(at(insertTag(0x1008n, 7)))).toEqual([0x1000n])
  })
})

describe("MTE2 a tag check", () => {
  test("passes when the address has the granule's tag and fails with any other", () => {
    for (let tag = 0; tag < 16; tag++) expect(passes(at(insertTag(0x30n, tag)), counting)).toBe(tag === 3)
  })

  test("covers every granule that the access touches", () => {
    expect(granulesOf(at(0x38n, 8))).toEqual([0x30n])
    expect(granulesOf(at(0x38n, 9))).toEqual([0x30n, 0x40n])
    expect(granulesOf(at(0x2fn, 34))).toEqual([0x20n, 0x30n, 0x40n, 0x50n])
    expect(passes(at(insertTag(0x38n, 3), 8), counting)).toBe(true)
    expect(passes(at(insertTag(0x38n, 3), 9), counting)).toBe(false)
    expect(passes(at(insertTag(0x2fn, 3), 2), counting)).toBe(false)
  })
})

describe("MTE1 an access is not checked", () => {
  const wrong = insertTag(0x30n, 9)

  test("when its base is SP and its offset an immediate", () => {
    expect(isUnchecked(at(wrong, 8, true), counting)).toBe(true)
    expect(passes(at(wrong, 8, true), counting)).toBe(true)
  })

  test("while PSTATE.TCO is set", () => {
    expect(passes(at(wrong), { ...counting, tco: true })).toBe(true)
  })

  test("on a page that is not tagged, though the half on a tagged page is", () => {
    const untaggedAbove = { ...counting, isTagged: (address: bigint) => address < 0x1000n }
    expect(passes(at(insertTag(0x1000n, 9)), untaggedAbove)).toBe(true)
    expect(passes(at(insertTag(0xff8n, 9), 16), untaggedAbove)).toBe(false)
    expect(passes(at(insertTag(0xff8n, 15), 16), untaggedAbove)).toBe(true)
  })
})
