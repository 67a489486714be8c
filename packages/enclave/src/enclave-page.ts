/**
 * The architectural rule: who reaches a page of the enclave page cache (EPC), and what its entry in the enclave page cache
 * map (EPCM) says.
 * Reference: Intel SDM vol. 3D, 34.5 "Enclave Page Cache Map", 35.3 "Access-control Requirements", 36.3 "EENTER".
 *
 *     EPCM entry      VALID, BLOCKED, the enclave that owns the page (its SECS)
 *     mode            the enclave that a thread executes in; 0 outside every enclave
 */
export interface EpcmEntry {
  readonly valid: boolean
  readonly blocked: boolean
  /** Enclave that owns the page, 1 and up. */
  readonly owner: number
}

/** Outside every enclave. */
export const OUTSIDE = 0

/** What a look-up comes to: reached, the abort page (reads return ones, stores go nowhere), or a page fault. */
export type Outcome = "reached" | "abort" | "fault"

/** SGX1: a page of the EPC is reached in its own enclave alone, by a valid entry that is not blocked. */
export function look(mode: number, entry: EpcmEntry): Outcome {
  if (mode === OUTSIDE) return "abort"
  return entry.valid && !entry.blocked && entry.owner === mode ? "reached" : "fault"
}

/** SGX2: memory outside the EPC has no entry: an enclave reaches all that its process reaches. */
export const reaches = (mode: number, entry: EpcmEntry | undefined): boolean =>
  entry === undefined || look(mode, entry) === "reached"

/** SGX3: EWB takes a page that is blocked, and that no thread of its enclave can have in a TLB since. */
export const evictable = (entry: EpcmEntry, tracked: boolean): boolean => entry.valid && entry.blocked && tracked

/** SGX4: ELDU loads what was evicted under the version that the version array keeps for it, once. */
export const loadable = (version: number, slot: number): boolean => slot !== 0 && slot === version
