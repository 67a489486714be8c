/**
 * The architectural rule: what a signed pointer is, when it authenticates, and what the compiler's check makes of that.
 * References: Arm ARM (DDI 0487), "Pointer authentication": PACDA, AUTDA, XPACD; ATC'24 4.3 (pac-018): 16 bits of
 * signature, 8 bits of size, an object's random number as the modifier. QARMA is replaced by a keyed integer mix: every
 * bit of the key, the object and its number reaches every bit of the signature, and nothing is claimed of its secrecy.
 *
 *     pointer   63             48 47         40 39                        0
 *              |  signature (16) |  log2 size  |     address of the object  |
 */

/** Values of a signature, and entries of the table. */
export const SIGNATURES = 1 << 16

/** The object that a pointer is for, as its table entry has it. */
export interface Entry {
  /** The random number with which pointers to it are signed now; 0 when nobody has it. */
  readonly number: number
}

/** A pointer as it lies in a register or in memory. */
export interface Pointer {
  /** Which object, for whom: index of the entry. */
  readonly entry: number
  /** Offset from the beginning of the object. */
  readonly offset: number
  /** Its size is 2 to this power. */
  readonly sizeLog2: number
  /** Signature, or undefined for an address without one. */
  readonly signature: number | undefined
  /** It has been authenticated into a plain address, which code uses without another check. */
  readonly authenticated: boolean
}

/** A finaliser of 32-bit integers. */
function mixed(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b | 0)
  return x ^ (x >>> 16)
}

/** PAC1: the signature of entry `entry` with modifier `number` under `key`. */
export const signatureOf = (key: number, entry: number, number: number): number =>
  mixed(mixed(mixed(key) ^ entry) ^ number) >>> 16

/** Power of two that holds `bytes`. */
export const sizeLog2Of = (bytes: number): number => (bytes <= 1 ? 0 : 32 - Math.clz32(bytes - 1))

/** PACDA. */
export const sign = (key: number, pointer: Pointer, entry: Entry): Pointer => ({
  ...pointer,
  signature: signatureOf(key, pointer.entry, entry.number),
  authenticated: false
})

/** AUTDA: PAC2. A pointer that doesn't authenticate comes out unusable, here undefined. */
export const authenticate = (key: number, pointer: Pointer, entry: Entry): Pointer | undefined =>
  entry.number !== 0 && pointer.signature === signatureOf(key, pointer.entry, entry.number)
    ? { ...pointer, signature: undefined, authenticated: true }
    : undefined

/** XPACD: the address, which proves nothing. */
export const strip = (pointer: Pointer): Pointer => ({ ...pointer, signature: undefined, authenticated: false })

/** PAC3: an access of instrumented code through `pointer`: what was authenticated before is not asked again. */
export function allows(key: number, pointer: Pointer, entry: Entry, bytes: number): boolean {
  const inBounds = pointer.offset >= 0 && pointer.offset + bytes <= 2 ** pointer.sizeLog2
  if (!inBounds) return false
  return pointer.authenticated || authenticate(key, pointer, entry) !== undefined
}

/** PAC4: a number for `entry` under which no pointer signed with `old` authenticates; `draw` gives one after another. */
export function redrawn(
  key: number,
  entry: number,
  old: number,
  draw: () => number
): { number: number; draws: number } {
  for (let draws = 1; ; draws++) {
    const number = draw()
    if (number !== 0 && (old === 0 || signatureOf(key, entry, number) !== signatureOf(key, entry, old)))
      return { number, draws }
  }
}
