/**
 * A call of a server on another core, which runs in a domain of its own: the client writes a message into memory that both
 * have, says so in a word, and waits for the answer there; so does the server. Both poll, or sleep on the word and wake
 * each other. No gate is passed: what it costs is lines that change hands, and the kernel's wake-ups.
 */
import { RegionKind, Verb } from "@isolde/core"
import { fixed } from "../programs/access-pattern.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface CrossCoreCallParameters {
  readonly [name: string]: number | boolean
  readonly words: number
  readonly work: number
  readonly rounds: number
  readonly sleeps: boolean
}

const REQUEST = "calls"
/** The state word: who is to act. */
const STATE = 0
const ANSWERED = 0
const ASKED = 1
/** The message's memory, behind the two domains' own. */
const MESSAGE = 2

export const crossCoreCall = experimentOf<CrossCoreCallParameters>({
  name: "cross-core-call",
  meaning: "ticks of a call of a server on another core, in its own domain, through shared memory, there and back",
  parameters: {
    words: "words of eight bytes of the message and of its answer",
    work: "instructions of the server between the call and its answer",
    rounds: "calls measured, after as many that warm",
    sleeps: "who waits sleeps on a futex until the other wakes it; else both poll"
  },
  defaults: { words: 8, work: 16, rounds: 32, sleeps: false },
  accepts: { words: { least: 0, most: 256 }, work: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "one call" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 2,
    workload: codeWorkload({
      name: "cross-core-call",
      config: parameters,
      domains: ["client", "server"],
      areas: [
        { name: "memory of the client", bytes: 4096 },
        { name: "memory of the server", bytes: 4096, owner: 1 },
        { name: "message", bytes: 4096, kind: RegionKind.exchange }
      ],
      requests: [REQUEST],
      exchange: "share",
      words: 1,
      threads: () => [{ code: clientOf(parameters) }, { code: serverOf(parameters), domain: 1 }]
    })
  }),
  read: ({ requests }, { rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / rounds })
})

/** Set the state word to `state`, and tell who may sleep on it. */
function tell(code: Code, state: number, sleeps: boolean): void {
  code.signal(STATE, state)
  if (sleeps) code.operate({ verb: Verb.wake, region: STATE, bytes: 1 })
}

/** Wait until the state word, which is `now`, has become `state`. */
function awaitState(code: Code, now: number, state: number, sleeps: boolean): void {
  if (sleeps) code.operate({ verb: Verb.sleep, region: STATE, bytes: now })
  code.wait(STATE, state)
}

const passed = (words: number, from: number) => ({
  stores: Array.from({ length: words }, (_, at) => ({ store: { area: MESSAGE, at: fixed(from + at * 8) } })),
  loads: Array.from({ length: words }, (_, at) => ({ load: { area: MESSAGE, at: fixed(from + at * 8) } }))
})

function clientOf({ rounds, sleeps, words }: CrossCoreCallParameters): Code {
  const code = new Code([REQUEST])
  const message = code.block([...passed(words, 0).stores, {}])
  const answer = code.block([...passed(words, 2048).loads, {}])
  const call = (): void => {
    code.run(message)
    tell(code, ASKED, sleeps)
    awaitState(code, ASKED, ANSWERED, sleeps)
    code.run(answer)
  }
  code.repeat(rounds, call)
  code.begin(REQUEST).repeat(rounds, call)
  return code.end(REQUEST)
}

function serverOf({ rounds, sleeps, words, work }: CrossCoreCallParameters): Code {
  const code = new Code([REQUEST])
  const serves = code.block([
    ...passed(words, 0).loads,
    ...Array.from({ length: work }, () => ({})),
    ...passed(words, 2048).stores
  ])
  code.repeat(2 * rounds, () => {
    awaitState(code, ANSWERED, ASKED, sleeps)
    code.run(serves)
    tell(code, ANSWERED, sleeps)
  })
  return code
}
