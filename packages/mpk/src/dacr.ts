/**
 * The architectural rule of Arm's domains: what one value of DACR permits.
 * Reference: Arm Architecture Reference Manual, ARMv7-A, B3.12 "Domains". Domain i owns two bits of DACR:
 *
 *     0  no access   every access faults
 *     1  client      the page-table entry decides
 *     3  manager     every access is allowed, whatever the entry says
 *
 * There is no way to say "reads only" of a domain; and a fetch is an access like any other.
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"

/** Domains that a first-level descriptor can name. */
export const DOMAINS = 16
const CLIENT = 1
const MANAGER = 3

const fieldOf = (dacr: number, domain: number): number => (dacr >>> (2 * domain)) & 3

/** MPK12: no access refuses everything, client leaves it to the entry, manager refuses nothing. */
export const permits = (dacr: number, domain: number, entryWritable: boolean, access: Rights): boolean => {
  const field = fieldOf(dacr, domain)
  return field === MANAGER || (field === CLIENT && (access !== Right.write || entryWritable))
}

/** DACR that makes this thread a client of the domains that `pkru` opens: what software would write. */
export function dacrOf(pkru: number): number {
  let dacr = 0
  for (let domain = 0; domain < DOMAINS; domain++) if (fieldOf(pkru, domain) === 0) dacr |= CLIENT << (2 * domain)
  return dacr
}
