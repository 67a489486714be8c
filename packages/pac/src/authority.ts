/**
 * What a hardware thread's `authority` holds: the domain whose code runs, whether trusted code goes by stripped
 * addresses, and how many changes of rights its software thread has issued.
 */
import { ISSUED_BITS } from "@isolde/core/isolation/stored-rights"

/** Most domains. */
export const MOST_DOMAINS = 1 << 10
export const TRUSTED = MOST_DOMAINS
const ISSUED_AT = 11
const ISSUED_MASK = (1 << ISSUED_BITS) - 1

export const authorityOf = (domain: number, issued: number): number => domain | (issued << ISSUED_AT)
export const domainOf = (authority: number): number => authority & (MOST_DOMAINS - 1)
export const issuedOf = (authority: number): number => (authority >>> ISSUED_AT) & ISSUED_MASK
export const isTrusted = (authority: number): boolean => (authority & TRUSTED) !== 0
