/**
 * A call of one core by another through shared memory: the caller writes arguments and a state word and polls it, the
 * callee polls it, does nothing, and answers the same way. With `nested` both are virtual machines, whose walks are
 * two-dimensional. Nothing of it is a mechanism's: what it costs is lines that change hands.
 */
import { RegionKind } from "@isolde/core"
import { fixed } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Experiment, mean, ticksOf } from "./experiment.ts"

export interface PolledCallParameters {
  readonly [name: string]: number | boolean
  readonly words: number
  readonly work: number
  readonly rounds: number
  readonly nested: boolean
}

const REQUEST = "calls"
/** The state word: who may write it, and what the other waits for. */
const STATE = 0
const ASKED = 1
const ANSWERED = 2
/** The shared area beside it. */
const RING = 0

export const polledCall: Experiment<PolledCallParameters> = {
  name: "polled-call",
  meaning: "ticks of a call of another core that polls shared memory, there and back",
  parameters: {
    words: "words of eight bytes that don't fit on the state word's line, where function and six arguments do",
    work: "instructions of the callee between the call and its answer",
    rounds: "calls measured, after as many that warm",
    nested: "caller and callee are virtual machines on host pages of 4 KB"
  },
  defaults: { words: 0, work: 16, rounds: 64, nested: true },
  readings: [{ name: "ticks", unit: "tick", meaning: "one call" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 2,
    ...(parameters.nested ? { hostPages: 4096 as const } : {}),
    workload: codeWorkload({
      name: "polled-call",
      config: parameters,
      areas: [{ name: "ring", bytes: 4096, kind: RegionKind.shared }],
      requests: [REQUEST],
      words: 1,
      threads: () => [{ code: callerOf(parameters) }, { code: calleeOf(parameters) }]
    })
  }),
  read: ({ requests }, { rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / rounds })
}

function callerOf({ rounds, words }: PolledCallParameters): Code {
  const code = new Code([REQUEST])
  const passed = Array.from({ length: words }, (_, at) => ({ store: { area: RING, at: fixed(at * 8) } }))
  const arguments_ = words === 0 ? undefined : code.block(passed)
  const call = (): void => {
    if (arguments_ !== undefined) code.run(arguments_)
    code.signal(STATE, ASKED).wait(STATE, ANSWERED)
  }
  code.repeat(rounds, call)
  code.begin(REQUEST).repeat(rounds, call)
  return code.end(REQUEST)
}

function calleeOf({ rounds, words, work }: PolledCallParameters): Code {
  const code = new Code([REQUEST])
  const taken = code.block([
    ...Array.from({ length: words }, (_, at) => ({ load: { area: RING, at: fixed(at * 8) } })),
    ...Array.from({ length: work }, () => ({}))
  ])
  code.repeat(2 * rounds, () => {
    code.wait(STATE, ASKED)
    code.run(taken)
    code.signal(STATE, ANSWERED)
  })
  return code
}
