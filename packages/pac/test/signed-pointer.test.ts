/** The architectural rule of signed pointers (PAC1 to PAC4), case by case. */
import { describe, expect, test } from "vitest"
import {
  allows,
  authenticate,
  type Pointer,
  redrawn,
  SIGNATURES,
  sign,
  signatureOf,
  sizeLog2Of,
  strip
} from "../src/signed-pointer.ts"

const KEY = 0x5eed
const bare: Pointer = { entry: 7, offset: 0, sizeLog2: 6, signature: undefined, authenticated: false }
const entry = (number: number) => ({ number })

describe("PAC1 a signature", () => {
  test("has 16 bits, and each bit of the number changes half of them on average", () => {
    let flipped = 0
    for (let number = 1; number <= 512; number++) {
      const signature = signatureOf(KEY, 7, number)
      expect(signature).toBeLessThan(SIGNATURES)
      for (let bit = 0; bit < 32; bit++) {
        const changed = signature ^ signatureOf(KEY, 7, number ^ (1 << bit))
        for (let bits = changed; bits !== 0; bits &= bits - 1) flipped++
      }
    }
    expect(flipped / (512 * 32)).toBeGreaterThan(7.8)
    expect(flipped / (512 * 32)).toBeLessThan(8.2)
  })

  test("of one entry fits another, or another number, once in 65,536", () => {
    const tries = 1 << 21
    let fits = 0
    for (let n = 1; n <= tries; n++) if (signatureOf(KEY, 7, n) === signatureOf(KEY, n + 8, 1)) fits++
    expect(fits).toBeGreaterThan(16)
    expect(fits).toBeLessThan(52)
  })
})

describe("PAC2 a pointer", () => {
  const signed = sign(KEY, bare, entry(12))

  test("authenticates under the number that it was signed with, and under no entry of nobody's", () => {
    expect(authenticate(KEY, signed, entry(12))?.authenticated).toBe(true)
    expect(authenticate(KEY, signed, entry(13))).toBeUndefined()
    expect(authenticate(KEY, sign(KEY, bare, entry(0)), entry(0))).toBeUndefined()
  })

  test("without its signature proves nothing", () => {
    expect(authenticate(KEY, strip(signed), entry(12))).toBeUndefined()
    expect(authenticate(KEY, bare, entry(12))).toBeUndefined()
  })
})

describe("PAC3 an access", () => {
  const signed = sign(KEY, bare, entry(12))

  test("stays in the object's power of two", () => {
    expect(allows(KEY, { ...signed, offset: 56 }, entry(12), 8)).toBe(true)
    expect(allows(KEY, { ...signed, offset: 57 }, entry(12), 8)).toBe(false)
    expect(allows(KEY, { ...signed, offset: -1 }, entry(12), 1)).toBe(false)
    expect([1, 2, 3, 64, 65, 4096].map(sizeLog2Of)).toEqual([0, 1, 2, 6, 7, 12])
  })

  test("through a pointer that was authenticated before is not checked again, through a signed one it is", () => {
    const used = authenticate(KEY, signed, entry(12)) as Pointer
    expect(allows(KEY, used, entry(0), 8)).toBe(true)
    expect(allows(KEY, signed, entry(0), 8)).toBe(false)
  })
})

describe("PAC4 a number", () => {
  test("is drawn again while old pointers would authenticate under it", () => {
    let colliding = 2
    while (signatureOf(KEY, 7, colliding) !== signatureOf(KEY, 7, 1)) colliding++
    const draws = [0, colliding, colliding, 5]
    expect(redrawn(KEY, 7, 1, () => draws.shift() ?? 0)).toEqual({ number: 5, draws: 4 })
    expect(redrawn(KEY, 7, 0, () => colliding)).toEqual({ number: colliding, draws: 1 })
  })
})
