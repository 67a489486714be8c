/**
 * Null invocations: a call into the first of a chain of domains, from there into the next, and all the way back. What
 * a mechanism adds is all there is, unless callers and callees have instructions of their own.
 */
import { Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface InvocationParameters {
  readonly [name: string]: number
  readonly chain: number
  readonly rounds: number
  readonly caller: number
  readonly callee: number
}

const REQUEST = "invocations"

export const invocation = experimentOf<InvocationParameters>({
  name: "invocation",
  meaning: "ticks of an invocation of another domain that does nothing, there and back",
  parameters: {
    chain: "domains that are entered one from another before the way back",
    rounds: "times that the chain is gone, after as many that warm the caches",
    caller: "instructions of a domain around each call that it makes: arguments, target, the loop's",
    callee: "instructions of a domain that is called, beside its own call"
  },
  defaults: { chain: 1, rounds: 32, caller: 0, callee: 0 },
  accepts: { caller: orNone, callee: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "one invocation" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "invocation",
      config: parameters,
      domains: Array.from({ length: parameters.chain + 1 }, (_, domain) => `domain ${domain}`),
      areas: Array.from({ length: parameters.chain + 1 }, (_, owner) => ({
        name: `memory ${owner}`,
        bytes: 4096,
        owner
      })),
      requests: [REQUEST],
      exchange: "borrow",
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { chain, rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / chain / rounds })
})

function codeOf({ callee, caller, chain, rounds }: InvocationParameters): Code {
  const code = new Code([REQUEST])
  const executed = (bytes: number): void => {
    if (bytes > 0) code.operate({ verb: Verb.compute, bytes })
  }
  const thereAndBack = (): void => {
    for (let depth = 0; depth < chain; depth++) {
      executed(caller)
      code.operate({ verb: Verb.enter, from: depth, to: depth + 1, activation: depth })
      executed(callee)
    }
    for (let depth = chain; depth > 0; depth--)
      code.operate({ verb: Verb.leave, from: depth, to: depth - 1, activation: depth - 1 })
  }
  code.repeat(rounds, thereAndBack)
  code.begin(REQUEST).repeat(rounds, thereAndBack)
  return code.end(REQUEST)
}
