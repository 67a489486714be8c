/**
 * A change of rights while every core runs: one thread moves an object that all domains know to another domain and
 * back, the others go on in the domain that loses it. What tells them, and when, is the mechanism's.
 */
import { RegionKind, Verb } from "@isolde/core"
import { fixed } from "../programs/access-pattern.ts"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { packedThread, spreadThread } from "../programs/spread-threads.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface RightsChangeParameters {
  readonly [name: string]: number | boolean
  readonly threads: number
  readonly bytes: number
  readonly rounds: number
  readonly laps: number
  readonly pause: number
  readonly rest: number
  readonly spread: boolean
}

const REQUEST = "moves"
/** Memory of the two domains comes first. */
const OBJECT = 2

export const rightsChange = experimentOf<RightsChangeParameters>({
  name: "rights-change",
  meaning: "ticks and interrupts of a change of rights to an object while other cores run in the domain that loses it",
  parameters: {
    threads: "threads, the one that moves among them, each on a core of its own",
    bytes: "bytes of the object",
    rounds: "times that the object is moved there and back",
    laps: "laps of each other thread: a pause, then an invocation of the other domain; 0 waits in place",
    pause: "instructions of such a pause",
    rest: "instructions behind each move, which the ticks of a move include",
    spread:
      "threads take the sockets by turns; else they fill the cores of one first; second threads of cores come last"
  },
  defaults: { threads: 4, bytes: 4096, rounds: 4, laps: 0, pause: 400, rest: 0, spread: false },
  accepts: { laps: orNone, pause: orNone, rest: orNone },
  readings: [
    { name: "ticks", unit: "tick", meaning: "one move" },
    { name: "interrupts", unit: "count", meaning: "interrupts delivered per move" },
    { name: "stale", unit: "tick", meaning: "longest from a move's begin until nothing could use the old right" },
    { name: "unsafe", unit: "tick", meaning: "longest from a move's end until then" },
    { name: "unbounded", unit: "count", meaning: "moves whose old right could still be used at the end of the run" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "rights-change",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 },
        { name: "object", bytes: parameters.bytes, kind: RegionKind.exchange, exactly: true }
      ],
      requests: [REQUEST],
      exchange: "borrow",
      words: barrierWords(parameters.threads),
      threads: (numbers, workers) =>
        Array.from({ length: workers }, (_, worker) => ({
          code: codeOf(parameters, worker),
          thread: (parameters.spread ? spreadThread : packedThread)(numbers, worker)
        }))
    })
  }),
  read: ({ requests, summary }, { rounds }) => ({
    ticks: mean(ticksOf(requests, REQUEST)) / (2 * rounds),
    interrupts: summary.interrupts / (2 * rounds),
    stale: summary.windows.move?.stale.max ?? 0,
    unsafe: summary.windows.move?.unsafe.max ?? 0,
    unbounded: summary.windows.move?.unbounded ?? 0
  })
})

/** Everybody reads the object, then one moves it about while the others run. */
function codeOf({ bytes, laps, pause, rest, rounds, threads }: RightsChangeParameters, worker: number): Code {
  const code = new Code([REQUEST])
  code.run(code.block([{ load: { area: OBJECT, at: fixed(0) } }]))
  barrier(code, worker, threads, 1)
  if (worker === 0) move(code, rounds, bytes, rest)
  else if (laps > 0) code.repeat(laps, () => visit(code, pause, worker))
  barrier(code, worker, threads, 2)
  return code
}

function move(code: Code, rounds: number, bytes: number, rest: number): void {
  code.begin(REQUEST)
  code.repeat(rounds, () => {
    for (const [from, to] of [
      [0, 1],
      [1, 0]
    ] as const) {
      code.operate({ verb: Verb.move, region: OBJECT, from, to, bytes })
      if (rest > 0) code.operate({ verb: Verb.compute, bytes: rest })
    }
  })
  code.end(REQUEST)
}

/** The gate is where a thread finds out what it has lost. */
function visit(code: Code, pause: number, activation: number): void {
  code.operate({ verb: Verb.compute, bytes: pause })
  code.operate({ verb: Verb.enter, from: 0, to: 1, activation })
  code.operate({ verb: Verb.leave, from: 1, to: 0, activation })
}
