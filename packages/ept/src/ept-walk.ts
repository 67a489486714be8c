/**
 * The architectural rule: what one EPT context permits, and where VMFUNC leads.
 * Reference: Intel SDM vol. 3C, 28.2 "The Extended Page Table Mechanism (EPT)", 25.5.5.3 "EPTP Switching".
 *
 *     EPT entry (every level)                     VMFUNC
 *     bit 0   R   readable                        EAX   0: EPTP switching
 *     bit 1   W   writable                        ECX   index into the EPTP list of 512
 *     bit 2   X   executable
 */
export const Access = { read: 1, write: 2, execute: 4 } as const
export type Access = (typeof Access)[keyof typeof Access]

/** Entries of one EPTP list: a page of 8-byte pointers. */
export const LIST_ENTRIES = 512

/** In place of a context: VMFUNC exits to the hypervisor and switches nothing. */
export const VM_EXIT = -1

/** EPT1: an entry that is writable and not readable is misconfigured; no translation uses it. */
export const misconfigured = (entry: number): boolean => (entry & (Access.read | Access.write)) === Access.write

/** EPT2: a walk grants what every entry on its way grants, and nothing through a misconfigured one. */
export const walkRights = (entries: ReadonlyArray<number>): number =>
  entries.some(misconfigured) ? 0 : entries.reduce((rights, entry) => rights & entry, 7)

/** EPT3: an access needs the guest's own page tables and the second level to permit it, both. */
export const permits = (guest: number, secondLevel: number, access: Access): boolean =>
  (guest & secondLevel & access) !== 0

/** EPT4: VMFUNC switches to a valid list entry under leaf 0; any other leaf, index or entry exits. */
export const vmfunc = (eax: number, ecx: number, isValid: boolean): number =>
  eax === 0 && ecx < LIST_ENTRIES && isValid ? ecx : VM_EXIT
