/** The rule: what capabilities permit and how they are made (CHERI1 to CHERI5), against the documents' own numbers. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  alignmentOf,
  branchSealedPair,
  type Capability,
  derive,
  overwritten,
  Permission,
  permits,
  representable,
  seal,
  UNSEALED,
  unseal
} from "../src/capability.ts"

const everything = Object.values(Permission).reduce((all, each) => all | each, 0)
const root: Capability = { tag: true, base: 0, top: 2 ** 48, permissions: everything, otype: UNSEALED }
const readWrite = Permission.load | Permission.store

describe("CHERI1 an access", () => {
  const object = derive(root, 4096, 100, readWrite)

  test("is allowed from the first byte to the last, and not one byte beyond", () => {
    expect(permits(object, 4096, 100, Permission.load)).toBe(true)
    expect(permits(object, 4095, 1, Permission.load)).toBe(false)
    expect(permits(object, 4195, 1, Permission.store)).toBe(true)
    expect(permits(object, 4195, 2, Permission.store)).toBe(false)
  })

  test("needs the tag, an unsealed capability and every permission asked for", () => {
    const readOnly = derive(root, 4096, 100, Permission.load)
    expect(permits(overwritten(object), 4096, 8, Permission.load)).toBe(false)
    expect(permits(seal(object, root, 7), 4096, 8, Permission.load)).toBe(false)
    expect(permits(readOnly, 4096, 8, Permission.load)).toBe(true)
    expect(permits(readOnly, 4096, 8, readWrite)).toBe(false)
  })
})

describe("CHERI2 a derived capability", () => {
  test("never permits what its parent doesn't", () => {
    const bounds = fc.record({ base: fc.nat(200_000), length: fc.nat(100_000), permissions: fc.nat(everything) })
    const access = fc.record({ address: fc.nat(300_000), bytes: fc.integer({ min: 1, max: 64 }), needed: fc.nat(511) })
    fc.assert(
      fc.property(bounds, bounds, access, (outer, inner, { address, bytes, needed }) => {
        const parent = derive(root, outer.base, outer.length, outer.permissions)
        const child = derive(parent, inner.base, inner.length, inner.permissions)
        expect(permits(child, address, bytes, needed) && !permits(parent, address, bytes, needed)).toBe(false)
      })
    )
  })

  test("has no tag when it asks for more, or comes from one that is sealed or has none", () => {
    const parent = derive(root, 4096, 64, Permission.load)
    expect(derive(parent, 4096, 65, Permission.load).tag).toBe(false)
    expect(derive(parent, 4096, 64, readWrite).tag).toBe(false)
    expect(derive(overwritten(parent), 4096, 64, Permission.load).tag).toBe(false)
    expect(derive(seal(parent, root, 9), 4096, 64, Permission.load).tag).toBe(false)
    expect(derive(parent, 4100, 8, Permission.load).tag).toBe(true)
  })

  test("has no tag when only rounding takes it out of its parent's bounds", () => {
    const parent = derive(root, 0, 2 ** 20, readWrite)
    expect(derive(parent, 2 ** 20 - 70_000, 70_000, readWrite).tag).toBe(true)
    expect(derive({ ...parent, base: 8 }, 8, 70_000, readWrite).tag).toBe(false)
  })
})

describe("CHERI3 bounds", () => {
  test.each([
    [1, 1],
    [4096, 1],
    [16_383, 1],
    [16_384, 8],
    [32_767, 8],
    [32_768, 16],
    [65_535, 16],
    [65_536, 32],
    [2 ** 20, 512],
    [2 ** 30, 2 ** 19]
  ])("of %i bytes are aligned to %i", (length, alignment) => {
    expect(alignmentOf(length)).toBe(alignment)
  })

  test("cover what was asked for, are aligned for their own length, and waste less than twice the alignment", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (base, length) => {
        const bounds = representable(base, length)
        const alignment = alignmentOf(bounds.top - bounds.base)
        expect(bounds.base <= base && bounds.top >= base + length).toBe(true)
        expect([bounds.base % alignment, bounds.top % alignment]).toEqual([0, 0])
        expect(bounds.top - bounds.base - length).toBeLessThan(2 * alignment)
        expect(representable(bounds.base, bounds.top - bounds.base)).toEqual(bounds)
      })
    )
  })

  test("are rounded again when rounding makes the length one bit longer", () => {
    expect(representable(4, 32_760)).toEqual({ base: 0, top: 32_768 })
    expect(representable(8, 32_765)).toEqual({ base: 0, top: 32_784 })
  })
})

describe("CHERI4 sealing", () => {
  const code = derive(root, 0, 4096, Permission.execute | Permission.branchSealedPair)
  const data = derive(root, 8192, 4096, readWrite | Permission.branchSealedPair)

  test("is undone by an authority over the object type and by no other", () => {
    const authority = derive(root, 100, 10, Permission.seal | Permission.unseal)
    const sealed = seal(data, authority, 105)
    expect(sealed.tag && sealed.otype === 105).toBe(true)
    expect(unseal(sealed, authority)).toEqual(data)
    expect(seal(data, authority, 110).tag).toBe(false)
    expect(unseal(sealed, derive(root, 106, 4, Permission.unseal)).tag).toBe(false)
  })

  test("lets a branch to a pair of one type unseal both, and no other pair", () => {
    const pair = branchSealedPair(seal(code, root, 5), seal(data, root, 5))
    expect(pair).toEqual({ code, data })
    expect(branchSealedPair(seal(code, root, 5), seal(data, root, 6))).toBeUndefined()
    expect(branchSealedPair(code, data)).toBeUndefined()
    expect(branchSealedPair(seal(data, root, 5), seal(code, root, 5))).toBeUndefined()
  })
})

test("CHERI5 a data store leaves the bits of a capability and takes its tag", () => {
  const object = derive(root, 64, 64, readWrite)
  expect(overwritten(object)).toEqual({ ...object, tag: false })
})
