/** The rule of where confined accesses land (SFI1 to SFI5), case by case. */
import { describe, expect, test } from "vitest"
import { bounded, Confinement, guarded, landing, listed, masked, reaches, type Zone } from "../src/sandbox.ts"

const zone: Zone = { base: 0x7_0000_0000n, size: 0x1_0000_0000n }
const load = (address: bigint, bytes = 8) => ({ address, bytes, store: false })
const store = (address: bigint, bytes = 8) => ({ address, bytes, store: true })

describe("SFI1 a masked address", () => {
  test("stays in its zone whatever it was, and is itself if it was in the zone", () => {
    for (const address of [0n, 0x6_ffff_ffffn, 0x7_1234_5678n, 0xffff_ffff_ffff_fff8n]) {
      const found = masked(address, zone)
      expect(found >= zone.base && found < zone.base + zone.size).toBe(true)
    }
    expect(masked(0x7_1234_5678n, zone)).toBe(0x7_1234_5678n)
  })

  test("SFI5 of another zone goes astray in its own, and doesn't reach what it meant", () => {
    const other = load(0x6_0000_1000n)
    const found = landing(Confinement.masked, other, zone, () => false)
    expect(found).toEqual({ at: 0x7_0000_1000n })
    expect(reaches(found, other)).toBe(false)
  })
})

describe("SFI2 a guarded offset", () => {
  const small: Zone = { base: 0x7_0000_0000n, size: 0x1_0000n }

  test("traps behind the zone's memory and nowhere in it", () => {
    expect(guarded(load(0x7_0000_fff8n), small)).toEqual({ at: 0x7_0000_fff8n })
    expect(guarded(load(0x7_0000_fff9n), small)).toBe("trap")
    expect(guarded(load(0x7_ffff_0000n), small)).toBe("trap")
  })

  test("has 32 bits, so that another zone's address is this zone's or traps", () => {
    expect(guarded(load(0x6_0000_0100n), small)).toEqual({ at: 0x7_0000_0100n })
  })
})

test("SFI3 bounds hold the first byte and the last", () => {
  expect(bounded(load(zone.base), zone)).toEqual({ at: zone.base })
  expect(bounded(load(zone.base - 1n), zone)).toBe("trap")
  expect(bounded(load(zone.base + zone.size - 8n), zone)).not.toBe("trap")
  expect(bounded(load(zone.base + zone.size - 7n), zone)).toBe("trap")
})

describe("SFI4 lists", () => {
  const mine = (slot: bigint) => slot === 16n

  test("let a store pass when every slot that it touches lists its writer", () => {
    expect(listed(store(16n), mine)).toEqual({ at: 16n })
    expect(listed(store(20n, 8), mine)).toBe("trap")
    expect(listed(store(8n), mine)).toBe("trap")
  })

  test("don't look loads up", () => {
    expect(listed(load(8n), mine)).toEqual({ at: 8n })
  })
})
