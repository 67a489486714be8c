/**
 * A program of many domains, each with a page of its own: invocations of one domain after another in random order, each
 * of which reads sixteen words of it. Law: every domain is invoked once before any is twice.
 */
import { Verb, type Workload } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Code, codeWorkload } from "@isolde/workloads"
import { fixed } from "@isolde/workloads/programs/access-pattern"

const READS = 16
const BYTES_APART = 64

/** `domains` beside the program's own, `invocations` after the first of each. */
export function visits(domains: number, invocations: number): Workload {
  const code = new Code()
  const random = new RandomStream(1, `visits of ${domains} domains`)
  const reads = Array.from({ length: domains + 1 }, (_, area) =>
    code.block(Array.from({ length: READS }, (_, i) => ({ load: { area, at: fixed(i * BYTES_APART) }, to: [i] })))
  )
  const visit = (domain: number): void => {
    code.operate({ verb: Verb.enter, from: 0, to: domain, activation: 0 })
    code.run(reads[domain] as number)
    code.operate({ verb: Verb.leave, from: domain, to: 0, activation: 0 })
  }
  for (let domain = 1; domain <= domains; domain++) visit(domain)
  for (let i = 0; i < invocations; i++) visit(1 + ((random.next() >>> 0) % domains))
  return codeWorkload({
    name: "visits",
    config: { domains, invocations },
    domains: Array.from({ length: domains + 1 }, (_, domain) => `domain ${domain}`),
    areas: Array.from({ length: domains + 1 }, (_, owner) => ({ name: `memory ${owner}`, bytes: PAGE_BYTES, owner })),
    requests: [],
    threads: () => [{ code }]
  })
}
