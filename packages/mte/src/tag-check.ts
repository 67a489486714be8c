/**
 * The architectural rule: which data accesses are tag checked, and when a check passes.
 * Reference: Arm ARM (DDI 0487), "The Memory Tagging Extension": Logical Address Tags, Allocation Tags, Tag Checked
 * and Tag Unchecked accesses.
 *
 *     address   63    60 59    56 55                                 0
 *              | ignored |  tag  |           virtual address          |
 *
 *     memory    4 bits of allocation tag for every 16 bytes of a Tagged page
 *
 * An access passes when the tag of its address equals that of every granule it touches.
 */

/** Bytes that share an allocation tag. */
export const GRANULE = 16
/** Values of a tag. */
export const TAGS = 16
/** Tags that are a domain's: tag 0 is nobody's. */
export const DOMAIN_TAGS = TAGS - 1

/** MTE3: tag of `domain`; nobody (-1) has tag 0. Beyond 15 domains they come round again (MTE16). */
export const tagOf = (domain: number): number => (domain < 0 ? 0 : (domain % DOMAIN_TAGS) + 1)

/** MTE16: probability that two of `domains` domains, drawn at random, have the same tag. */
export function collisionProbability(domains: number): number {
  if (domains < 2) return 0
  const [each, more] = [Math.floor(domains / DOMAIN_TAGS), domains % DOMAIN_TAGS]
  const pairs = more * (each + 1) * each + (DOMAIN_TAGS - more) * each * (each - 1)
  return pairs / (domains * (domains - 1))
}

const TAG_AT = 56n
const TAG_MASK = 15n << TAG_AT

/** Bits 59:56 of an address. */
export const addressTag = (address: bigint): number => Number((address & TAG_MASK) >> TAG_AT)

/** What `BFI Xaddress, Xtag, #56, #4` makes of an address. */
export const insertTag = (address: bigint, tag: number): bigint => (address & ~TAG_MASK) | (BigInt(tag) << TAG_AT)

/** A load or a store. */
export interface DataAccess {
  readonly address: bigint
  readonly bytes: number
  /** Base register SP, immediate offset, no writeback. */
  readonly stackRelative: boolean
}

/** What the check reads of the processing element and of memory. */
export interface TagState {
  /** PSTATE.TCO: tag check override. */
  readonly tco: boolean
  /** The page has the Tagged memory attribute. */
  readonly isTagged: (address: bigint) => boolean
  /** Allocation tag of the granule that begins at `address`, whose tag bits are clear. */
  readonly allocationTag: (address: bigint) => number
}

/** Addresses of the granules that an access touches, tag bits clear. */
export function granulesOf({ address, bytes }: DataAccess): Array<bigint> {
  const first = address & ~TAG_MASK & ~15n
  const last = ((address & ~TAG_MASK) + BigInt(bytes) - 1n) & ~15n
  return Array.from({ length: Number((last - first) / 16n) + 1 }, (_, granule) => first + BigInt(granule) * 16n)
}

/** MTE1: the access is not tag checked. */
export const isUnchecked = (access: DataAccess, state: TagState): boolean => access.stackRelative || state.tco

/** MTE1, MTE2: no tag check of the access fails. */
export const passes = (access: DataAccess, state: TagState): boolean =>
  isUnchecked(access, state) ||
  granulesOf(access).every(
    (granule) => !state.isTagged(granule) || state.allocationTag(granule) === addressTag(access.address)
  )
