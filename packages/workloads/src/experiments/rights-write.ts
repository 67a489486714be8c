/**
 * One change of a thread's own rights among additions: what it costs when they stand behind it, and in front. Two
 * additions execute in a tick: every one waits for the last but one.
 */
import { Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { orNone } from "./parameter-rule.ts"

export interface RightsWriteParameters {
  readonly [name: string]: number
  readonly before: number
  readonly writes: number
  readonly after: number
}

const REQUEST = "write"

export const rightsWrite = experimentOf<RightsWriteParameters>({
  name: "rights-write",
  meaning: "ticks of a change of the thread's own rights with additions around it",
  parameters: {
    before: "additions in front of it",
    writes: "changes, 0 for the additions alone",
    after: "additions behind it"
  },
  defaults: { before: 0, writes: 1, after: 0 },
  accepts: { before: orNone, writes: orNone, after: orNone },
  readings: [{ name: "ticks", unit: "tick", meaning: "all of it" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "rights-write",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 }
      ],
      requests: [REQUEST, "warm"],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }) => ({ ticks: ticksOf(requests, REQUEST)[0] ?? Number.NaN })
})

function codeOf({ after, before, writes }: RightsWriteParameters): Code {
  const code = new Code([REQUEST, "warm"])
  const adds = (count: number) => code.block(Array.from({ length: count }, (_, i) => ({ data: [i % 2], to: [i % 2] })))
  const [front, behind] = [adds(before), adds(after)]
  // Once before, so that the code is in the cache.
  for (const request of ["warm", REQUEST]) {
    code.begin(request)
    if (before > 0) code.run(front)
    for (let i = 0; i < writes; i++) code.operate({ verb: Verb.open, from: 0, to: 1 })
    if (after > 0) code.run(behind)
    code.end(request)
  }
  return code
}
