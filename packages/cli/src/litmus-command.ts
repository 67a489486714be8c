/** `isolde litmus`: what rights really do in every schedule of a test, against what the architecture allows. */
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import { Incomplete } from "./exit-code.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

const optionalName = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  )

export const litmusCommand = Command.make(
  "litmus",
  {
    mechanism: optionalName("mechanism", "NAME", "Tests under this mechanism alone; none is one (default: all)"),
    family: optionalName("family", "NAME", "Tests of this family alone (default: all)"),
    mutant: optionalName("mutant", "NAME", "Run the tests that concern this mutant under it; one must notice it"),
    mutants: Flag.Boolean("mutants").pipe(
      Flag.withDescription("List the mutants and what each breaks, and run nothing"),
      Flag.withDefault(false)
    ),
    json: flags.json
  },
  ({ json, mutants: list, ...request }) =>
    attempt(async (signal) => {
      const { litmusRows, litmusText, listedMutants, mutantsText } = await import("./litmus.ts")
      if (list) {
        const mutants = await listedMutants()
        print(json, mutants, () => mutantsText(mutants))
        return
      }
      const rows = await litmusRows(request, signal)
      print(json, rows, () => litmusText(rows, request.mutant))
      const failed = rows.filter((row) => row.status === "fail").length
      if (request.mutant === undefined && failed > 0) throw new Incomplete(`${failed} tests failed`)
      if (request.mutant !== undefined && failed === 0) throw new Incomplete(`nothing noticed ${request.mutant}`)
    })
).pipe(
  Command.withShortDescription("Litmus tests of isolation, explored on the simulator"),
  Command.withDescription(
    "Runs small tests of isolation under every schedule within their bounds, on the simulator itself, and compares the outcomes with those that the architecture's manual allows. An outcome that ends in ! must be found. Ends with 1 if a test fails. With --mutant something is broken on purpose, the tests that concern it are run, and it ends with 1 unless one of them fails."
  ),
  Command.withExamples([
    { command: "isolde litmus --mechanism mpk", description: "All tests of MPK" },
    { command: "isolde litmus --family in-flight --json", description: "One family, as JSON" },
    { command: "isolde litmus --mutant invept-left-out", description: "Break something, and see who notices" }
  ])
)
