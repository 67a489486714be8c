/**
 * Revoking a right that has been copied about: authorities to one object lie in so many places of memory, in a heap
 * of so many pages. Central rights don't care; pointers have to be found.
 */
import { RegionKind, Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface RevocationParameters {
  readonly [name: string]: number
  readonly bytes: number
  readonly copies: number
  readonly heapPages: number
  readonly rounds: number
}

const REQUEST = "revocations"
const OBJECT = 2

export const revocation = experimentOf<RevocationParameters>({
  name: "revocation",
  meaning: "ticks of taking an object away from a domain that has kept authorities to it in memory",
  parameters: {
    bytes: "bytes of the object",
    copies: "authorities to it that the domain has stored",
    heapPages: "pages of the domain's memory",
    rounds: "revocations measured, each after the object was given back and its authorities stored again"
  },
  defaults: { bytes: 4096, copies: 0, heapPages: 1, rounds: 3 },
  accepts: { copies: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "one revocation" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "revocation",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "heap", bytes: parameters.heapPages * 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 },
        { name: "object", bytes: parameters.bytes, kind: RegionKind.exchange, exactly: true }
      ],
      requests: [REQUEST, "warm"],
      exchange: "borrow",
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST)) })
})

function codeOf({ bytes, copies, heapPages, rounds }: RevocationParameters): Code {
  const code = new Code([REQUEST, "warm"])
  code.operate({ verb: Verb.touch, memory: { area: 0, page: 0 }, bytes: heapPages, rights: 1 })
  for (let round = 0; round <= rounds; round++) {
    for (let slot = 0; slot < copies; slot++) code.operate({ verb: Verb.keep, region: OBJECT, toOffset: slot })
    const request = round === 0 ? "warm" : REQUEST
    code.begin(request)
    code.operate({ verb: Verb.move, region: OBJECT, from: 0, to: 1, bytes })
    code.end(request)
    code.operate({ verb: Verb.move, region: OBJECT, from: 1, to: 0, bytes })
  }
  return code
}
