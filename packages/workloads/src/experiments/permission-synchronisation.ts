/**
 * mprotect of one page while other threads of the process run: the caller waits until every other hardware thread has
 * forgotten the old right. The others spin in user mode, on hardware threads of their own.
 */
import { Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { fixed } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { spreadThread } from "../programs/spread-threads.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface PermissionSynchronisationParameters {
  readonly [name: string]: number | boolean
  readonly threads: number
  readonly pages: number
  readonly rounds: number
  readonly touch: boolean
  readonly spread: boolean
}

const REQUEST = "mprotect"
const PAGE = 4096

export const permissionSynchronisation = experimentOf<PermissionSynchronisationParameters>({
  name: "permission-synchronisation",
  meaning: "ticks of one mprotect while other threads of the process run",
  parameters: {
    threads: "threads of the process, the caller among them, each on a hardware thread",
    pages: "pages of the call",
    rounds: "calls measured; their mean is the result",
    touch: "every thread accesses the pages between two calls",
    spread: "threads take the sockets by turns, as those of a process that is not pinned; else they fill one first"
  },
  defaults: { threads: 2, pages: 1, rounds: 8, touch: true, spread: false },
  readings: [{ name: "ticks", unit: "tick", meaning: "one call" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "permission-synchronisation",
      config: parameters,
      areas: [{ name: "pages", bytes: parameters.pages * PAGE }],
      requests: [REQUEST],
      words: barrierWords(parameters.threads),
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: codeOf(parameters, worker),
          ...(parameters.spread ? { thread: spreadThread(numbers, worker) } : {})
        }))
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST)) })
})

/** Each round: everybody touches the pages, then all but the caller spin at the barrier while it calls. */
function codeOf({ pages, rounds, threads, touch }: PermissionSynchronisationParameters, worker: number): Code {
  const code = new Code([REQUEST])
  const loads = Array.from({ length: pages }, (_, page) => ({ load: { area: 0, at: fixed(page * PAGE) } }))
  const touches = code.block(loads)
  for (let round = 0; round < rounds; round++) {
    if (touch || round === 0) code.run(touches)
    barrier(code, worker, threads, 2 * round + 1)
    if (worker === 0) {
      code.begin(REQUEST)
      const rights = round % 2 === 0 ? Entry.present : Entry.present | Entry.writable
      code.operate({ verb: Verb.protect, memory: { area: 0, page: 0 }, bytes: pages, rights })
      code.end(REQUEST)
    }
    barrier(code, worker, threads, 2 * round + 2)
  }
  return code
}
