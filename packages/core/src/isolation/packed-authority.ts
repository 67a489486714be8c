/**
 * A layout of a hardware thread's `authority` for mechanisms with a table of domains and regions: the domain whose code
 * runs, whether trusted code does (it copies, or goes by stripped addresses), and a number of the mechanism's own
 * (changes of rights issued, or rights in registers).
 */

/** Most domains. */
export const MOST_DOMAINS = 1 << 10
export const TRUSTED = MOST_DOMAINS
const REST_AT = 11

export const authorityOf = (domain: number, rest: number): number => domain | (rest << REST_AT)
export const domainOf = (authority: number): number => authority & (MOST_DOMAINS - 1)
export const restOf = (authority: number): number => authority >>> REST_AT
export const isTrusted = (authority: number): boolean => (authority & TRUSTED) !== 0
