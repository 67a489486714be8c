/**
 * madvise(DONTNEED) of pages that one other thread has touched ("Don't shoot down TLB shootdowns!", EuroSys'20, Fig. 5
 * to 8): what the call takes its caller, and for how long it interrupts the other, which runs a loop in user mode.
 * Every second round nothing is given back: the loop alone.
 */
import { Verb } from "@isolde/core"
import { strided } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Far, farIssues, farThread } from "../programs/far-thread.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf } from "./parameter-rule.ts"

export interface ShootdownPteParameters {
  readonly [name: string]: number | string
  readonly responder: Far
  readonly pages: number
  readonly rounds: number
}

const CALL = "madvise"
const ALONE = "loop alone"
const INTERRUPTED = "loop interrupted"
const PAGE = 4096
/** Additions of the responder's loop in a round, one after the other: longer than any call of a few pages. */
const LOOP = 24_000
const UNROLLED = 8
/** Ticks that the initiator waits until the responder is in its loop. */
const SETTLE = 2_000

export const shootdownPte = experimentOf<ShootdownPteParameters>({
  name: "shootdown-pte",
  meaning: "ticks of madvise(DONTNEED) of pages that one other thread has touched, and of its interruption",
  parameters: {
    responder: "where the other thread runs: the same core (sibling), the same socket, the other socket",
    pages: "pages of the call",
    rounds: "calls measured, after one that warms, and as many rounds without; means are the result"
  },
  defaults: { responder: "socket", pages: 1, rounds: 6 },
  accepts: { responder: oneOf("sibling", "socket", "other") },
  together: ({ responder }, machine) => farIssues("responder", responder, machine),
  readings: [
    { name: "initiator", unit: "tick", meaning: "one call" },
    { name: "responder", unit: "tick", meaning: "what one call adds to the loop of the other thread" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 2,
    workload: codeWorkload({
      name: "shootdown-pte",
      config: parameters,
      areas: [{ name: "pages", bytes: parameters.pages * PAGE }],
      requests: [CALL, ALONE, INTERRUPTED],
      words: barrierWords(2),
      threads: (numbers) => [
        { code: codeOf(parameters, 0), thread: 0 },
        { code: codeOf(parameters, 1), thread: farThread(numbers, parameters.responder) }
      ]
    })
  }),
  read: ({ requests }) => ({
    initiator: mean(ticksOf(requests, CALL).slice(1)),
    responder: mean(ticksOf(requests, INTERRUPTED).slice(1)) - mean(ticksOf(requests, ALONE).slice(1))
  })
})

function codeOf({ pages, rounds }: ShootdownPteParameters, worker: number): Code {
  const code = new Code([CALL, ALONE, INTERRUPTED])
  const touch = code.block([{ store: { area: 0, at: strided(PAGE, pages * PAGE) } }])
  const add = code.block(Array.from({ length: UNROLLED }, () => ({ data: [0], to: [0] })))
  for (let round = 0; round <= 2 * rounds + 1; round++) {
    const calls = round % 2 === 1
    const loop = calls ? INTERRUPTED : ALONE
    if (worker === 0) code.run(touch, pages)
    barrier(code, worker, 2, 3 * round + 1)
    if (worker === 1) {
      code.run(touch, pages)
      code.begin(loop).repeat(LOOP / UNROLLED, () => code.run(add))
      code.end(loop)
    }
    if (worker === 0 && calls) {
      code.repeat(SETTLE / UNROLLED, () => code.run(add))
      code.begin(CALL).operate({ verb: Verb.discard, memory: { area: 0, page: 0 }, bytes: pages })
      code.end(CALL)
    }
    barrier(code, worker, 2, 3 * round + 2)
  }
  return code
}
