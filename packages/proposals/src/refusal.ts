/** What a proposal can't express, and switches that don't belong together, with the reason. Law: refused, never downgraded. */

import { MOST_DOMAINS } from "@isolde/core/isolation/packed-authority"
import type { Demand } from "@isolde/core/isolation/traits"
import type { ProposalsConfig } from "./config.ts"
import { USABLE_KEYS } from "./keys-unit.ts"
import { EXPLICIT_REGIONS } from "./region-registers.ts"

/** Address spaces that TLB tags tell apart, beside what else needs one. */
const MOST_SPACES = 256

/** Domains that a proposal tells apart. */
export function domainsOf({ base, tagBits }: ProposalsConfig): number {
  if (base === "keys") return USABLE_KEYS
  if (base === "tags") return 2 ** tagBits - 1
  return base === "xpc" ? MOST_SPACES : MOST_DOMAINS
}

export function refusal(config: ProposalsConfig, demand: Demand): string | undefined {
  const { domains, exchange, objects, operations } = demand
  const { base } = config
  const asks = (...names: ReadonlyArray<string>): boolean => names.some((name) => operations.includes(name))
  if (domains > domainsOf(config)) return tooMany(config, domains)
  if (base === "keys") {
    if (exchange === "share" && domains + 1 > USABLE_KEYS)
      return `${domains} domains and their shared memory need ${domains + 1} keys; ${USABLE_KEYS} are usable, since key 0 is everybody's`
    if (asks("grant", "share")) return "an object has its holder's key, and two holders have no key in common"
  }
  if (base === "tags") {
    if ((exchange === "share" && domains > 1) || asks("share"))
      return "a granule has one tag and a domain one, so no memory can belong to two domains"
    if (asks("readOnly")) return "a tag check tells no load from a store, so no right is for reading alone"
  }
  if (base === "hfi" && exchange === "borrow" && objects > EXPLICIT_REGIONS)
    return `${objects} objects need an explicit region register each; there are ${EXPLICIT_REGIONS}`
  if (asks("instruction")) return "no instruction of a proposal is unprivileged"
  return undefined
}

function tooMany(config: ProposalsConfig, domains: number): string {
  const most = domainsOf(config)
  if (config.base === "keys") return `${domains} domains need a key each; ${most} are usable`
  if (config.base === "tags") return `${domains} domains need a tag each; ${config.tagBits} bits make ${most}`
  return `${domains} domains; the model tells ${most} apart`
}
