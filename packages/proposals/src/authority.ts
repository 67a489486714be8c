/**
 * What a hardware thread's `authority` holds: the domain that its protected register names, whether trusted code copies,
 * and a number of the proposal's own (changes of rights issued, or rights in registers).
 */

/** Most domains of proposals that keep a table of domains and regions. */
export const MOST_DOMAINS = 1 << 10
export const TRUSTED = MOST_DOMAINS
const REST_AT = 11

export const authorityOf = (domain: number, rest: number): number => domain | (rest << REST_AT)
export const domainOf = (authority: number): number => authority & (MOST_DOMAINS - 1)
export const restOf = (authority: number): number => authority >>> REST_AT
export const isTrusted = (authority: number): boolean => (authority & TRUSTED) !== 0
