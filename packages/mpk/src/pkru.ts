/**
 * The architectural rule: what one PKRU value permits.
 * Reference: Intel SDM vol. 3A, "Protection Keys". Key i owns two bits of PKRU:
 *
 *     bit 2i    AD   data access disabled
 *     bit 2i+1  WD   data write disabled
 *
 * Instruction fetches are not subject to protection keys.
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"

/** Keys that a page-table entry can name (bits 62:59). */
export const KEYS = 16
const AD = 1
const WD = 2

/** MPK1: AD refuses every data access, WD refuses writes, nothing refuses a fetch. */
export const permits = (pkru: number, key: number, access: Rights): boolean => {
  if (access === Right.execute) return true
  const bits = (pkru >>> (2 * key)) & (AD | WD)
  return (bits & AD) === 0 && (access === Right.read || (bits & WD) === 0)
}

/** Rights to data that `pkru` leaves to pages with `key`. */
export const rightsOf = (pkru: number, key: number): Rights =>
  (permits(pkru, key, Right.read) ? Right.read : Right.none) |
  (permits(pkru, key, Right.write) ? Right.write : Right.none)

/** MPK2: PKRU with the bits of `key` set to allow exactly `rights`. Writing without reading can't be expressed. */
export const withRights = (pkru: number, key: number, rights: Rights): number => {
  const bits = (rights & Right.read) === 0 ? AD | WD : (rights & Right.write) === 0 ? WD : 0
  return (pkru & ~((AD | WD) << (2 * key))) | (bits << (2 * key))
}

/** Every key closed. */
export const CLOSED = -1

/** MPK18: with this PKRU Linux starts a thread and delivers a signal (init_pkru): key 0 alone is open. */
export const LINUX_START = 0x5555_5554
