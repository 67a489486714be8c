/**
 * Killing a domain that owns objects while threads are inside it: they return to their callers, and what it owned is
 * reclaimed. The last thread to be gone is the end of it.
 */
import { RegionKind, Verb } from "@isolde/core"
import { barrier, barrierWords } from "../programs/barrier.ts"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { atLeast } from "./parameter-rule.ts"

export interface TerminationParameters {
  readonly [name: string]: number
  readonly threads: number
  readonly objects: number
  readonly bytes: number
  readonly every: number
}

const REQUEST = "termination"
/** Domain that is killed, and what it owns beside its memory. */
const VICTIM = 1

export const termination = experimentOf<TerminationParameters>({
  name: "termination",
  meaning: "ticks of killing a domain and reclaiming its objects while other threads are inside it",
  parameters: {
    threads: "threads, the one that kills among them; the others are inside the domain",
    objects: "objects that the domain owns",
    bytes: "bytes of each",
    every: "bytes from one object to the next: at least the mechanism's granule"
  },
  defaults: { threads: 2, objects: 4, bytes: 4096, every: 4096 },
  together: ({ bytes, every }) => atLeast("every", every, "bytes", bytes),
  readings: [{ name: "ticks", unit: "tick", meaning: "from the call to its end" }],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: parameters.threads,
    workload: codeWorkload({
      name: "termination",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: VICTIM },
        {
          name: "object",
          bytes: parameters.objects * parameters.every,
          owner: VICTIM,
          kind: RegionKind.exchange,
          objects: { bytes: parameters.bytes, every: parameters.every }
        }
      ],
      requests: [REQUEST],
      exchange: "borrow",
      operations: ["terminate"],
      words: barrierWords(parameters.threads),
      threads: (_, workers) =>
        Array.from({ length: workers }, (_each, worker) => ({ code: codeOf(parameters, worker) }))
    })
  }),
  read: ({ requests }) => ({ ticks: mean(ticksOf(requests, REQUEST)) })
})

/** The others wait inside the domain until its end throws them out; behind their call they are done. */
function codeOf({ threads }: TerminationParameters, worker: number): Code {
  const code = new Code([REQUEST])
  if (worker > 0) code.operate({ verb: Verb.enter, from: 0, to: VICTIM, activation: 0 })
  barrier(code, worker, threads, 1)
  if (worker > 0) {
    code.operate({ verb: Verb.compute, bytes: 100_000 })
    code.operate({ verb: Verb.leave, from: VICTIM, to: 0, activation: 0 })
    return code
  }
  code.begin(REQUEST).operate({ verb: Verb.terminate, to: VICTIM })
  return code.end(REQUEST)
}
