/**
 * The architectural rule: what a capability is, what it permits, and how one is made from another.
 * References: Watson et al., CHERI ISAv9 (UCAM-CL-TR-987); Arm DDI 0606 (Morello). A capability is 128 bits and a
 * tag that no instruction can set; every derivation keeps or reduces authority. Rules CHERI1 to CHERI5 of SPEC.md.
 */

/** What a capability may be used for: a bit set. */
export const Permission = {
  load: 1,
  store: 2,
  execute: 4,
  loadCapability: 8,
  storeCapability: 16,
  seal: 32,
  unseal: 64,
  branchSealedPair: 128,
  executive: 256
} as const

/** Object type of a capability that is not sealed. */
export const UNSEALED = 0

/** Bytes of a capability in memory, and the granule that one tag covers. */
export const CAPABILITY_BYTES = 16

export interface Capability {
  readonly tag: boolean
  /** First byte and the byte behind the last. */
  readonly base: number
  readonly top: number
  readonly permissions: number
  readonly otype: number
}

export interface Bounds {
  readonly base: number
  readonly top: number
}

/** Bits of a bound that the 128-bit format stores; the two topmost of a length follow from the others. */
const MANTISSA = 16
/** Lengths below this have bounds to the byte. */
const EXACT = 2 ** (MANTISSA - 2)

/** CHERI1: tagged, unsealed, wholly in bounds, and permitted. */
export const permits = (capability: Capability, address: number, bytes: number, needed: number): boolean =>
  capability.tag &&
  capability.otype === UNSEALED &&
  address >= capability.base &&
  address + bytes <= capability.top &&
  (capability.permissions & needed) === needed

/** CHERI2: a capability to [base, base + length), or without tag if that is not within `parent`'s authority. */
export const derive = (parent: Capability, base: number, length: number, permissions: number): Capability => {
  const bounds = representable(base, length)
  const within = bounds.base >= parent.base && bounds.top <= parent.top
  const tag = parent.tag && parent.otype === UNSEALED && within && (permissions & ~parent.permissions) === 0
  return { ...bounds, tag, permissions, otype: UNSEALED }
}

/** CHERI3: alignment of both bounds for an object of `length` bytes: 1 below 16 KiB, 8 below 32 KiB, then doubling. */
export const alignmentOf = (length: number): number => {
  if (length < EXACT) return 1
  let alignment = 8
  for (let limit = 2 * EXACT; length >= limit; limit *= 2) alignment *= 2
  return alignment
}

/** CHERI3: the narrowest bounds that can be written down and cover [base, base + length). */
export const representable = (base: number, length: number): Bounds => {
  for (let alignment = alignmentOf(length); ; alignment *= 2) {
    const rounded = {
      base: Math.floor(base / alignment) * alignment,
      top: Math.ceil((base + length) / alignment) * alignment
    }
    if (alignmentOf(rounded.top - rounded.base) <= alignment) return rounded
  }
}

/** CHERI4: sealed with `otype`, immutable and unusable until unsealed; `authority` covers the object type. */
export const seal = (capability: Capability, authority: Capability, otype: number): Capability => ({
  ...capability,
  otype,
  tag: capability.tag && capability.otype === UNSEALED && permits(authority, otype, 1, Permission.seal)
})

/** CHERI4: the inverse of `seal`, with an authority over that object type. */
export const unseal = (capability: Capability, authority: Capability): Capability => ({
  ...capability,
  otype: UNSEALED,
  tag: capability.tag && capability.otype !== UNSEALED && permits(authority, capability.otype, 1, Permission.unseal)
})

/** CHERI4: branch to a sealed pair (BRS): both are unsealed at once if they match, or the branch faults (undefined). */
export const branchSealedPair = (
  code: Capability,
  data: Capability
): { readonly code: Capability; readonly data: Capability } | undefined => {
  const sealed = code.tag && data.tag && code.otype !== UNSEALED && code.otype === data.otype
  const shared = code.permissions & data.permissions & Permission.branchSealedPair
  if (!sealed || shared === 0 || (code.permissions & Permission.execute) === 0) return undefined
  return { code: { ...code, otype: UNSEALED }, data: { ...data, otype: UNSEALED } }
}

/** CHERI5: what a memory slot holds after a data store that touches it: the same bits, and no tag. */
export const overwritten = (capability: Capability): Capability => ({ ...capability, tag: false })
