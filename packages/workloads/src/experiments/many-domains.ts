/**
 * Invocations of one domain after another, of more and more domains, each of which reads its own memory: where what
 * a mechanism can tell apart runs out, domains are refused, or share, or have to be brought in and thrown out.
 */
import { Verb } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface ManyDomainsParameters {
  readonly [name: string]: number
  readonly domains: number
  readonly pages: number
  readonly visits: number
}

const REQUEST = "visits"

export const manyDomains = experimentOf<ManyDomainsParameters>({
  name: "many-domains",
  meaning: "ticks of an invocation that reads the callee's own memory, of domains in random order",
  parameters: {
    domains: "domains beside the program's own",
    pages: "pages that each of them has, and reads one line of",
    visits: "invocations measured, after one of each domain that warms"
  },
  defaults: { domains: 2, pages: 1, visits: 256 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one invocation" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "many-domains",
      config: parameters,
      domains: Array.from({ length: parameters.domains + 1 }, (_, domain) => `domain ${domain}`),
      areas: Array.from({ length: parameters.domains + 1 }, (_, owner) => ({
        name: `memory ${owner}`,
        bytes: parameters.pages * 4096,
        owner
      })),
      requests: [REQUEST],
      exchange: "borrow",
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { visits }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / visits })
})

function codeOf({ domains, pages, visits }: ManyDomainsParameters): Code {
  const code = new Code([REQUEST])
  const random = new RandomStream(1, `visits of ${domains} domains`)
  for (let domain = 1; domain <= domains; domain++) visit(code, domain, pages)
  code.begin(REQUEST)
  for (let i = 0; i < visits; i++) visit(code, 1 + ((random.next() >>> 0) % domains), pages)
  return code.end(REQUEST)
}

function visit(code: Code, domain: number, pages: number): void {
  code.operate({ verb: Verb.enter, from: 0, to: domain, activation: 0 })
  code.operate({ verb: Verb.touch, memory: { area: domain, page: 0 }, bytes: pages })
  code.operate({ verb: Verb.leave, from: domain, to: 0, activation: 0 })
}
