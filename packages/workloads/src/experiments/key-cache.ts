/**
 * Entering one of more domains than a mechanism has keys for, as libmpk's microbenchmark changes the rights of one of
 * more page groups than there are keys: a share of the visits goes to a domain that has been entered lately, the others
 * go around all of them, so that a cache of keys has just lost the one that comes. A share of these misses may do
 * without a key: mprotect changes the rights of a domain's pages, and nobody's key is taken.
 */
import { RegionKind, Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { packedThread, spreadThread } from "../programs/spread-threads.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { percent } from "./parameter-rule.ts"

export interface KeyCacheParameters {
  readonly [name: string]: number | boolean
  readonly domains: number
  readonly hitPercent: number
  readonly visits: number
  readonly pages: number
  readonly evictPercent: number
  readonly threads: number
  readonly spread: boolean
}

const REQUEST = "visits"
const PAGE = 4096

export const keyCache = experimentOf<KeyCacheParameters>({
  name: "key-cache",
  meaning: "ticks of entering one of many domains, a share of which were entered lately",
  parameters: {
    domains: "domains that are gone around, beside the one that is called from",
    hitPercent: "visits of a hundred that go to the domain of the visit before",
    visits: "visits measured, after as many that warm",
    pages: "pages of each domain",
    evictPercent:
      "misses of a hundred that take a key from another domain; the others are one mprotect of a domain's pages",
    threads: "threads of the process: one makes the visits, the others spin, each on a core of its own",
    spread:
      "threads take the sockets by turns; else they fill the cores of one first; second threads of cores come last"
  },
  defaults: { domains: 40, hitPercent: 0, visits: 40, pages: 1, evictPercent: 100, threads: 1, spread: false },
  accepts: { hitPercent: percent, evictPercent: percent },
  readings: [{ name: "ticks", unit: "tick", meaning: "one visit, there and back" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
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
      words: barrierWords(parameters.threads),
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: codeOf(parameters, worker),
          thread: (parameters.spread ? spreadThread : packedThread)(numbers, worker)
        }))
    })
  }),
  read: ({ requests }, { visits }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / visits })
})

function codeOf(
  { domains, evictPercent, hitPercent, pages, threads, visits }: KeyCacheParameters,
  worker: number
): Code {
  const code = new Code([REQUEST])
  barrier(code, worker, threads, 1)
  if (worker === 0) {
    const isHit = evenly(hitPercent)
    const evicts = evenly(evictPercent)
    let to = 1
    let next = 1
    let rights = 0
    const visit = (): void => {
      const hit = isHit()
      if (!hit && !evicts()) {
        rights ^= Entry.writable
        // Half a round away from the one that comes next: it has no key now.
        const memory = { area: 1 + ((next + (domains >> 1)) % domains), page: 0 }
        code.operate({ verb: Verb.protect, memory, bytes: pages, rights: Entry.present | rights })
        return
      }
      if (!hit) {
        to = next
        next = (next % domains) + 1
      }
      code.operate({ verb: Verb.enter, from: 0, to, activation: 0 })
      code.operate({ verb: Verb.leave, from: to, to: 0, activation: 0 })
    }
    for (let at = 0; at < visits; at++) visit()
    code.begin(REQUEST)
    for (let at = 0; at < visits; at++) visit()
    code.end(REQUEST)
  }
  barrier(code, worker, threads, 2)
  return code
}

/** True `percent` times of a hundred, spread evenly: the integer part of the share of calls so far grows at them. */
function evenly(percent: number): () => boolean {
  let calls = 0
  return () => {
    const before = Math.floor((calls * percent) / 100)
    calls++
    return Math.floor((calls * percent) / 100) > before
  }
}
