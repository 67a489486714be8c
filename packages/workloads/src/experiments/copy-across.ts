/**
 * Passing a buffer by copying it: from memory of one domain into memory of another, by whoever the mechanism lets see
 * both. What every mechanism can do, also where nothing can be lent or given.
 */
import { Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { copyBetween } from "../programs/copy-between.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface CopyAcrossParameters {
  readonly [name: string]: number
  readonly bytes: number
  readonly rounds: number
}

const REQUEST = "copies"

export const copyAcross = experimentOf<CopyAcrossParameters>({
  name: "copy-across",
  meaning: "ticks of copying a buffer into another domain's memory, and of an invocation of that domain",
  parameters: { bytes: "bytes of the buffer", rounds: "times it is copied, after as many that warm" },
  defaults: { bytes: 4096, rounds: 4 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one copy with its invocation" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "copy-across",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: parameters.bytes },
        { name: "memory of the library", bytes: parameters.bytes, owner: 1 }
      ],
      requests: [REQUEST],
      exchange: "copy",
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { rounds }) => ({ ticks: mean(ticksOf(requests, REQUEST)) / rounds })
})

/** Both domains are in reach for the copy alone: an invocation follows, which ends it. */
function codeOf({ bytes, rounds }: CopyAcrossParameters): Code {
  const code = new Code([REQUEST])
  const across = (): void => {
    copyBetween(code, { domain: 0, area: 0 }, { domain: 1, area: 1 }, bytes)
    code.operate({ verb: Verb.enter, from: 0, to: 1, activation: 0 })
    code.operate({ verb: Verb.leave, from: 1, to: 0, activation: 0 })
  }
  code.repeat(rounds, across)
  code.begin(REQUEST).repeat(rounds, across)
  return code.end(REQUEST)
}
