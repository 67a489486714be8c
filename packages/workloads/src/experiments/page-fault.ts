/**
 * A page fault: the first access to a page that is mapped and absent, or the first store to one that shares its frame
 * with another until it is written. The page is taken away again before every fault, and the system call that does it is
 * measured too. Others of the process may have accessed it before: then taking it away is a shootdown.
 */
import { Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { fixed, strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

export interface PageFaultParameters {
  readonly [name: string]: number | string
  readonly kind: "zero" | "copy"
  readonly pages: number
  readonly threads: number
  readonly rounds: number
}

const FAULT = "fault"
const CALL = "call"
const PAGE = 4096
const [FAULTING, ORIGINAL] = [0, 1]
/** Ticks that the others have to come to rest behind the barrier: they spin in user mode. */
const SETTLE = 2_000
const UNROLLED = 8

export const pageFault = experimentOf<PageFaultParameters>({
  name: "page-fault",
  meaning: "ticks of a page fault, and of the system call that takes the page away, with threads that have it too",
  parameters: {
    kind: "zero: the first store to an absent page; copy: the first store to a page that shares another's frame",
    pages: "pages of the call, each of which is then stored to",
    threads: "threads of the process that read the pages before they are taken away, the caller among them",
    rounds: "rounds measured, after one that warms; their mean is the result"
  },
  defaults: { kind: "zero", pages: 1, threads: 1, rounds: 4 },
  accepts: { kind: oneOf("zero", "copy") },
  readings: [
    { name: "fault", unit: "tick", meaning: "one store, its page fault with it" },
    { name: "call", unit: "tick", meaning: "madvise(DONTNEED) of the pages, or the mmap that shares them" },
    { name: "both", unit: "tick", meaning: "the call and the stores to all pages" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "page-fault",
      config: parameters,
      areas: [
        { name: "pages", bytes: parameters.pages * PAGE },
        { name: "original", bytes: parameters.pages * PAGE }
      ],
      requests: [FAULT, CALL],
      words: barrierWords(parameters.threads),
      threads: (_, workers) =>
        Array.from({ length: workers }, (_each, worker) => ({ code: codeOf(parameters, worker) }))
    })
  }),
  read: ({ requests }, { pages }) => {
    const fault = mean(ticksOf(requests, FAULT).slice(1))
    const call = mean(ticksOf(requests, CALL).slice(1))
    return { fault: fault / pages, call, both: fault + call }
  }
})

function codeOf({ kind, pages, rounds, threads }: PageFaultParameters, worker: number): Code {
  const code = new Code([FAULT, CALL])
  const store = code.block([{ store: { area: FAULTING, at: strided(PAGE, pages * PAGE) } }])
  const load = code.block([{ load: { area: FAULTING, at: strided(PAGE, pages * PAGE) } }])
  const warm = code.block([
    { load: { area: ORIGINAL, at: strided(PAGE, pages * PAGE) } },
    { load: { area: ORIGINAL, at: fixed(0) } }
  ])
  const add = code.block(Array.from({ length: UNROLLED }, () => ({ data: [0], to: [0] })))
  const memory = { area: FAULTING, page: 0 }
  const takeAway = (): void => {
    if (kind === "zero") code.operate({ verb: Verb.discard, memory, bytes: pages })
    else {
      const rights = Entry.present | Entry.writable
      code.operate({ verb: Verb.mapCopy, memory, toMemory: { area: ORIGINAL, page: 0 }, bytes: pages, rights })
    }
  }
  if (worker === 0) code.run(warm, pages)
  for (let round = 0; round <= rounds; round++) {
    code.run(load, pages)
    barrier(code, worker, threads, 2 * round + 1)
    if (worker === 0) {
      code.repeat(SETTLE / UNROLLED, () => code.run(add))
      code.begin(CALL)
      takeAway()
      code.end(CALL).begin(FAULT).run(store, pages).end(FAULT)
    }
    barrier(code, worker, threads, 2 * round + 2)
  }
  return code
}
