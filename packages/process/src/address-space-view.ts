/**
 * The architectural rule: what a domain that is a process reaches. Page tables say it, one for each domain; TLBs keep
 * copies under the identifier of the address space that a register names.
 * Reference: Intel SDM vol. 3A, 4.6 "Access Rights", 4.10.1 "Process-Context Identifiers"; Arm ARM D8.16, ASIDs.
 *
 *     register     which address space (CR3 with its PCID, TTBR0 with its ASID)
 *     table entry  present, writable
 *     TLB entry    a copy of the table entry, found under its identifier alone
 */
export const Access = { read: 1, write: 2 } as const
export type Access = (typeof Access)[keyof typeof Access]

/** A table entry: what it permits, as Access bits; 0 is not present. Writing alone can't be said. */
export const entryOf = (rights: number): number => ((rights & Access.read) === 0 ? 0 : rights & 3)

/** PR1: an entry permits an access if it is present, and writable for a store. */
export const permits = (entry: number, access: Access): boolean => (entryOf(entry) & access) !== 0

/** PR2: a page is mapped in a domain's table with the union of its rights to the regions that lie on the page. */
export const mapped = (held: ReadonlyArray<number>): number => entryOf(held.reduce((all, rights) => all | rights, 0))

/** PR3: rights to a region are those that all of its pages have in the table. */
export const rightsTo = (entries: ReadonlyArray<number>): number =>
  entries.reduce((all, entry) => all & entryOf(entry), 3)

/** A translation as a TLB keeps it. */
export interface Cached {
  readonly identifier: number
  readonly entry: number
}

/** PR4: a translation serves an access under its own identifier, and no other address space's. */
export const serves = (cached: Cached, identifier: number, access: Access): boolean =>
  cached.identifier === identifier && permits(cached.entry, access)
