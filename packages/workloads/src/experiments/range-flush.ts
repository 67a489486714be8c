/**
 * The kernel's flush of a range of pages by their only thread, timed around the flush alone, as between two
 * tracepoints of flush_tlb_mm_range (linux-mm, 2014). The machine's `kernel.flushCeiling` says above how many pages it
 * flushes everything instead. Between two flushes the thread reads memory of its own: those of a program come cold.
 */
import { Verb } from "@isolde/core"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, mean, ticksOf } from "./experiment.ts"

export interface RangeFlushParameters {
  readonly [name: string]: number
  readonly pages: number
  readonly between: number
  readonly rounds: number
}

const REQUEST = "flush"
const PAGE = 4096
/** Additions after the reads, one after the other, until memory has nothing left to do. */
const SETTLE = 2_000
const UNROLLED = 8

export const rangeFlush: Experiment<RangeFlushParameters> = {
  name: "range-flush",
  meaning: "ticks of the kernel's flush of a range of pages that one thread runs, without the system call around it",
  parameters: {
    pages: "pages of the range",
    between: "bytes that the thread reads between two flushes, line by line; 0: the kernel's lines stay in the L1",
    rounds: "flushes measured, after one that warms; their mean is the result"
  },
  defaults: { pages: 1, between: 0, rounds: 2 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one flush" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "range-flush",
      config: parameters,
      areas: [
        { name: "pages", bytes: parameters.pages * PAGE },
        { name: "memory between", bytes: Math.max(parameters.between, PAGE) }
      ],
      requests: [REQUEST],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST).slice(1)) })
}

function codeOf({ between, pages, rounds }: RangeFlushParameters): Code {
  const code = new Code([REQUEST])
  const touch = code.block([{ load: { area: 0, at: strided(PAGE, pages * PAGE) } }])
  const read = code.block([{ load: { area: 1, at: strided(LINE_BYTES, between) } }])
  const add = code.block(Array.from({ length: UNROLLED }, () => ({ data: [0], to: [0] })))
  code.repeat(rounds + 1, () => {
    code.run(touch, pages)
    code.run(read, Math.floor(between / LINE_BYTES))
    code.repeat(SETTLE / UNROLLED, () => code.run(add))
    code
      .begin(REQUEST)
      .operate({ verb: Verb.flush, memory: { area: 0, page: 0 }, bytes: pages })
      .end(REQUEST)
  })
  return code
}
