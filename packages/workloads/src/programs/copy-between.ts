/** A copy between the memories of two domains, by whoever the mechanism lets see both until the next gate. */
import { Verb } from "@isolde/core"
import type { Code } from "./code.ts"

/** The beginning of an area, as memory of a domain. */
export interface DomainMemory {
  readonly domain: number
  readonly area: number
}

export function copyBetween(code: Code, from: DomainMemory, to: DomainMemory, bytes: number): void {
  const domains = { from: from.domain, to: to.domain }
  const places = { memory: { area: from.area, page: 0 }, toMemory: { area: to.area, page: 0 } }
  code.operate({ verb: Verb.open, ...domains }).operate({ verb: Verb.copy, ...domains, ...places, bytes })
}
