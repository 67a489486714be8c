/**
 * The kernel's flush of a range of pages, timed around the flush alone, as between two tracepoints of
 * flush_tlb_mm_range (linux-mm, 2014): of the only thread that has them, or with its shootdown among several (LATR). The machine's `kernel.flushCeiling` says above how many pages it
 * flushes everything instead. Between two flushes the thread reads memory of its own: those of a program come cold.
 */
import { Verb } from "@isolde/core"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface RangeFlushParameters {
  readonly [name: string]: number
  readonly pages: number
  readonly between: number
  readonly rounds: number
  readonly threads: number
}

const REQUEST = "flush"
const PAGE = 4096
/** Additions after the reads, one after the other, until memory has nothing left to do. */
const SETTLE = 2_000
const UNROLLED = 8

export const rangeFlush = experimentOf<RangeFlushParameters>({
  name: "range-flush",
  meaning:
    "ticks of the kernel's flush of a range of pages, on all cores that have them, without the system call around it",
  parameters: {
    pages: "pages of the range",
    between: "bytes that the thread reads between two flushes, line by line; 0: the kernel's lines stay in the L1",
    rounds: "flushes measured, after one that warms; their mean is the result",
    threads: "threads that read the pages before each flush, the one that flushes among them; the others then spin"
  },
  defaults: { pages: 1, between: 0, rounds: 2, threads: 1 },
  accepts: { between: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "one flush" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "range-flush",
      config: parameters,
      areas: [
        { name: "pages", bytes: parameters.pages * PAGE },
        { name: "memory between", bytes: Math.max(parameters.between, PAGE) }
      ],
      requests: [REQUEST],
      words: barrierWords(parameters.threads),
      threads: (_, workers) =>
        Array.from({ length: workers }, (_each, worker) => ({ code: codeOf(parameters, worker) }))
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST).slice(1)) })
})

function codeOf({ between, pages, rounds, threads }: RangeFlushParameters, worker: number): Code {
  const code = new Code([REQUEST])
  const touch = code.block([{ load: { area: 0, at: strided(PAGE, pages * PAGE) } }])
  const read = code.block([{ load: { area: 1, at: strided(LINE_BYTES, between) } }])
  const add = code.block(Array.from({ length: UNROLLED }, () => ({ data: [0], to: [0] })))
  for (let round = 0; round <= rounds; round++) {
    code.run(touch, pages)
    barrier(code, worker, threads, 2 * round + 1)
    if (worker === 0) {
      code.run(read, Math.floor(between / LINE_BYTES))
      code.repeat(SETTLE / UNROLLED, () => code.run(add))
      code
        .begin(REQUEST)
        .operate({ verb: Verb.flush, memory: { area: 0, page: 0 }, bytes: pages })
        .end(REQUEST)
    }
    barrier(code, worker, threads, 2 * round + 2)
  }
  return code
}
