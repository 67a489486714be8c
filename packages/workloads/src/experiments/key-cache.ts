/**
 * Entering one of more domains than a mechanism has keys for, as libmpk's microbenchmark changes the rights of one of
 * more page groups than there are keys: a share of the visits goes to a domain that has been entered lately, the others
 * go around all of them, so that a cache of keys has just lost the one that comes.
 */
import { RegionKind, Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, mean, ticksOf } from "./experiment.ts"

export interface KeyCacheParameters {
  readonly [name: string]: number
  readonly domains: number
  readonly hitPercent: number
  readonly visits: number
  readonly pages: number
}

const REQUEST = "visits"
const PAGE = 4096

export const keyCache: Experiment<KeyCacheParameters> = {
  name: "key-cache",
  meaning: "ticks of entering one of many domains, a share of which were entered lately",
  parameters: {
    domains: "domains that are gone around, beside the one that is called from",
    hitPercent: "visits of a hundred that go to the domain of the visit before",
    visits: "visits measured, after as many that warm",
    pages: "pages of each domain"
  },
  defaults: { domains: 40, hitPercent: 0, visits: 40, pages: 1 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one visit, there and back" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "key-cache",
      config: parameters,
      domains: Array.from({ length: parameters.domains + 1 }, (_, domain) => `domain ${domain}`),
      areas: Array.from({ length: parameters.domains + 1 }, (_, owner) => ({
        name: `memory ${owner}`,
        bytes: parameters.pages * PAGE,
        kind: RegionKind.private,
        owner
      })),
      requests: [REQUEST],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { visits }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / visits })
}

function codeOf({ domains, hitPercent, visits }: KeyCacheParameters): Code {
  const code = new Code([REQUEST])
  let to = 1
  let next = 1
  const visit = (at: number): void => {
    // Hits are spread evenly: the integer part of at x share grows at them.
    const hit = Math.floor(((at + 1) * hitPercent) / 100) > Math.floor((at * hitPercent) / 100)
    if (!hit) {
      to = next
      next = (next % domains) + 1
    }
    code.operate({ verb: Verb.enter, from: 0, to, activation: 0 })
    code.operate({ verb: Verb.leave, from: to, to: 0, activation: 0 })
  }
  for (let at = 0; at < visits; at++) visit(at)
  code.begin(REQUEST)
  for (let at = 0; at < visits; at++) visit(at)
  return code.end(REQUEST)
}
