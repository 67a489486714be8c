/**
 * The rule: where an instrumented access ends up. A sandbox is a zone of addresses, a power of two in size and aligned
 * to it; what the compiler puts in front of an access, and what the hardware adds to it, decide where it goes. A
 * verifier reads the code and lets nothing else through, so the rule holds for hostile code too.
 * References: Wahbe et al. (SOSP 1993); Native Client (Oakland 2009; Sehr et al. 2010); Segue (ASPLOS 2025); Intel MPX
 * (SDM vol. 1, chapter 17); XFI, BGI and LXFI; LFI (ASPLOS 2024); WebAssembly core specification, memory instructions.
 */

/** What stands between an access and its memory. */
export const Confinement = {
  /** The address is forced into the zone: AND, OR. */
  masked: 0,
  /** A 32-bit offset is added to the zone's beginning by the addressing mode; behind the zone lies unmapped memory. */
  guarded: 1,
  /** A 32-bit offset is compared with the size of the memory, then added to its beginning. */
  compared: 2,
  /** The address is compared with a lower and an upper bound. */
  bounded: 3,
  /** A store's address is looked up in a table of who may write it; loads go where they want. */
  listed: 4
} as const
export type Confinement = (typeof Confinement)[keyof typeof Confinement]

/** Addresses [base, base + size). */
export interface Zone {
  readonly base: bigint
  readonly size: bigint
}

export interface Access {
  /** As the code computes it. */
  readonly address: bigint
  readonly bytes: number
  readonly store: boolean
}

/** Where an access goes, or that it traps. */
export type Landing = { readonly at: bigint } | "trap"

/** SFI1: `address` with the zone's upper bits. */
export const masked = (address: bigint, { base, size }: Zone): bigint => base | (address & (size - 1n))

/** SFI2: the 32 low bits of `address` as an offset into the zone. Beyond its memory lies nothing. */
export function guarded({ address, bytes }: Access, { base, size }: Zone): Landing {
  const offset = address & 0xffff_ffffn
  return offset + BigInt(bytes) <= size ? { at: base + offset } : "trap"
}

/** SFI3: lower <= address and address + bytes - 1 <= upper (BNDCL, BNDCU). */
export function bounded({ address, bytes }: Access, { base, size }: Zone): Landing {
  return address >= base && address + BigInt(bytes) <= base + size ? { at: address } : "trap"
}

/** Bytes that share an entry of the lists (BGI: a byte for eight). */
export const SLOT = 8

/** SFI4: every slot that a store touches lists the writer. `mayWrite` is asked for the first address of each. */
export function listed({ address, bytes, store }: Access, mayWrite: (slot: bigint) => boolean): Landing {
  if (!store) return { at: address }
  const last = (address + BigInt(bytes) - 1n) / BigInt(SLOT)
  for (let slot = address / BigInt(SLOT); slot <= last; slot++) if (!mayWrite(slot * BigInt(SLOT))) return "trap"
  return { at: address }
}

/** SFI5: where an access of a sandbox with `zone` goes. */
export function landing(
  confinement: Confinement,
  access: Access,
  zone: Zone,
  mayWrite: (slot: bigint) => boolean
): Landing {
  switch (confinement) {
    case Confinement.masked:
      return { at: masked(access.address, zone) }
    case Confinement.guarded:
    case Confinement.compared:
      return guarded(access, zone)
    case Confinement.bounded:
      return bounded(access, zone)
    case Confinement.listed:
      return listed(access, mayWrite)
  }
}

/** SFI5: the access reaches the memory that its code meant. One that goes astray in its own zone harms nobody else. */
export const reaches = (found: Landing, { address }: Access): boolean => found !== "trap" && found.at === address
