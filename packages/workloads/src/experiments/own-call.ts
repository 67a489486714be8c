/**
 * Calls and instructions of a mechanism that a domain makes by itself: one, and the one that undoes it, by turns, on
 * warm caches. Which they are the mechanism's list of instructions says; without a mechanism there are none.
 */
import { Verb } from "@isolde/core"
import { Code } from "../programs/code.ts"
import { codeWorkload } from "../programs/code-workload.ts"
import { mean, ticksOf } from "./experiment.ts"
import { experimentOf } from "./experiment-of.ts"
import { anyNumber, orNone } from "./parameter-rule.ts"

export interface OwnCallParameters {
  readonly [name: string]: number
  readonly call: number
  readonly argument: number
  readonly undo: number
  readonly undoArgument: number
  readonly rounds: number
}

const CALL = "call"
const UNDO = "undo"

export const ownCall = experimentOf<OwnCallParameters>({
  name: "own-call",
  meaning: "ticks of an instruction or call of the mechanism's that a domain makes by itself, and of another behind it",
  parameters: {
    call: "place in the mechanism's list of instructions",
    argument: "what it is given",
    undo: "place of the other in that list",
    undoArgument: "what that is given",
    rounds: "pairs measured, after as many that warm the caches"
  },
  defaults: { call: 0, argument: 0, undo: 0, undoArgument: 0, rounds: 16 },
  accepts: { call: orNone, argument: anyNumber, undo: orNone, undoArgument: anyNumber },
  readings: [
    { name: "call", unit: "tick", meaning: "one call" },
    { name: "undo", unit: "tick", meaning: "one of the other" }
  ],
  scenario: (machine, parameters, mechanisms) => ({
    machine,
    mechanisms,
    workers: 1,
    workload: codeWorkload({
      name: "own-call",
      config: parameters,
      domains: ["program", "library"],
      areas: [
        { name: "memory", bytes: 4096 },
        { name: "memory of the library", bytes: 4096, owner: 1 }
      ],
      requests: [CALL, UNDO],
      threads: () => [{ code: codeOf(parameters) }]
    })
  }),
  read: ({ requests }, { rounds }) => ({
    call: mean(ticksOf(requests, CALL).slice(-rounds)),
    undo: mean(ticksOf(requests, UNDO).slice(-rounds))
  })
})

function codeOf({ argument, call, rounds, undo, undoArgument }: OwnCallParameters): Code {
  const code = new Code([CALL, UNDO])
  const executed = (name: string, rights: number, operand: number): void => {
    code.begin(name).operate({ verb: Verb.instruction, rights, operand }).end(name)
  }
  return code.repeat(2 * rounds, () => {
    executed(CALL, call, argument)
    executed(UNDO, undo, undoArgument)
  })
}
