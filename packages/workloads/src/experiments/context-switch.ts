/**
 * Context switches against the working set: threads of one hardware thread take turns by sched_yield, each reads memory
 * of its own in between. What a turn takes beyond reading alone is the switch with what it does to caches and TLBs.
 */
import { Verb } from "@isolde/core"
import { LINE_BYTES } from "@isolde/core/memory/pages"
import { strided } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface ContextSwitchParameters {
  readonly [name: string]: number
  readonly threads: number
  readonly bytes: number
  readonly turns: number
}

const TURNS = "turns"
const ALONE = "reading alone"
const LEAST = 4096

export const contextSwitch = experimentOf<ContextSwitchParameters>({
  name: "context-switch",
  meaning: "ticks of a switch from one thread to the next of the same core, each with a working set of its own",
  parameters: {
    threads: "threads of the process that take turns on one hardware thread",
    bytes: "bytes that each of them reads in its turn, line by line; 0: none",
    turns: "turns of each thread measured, after two that warm"
  },
  defaults: { threads: 2, bytes: 0, turns: 8 },
  accepts: { threads: { least: 2 }, bytes: orNone },
  takesTurns: true,
  readings: [
    { name: "ticks", unit: "tick", meaning: "one switch: a turn less what reading takes alone" },
    { name: "turn", unit: "tick", meaning: "one switch and the reading behind it" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "context-switch",
      config: parameters,
      areas: [{ name: "working set", bytes: Math.max(parameters.bytes, LEAST), of: "worker" }],
      requests: [TURNS, ALONE],
      threads: (_, workers) =>
        Array.from({ length: workers }, (_each, worker) => ({ code: codeOf(parameters, worker), thread: 0 }))
    })
  }),
  read: ({ requests }, { threads, turns }) => {
    const turn = mean(ticksOf(requests, TURNS)) / (threads * turns)
    return { ticks: turn - mean(ticksOf(requests, ALONE)) / turns, turn }
  }
})

/** All turns together are as many rounds of all threads: the first thread's clock runs from its turn to its turn. */
function codeOf({ bytes, turns }: ContextSwitchParameters, worker: number): Code {
  const code = new Code([TURNS, ALONE])
  const read = code.block([{ load: { area: 0, at: strided(LINE_BYTES, Math.max(bytes, LINE_BYTES)) } }])
  const lines = Math.ceil(bytes / LINE_BYTES)
  const turn = (): void => {
    if (lines > 0) code.run(read, lines)
    code.operate({ verb: Verb.yield })
  }
  if (worker === 0) {
    if (lines > 0) code.run(read, 2 * lines)
    code.begin(ALONE)
    if (lines > 0) code.repeat(turns, () => code.run(read, lines))
    code.end(ALONE)
  }
  code.repeat(2, turn)
  if (worker === 0) code.begin(TURNS)
  code.repeat(turns, turn)
  if (worker === 0) code.end(TURNS)
  return code
}
