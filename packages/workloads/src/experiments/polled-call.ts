/**
 * Calls of one hardware thread by another through shared memory: the caller writes arguments and a state word and polls
 * it, the callee polls it, does nothing, and answers the same way. A batch is as many calls, each with a state word of
 * its own, that are all sent before the first answer is awaited. With `nested` both are virtual machines, whose walks
 * are two-dimensional. Nothing of it is a mechanism's: what it costs is lines that change hands.
 */
import { RegionKind } from "@isolde/core"
import { fixed } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { type Far, farIssues, farThread } from "../programs/far-thread.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface PolledCallParameters {
  readonly [name: string]: number | boolean | string
  readonly words: number
  readonly work: number
  readonly rounds: number
  readonly nested: boolean
  readonly batch: number
  readonly callee: Far
}

const REQUEST = "calls"
/** What a state word says: who may write it, and what the other waits for. */
const ASKED = 1
const ANSWERED = 2
/** The shared area beside them, a page for each call of a batch. */
const RING = 0
const PAGE = 4096

export const polledCall = experimentOf<PolledCallParameters>({
  name: "polled-call",
  meaning: "ticks of a call of another core that polls shared memory, there and back",
  parameters: {
    words: "words of eight bytes that don't fit on the state word's line, where function and six arguments do",
    work: "instructions of the callee between the call and its answer",
    rounds: "calls measured, after as many that warm",
    nested: "caller and callee are virtual machines on host pages of 4 KB",
    batch: "calls that are sent before the first answer is awaited",
    callee: "where the callee polls: the same core (sibling), the next core of the socket, the other socket"
  },
  defaults: { words: 0, work: 16, rounds: 64, nested: true, batch: 1, callee: "socket" },
  accepts: { words: { least: 0, most: 512 }, work: orNone, callee: oneOf("sibling", "socket", "other") },
  together: ({ callee }, machine) => farIssues("callee", callee, machine),
  readings: [
    { name: "ticks", unit: "tick", meaning: "one call of a batch" },
    { name: "batch", unit: "tick", meaning: "one batch" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 2,
    ...(parameters.nested ? { hostPages: 4096 as const } : {}),
    workload: codeWorkload({
      name: "polled-call",
      config: parameters,
      areas: [{ name: "ring", bytes: parameters.batch * PAGE, kind: RegionKind.shared }],
      requests: [REQUEST],
      words: parameters.batch,
      threads: (numbers) => [
        { code: callerOf(parameters), thread: 0 },
        { code: calleeOf(parameters), thread: farThread(numbers, parameters.callee) }
      ]
    })
  }),
  read: ({ requests }, { batch, rounds }) => {
    const whole = mean(ticksOf(requests, REQUEST)) / rounds
    return { ticks: whole / batch, batch: whole }
  }
})

const slots = (batch: number): ReadonlyArray<number> => Array.from({ length: batch }, (_, slot) => slot)
const placeOf = (slot: number, at: number) => ({ area: RING, at: fixed(slot * PAGE + at * 8) })

function callerOf({ batch, rounds, words }: PolledCallParameters): Code {
  const code = new Code([REQUEST])
  const passed = slots(batch).map((slot) =>
    words === 0 ? undefined : code.block(Array.from({ length: words }, (_, at) => ({ store: placeOf(slot, at) })))
  )
  const call = (): void => {
    for (const slot of slots(batch)) {
      const arguments_ = passed[slot]
      if (arguments_ !== undefined) code.run(arguments_)
      code.signal(slot, ASKED)
    }
    for (const slot of slots(batch)) code.wait(slot, ANSWERED)
  }
  code.repeat(rounds, call)
  code.begin(REQUEST).repeat(rounds, call)
  return code.end(REQUEST)
}

function calleeOf({ batch, rounds, words, work }: PolledCallParameters): Code {
  const code = new Code([REQUEST])
  const taken = slots(batch).map((slot) =>
    code.block([
      ...Array.from({ length: words }, (_, at) => ({ load: placeOf(slot, at) })),
      ...Array.from({ length: work }, () => ({}))
    ])
  )
  code.repeat(2 * rounds, () => {
    for (const slot of slots(batch)) {
      code.wait(slot, ASKED)
      code.run(taken[slot] as number)
      code.signal(slot, ANSWERED)
    }
  })
  return code
}
