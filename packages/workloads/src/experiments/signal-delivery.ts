/**
 * A signal from its cause to the instruction behind it: raised by the thread itself, by a thread on another core, or by
 * the kernel for an access that a mechanism forbids. The handler does as much as it is told.
 */
import { Verb } from "@isolde/core"
import { fixed } from "../programs/access-pattern.ts"
import { barrier } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { oneOf, orNone } from "./parameter-rule.ts"

export interface SignalDeliveryParameters {
  readonly [name: string]: number | string
  readonly cause: "self" | "other" | "access"
  readonly handler: number
  readonly rounds: number
}

const REQUEST = "signal"
const PAGE = 4096
const LIBRARY = 1
/** The other domain's memory. */
const FORBIDDEN = 1
/** The word that the handler sets, behind a barrier's. */
const HANDLED = 3
const WORDS = 4

export const signalDelivery = experimentOf<SignalDeliveryParameters>({
  name: "signal-delivery",
  meaning: "ticks from what causes a signal until its handler has returned",
  parameters: {
    cause:
      "self: the thread raises it; other: a thread on another core does, until its handler is known to have run; access: a load of another domain's memory, which a mechanism forbids",
    handler: "instructions of the handler",
    rounds: "signals measured, after one that warms"
  },
  defaults: { cause: "self", handler: 0, rounds: 4 },
  accepts: { cause: oneOf("self", "other", "access"), handler: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "one signal" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.cause === "other" ? 2 : 1,
    workload: codeWorkload({
      name: "signal-delivery",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: PAGE },
        { name: "memory of the library", bytes: PAGE, owner: LIBRARY }
      ],
      requests: [REQUEST],
      words: WORDS,
      threads: (_, workers) =>
        workers === 1
          ? [{ code: aloneOf(parameters) }]
          : [{ code: senderOf(parameters) }, { code: targetOf(parameters) }]
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST).slice(1)) })
})

/** The operations that follow, up to `sigreturn`, are the handler. */
function handles(code: Code, body: (code: Code) => void): void {
  const inner = new Code()
  body(inner)
  code.operate({ verb: Verb.handler, bytes: inner.operations.length + 1 })
  body(code)
  code.operate({ verb: Verb.sigreturn })
}

const works = (code: Code, instructions: number): void => {
  if (instructions > 0) code.operate({ verb: Verb.compute, bytes: instructions })
}

function aloneOf({ cause, handler, rounds }: SignalDeliveryParameters): Code {
  const code = new Code([REQUEST])
  handles(code, (body) => works(body, handler))
  const access = code.block([{ load: { area: FORBIDDEN, at: fixed(64) }, to: [0] }])
  for (let round = 0; round <= rounds; round++) {
    code.begin(REQUEST)
    if (cause === "access") code.run(access)
    else code.operate({ verb: Verb.raise, bytes: 0 })
    code.end(REQUEST)
  }
  return code
}

function senderOf({ rounds }: SignalDeliveryParameters): Code {
  const code = new Code([REQUEST])
  for (let round = 0; round <= rounds; round++) {
    barrier(code, 0, 2, round + 1)
    code
      .begin(REQUEST)
      .operate({ verb: Verb.raise, bytes: 1 })
      .wait(HANDLED, round + 1)
      .end(REQUEST)
  }
  return code
}

/** A handler of a program in code does the same each time: the word counts rounds behind it. */
function targetOf({ handler, rounds }: SignalDeliveryParameters): Code {
  const code = new Code([REQUEST])
  for (let round = 0; round <= rounds; round++) {
    handles(code, (body) => {
      works(body, handler)
      body.signal(HANDLED, round + 1)
    })
    barrier(code, 1, 2, round + 1)
    code.wait(HANDLED, round + 1)
  }
  return code
}
