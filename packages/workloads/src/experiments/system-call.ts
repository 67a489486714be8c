/**
 * The least that a system call takes: into the kernel, nothing, and back. Page-table isolation, and what a mechanism does
 * at the kernel's door, are what differs.
 */
import { Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"

export interface SystemCallParameters {
  readonly [name: string]: number
  readonly calls: number
}

const REQUEST = "calls"

export const systemCall = experimentOf<SystemCallParameters>({
  name: "system-call",
  meaning: "ticks of a system call that does nothing: sched_yield by the only thread of its core",
  parameters: { calls: "calls measured, after as many that warm" },
  defaults: { calls: 32 },
  readings: [{ name: "ticks", unit: "tick", meaning: "one call" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "system-call",
      config: parameters,
      areas: [],
      requests: [REQUEST],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { calls }) => ({ ticks: (ticksOf(requests, REQUEST)[0] as number) / calls })
})

function codeOf({ calls }: SystemCallParameters): Code {
  const code = new Code([REQUEST])
  const call = (): void => void code.operate({ verb: Verb.yield })
  code.repeat(calls, call)
  code.begin(REQUEST).repeat(calls, call)
  return code.end(REQUEST)
}
