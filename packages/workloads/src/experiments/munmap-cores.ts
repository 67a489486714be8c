/**
 * munmap of pages that several cores have touched (LATR, Fig. 6 and 8): each round all cores read the pages, one of
 * them unmaps them while the others spin in user mode, and maps them again unmeasured.
 */
import { Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface MunmapCoresParameters {
  readonly [name: string]: number
  readonly cores: number
  readonly pages: number
  readonly rounds: number
}

const REQUEST = "munmap"
const PAGE = 4096

export const munmapCores = experimentOf<MunmapCoresParameters>({
  name: "munmap-cores",
  meaning: "ticks of one munmap of pages that several cores have touched",
  parameters: {
    cores: "cores that touch the pages, the caller among them, one thread each",
    pages: "pages of the call",
    rounds: "calls measured, after one that warms; their mean is the result"
  },
  defaults: { cores: 2, pages: 1, rounds: 4 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one call" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.cores,
    workload: codeWorkload({
      name: "munmap-cores",
      config: parameters,
      areas: [{ name: "pages", bytes: parameters.pages * PAGE }],
      requests: [REQUEST],
      words: barrierWords(parameters.cores),
      threads: (_, workers) => Array.from({ length: workers }, (_, worker) => ({ code: codeOf(parameters, worker) }))
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST).slice(1)) })
})

function codeOf({ cores, pages, rounds }: MunmapCoresParameters, worker: number): Code {
  const code = new Code([REQUEST])
  const touch = code.block([{ store: { area: 0, at: strided(PAGE, pages * PAGE) } }])
  const memory = { area: 0, page: 0 }
  for (let round = 0; round <= rounds; round++) {
    barrier(code, worker, cores, 4 * round + 1)
    code.run(touch, pages)
    barrier(code, worker, cores, 4 * round + 2)
    if (worker === 0) {
      code.begin(REQUEST).operate({ verb: Verb.unmap, memory, bytes: pages }).end(REQUEST)
      code.operate({ verb: Verb.map, memory, bytes: pages, rights: Entry.present | Entry.writable })
    }
    barrier(code, worker, cores, 4 * round + 3)
  }
  return code
}
