/** `isolde params`: what a mechanism or a machine is made of. */
import { Argument, Command } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

export const paramsCommand = Command.make(
  "params",
  {
    name: Argument.String("NAME").pipe(
      Argument.withDescription(
        "A mechanism (mpk, ept, mte, cheri, pac, sfi, language, process, enclave, proposals, a file) or a machine (tiger-lake, cortex-x3, ...)"
      )
    ),
    json: flags.json
  },
  ({ json, name }) =>
    attempt(async () => {
      const { parametersOf, parametersText } = await import("./parameters.ts")
      const listed = await parametersOf(name)
      print(json, listed, () => parametersText(listed))
    })
).pipe(
  Command.withShortDescription("List the parameters of a mechanism or a machine"),
  Command.withDescription(
    'Lists every quantity with its value, unit, range, meaning and source. Sources are ids of the tables of published numbers, documents, or arguments that begin with "assumed:".'
  ),
  Command.withExamples([
    { command: "isolde params mpk", description: "The mechanism" },
    { command: "isolde params tiger-lake --json", description: "The machine, as JSON" }
  ])
)
