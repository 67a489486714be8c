/** `isolde validate`: simulated against published numbers. */
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import { Incomplete } from "./exit-code.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"
import { ProgressLine } from "./progress-line.ts"

export const validateCommand = Command.make(
  "validate",
  {
    only: Flag.String("only").pipe(
      Flag.withMetavar("SOURCE_OR_ID"),
      Flag.withDescription("Only the row, curve or point with this id, or every point whose source contains this text"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    threads: flags.threads,
    json: flags.json
  },
  ({ json, only, threads }) =>
    attempt(async (signal) => {
      const { validate, validationJson, validationTable } = await import("@isolde/study")
      const line = new ProgressLine()
      const onProgress = (done: number, total: number, running: ReadonlyArray<{ readonly experiment: string }>): void =>
        line.update(`${done}/${total} runs`, running.map(({ experiment }) => experiment).join(", "))
      const validation = await validate({ only, threads, signal, onProgress }).finally(() => line.end())
      print(json, validationJson(validation), () => validationTable(validation))
      if (validation.overCalibrated.length > 0) throw new Incomplete()
    })
).pipe(
  Command.withShortDescription("Compare simulated with published numbers"),
  Command.withDescription(
    "Runs every published point that a scenario can express and prints how far off it is. A point is a calibration if a parameter that its run reads cites its figure, else a prediction. Points that can't be expressed are listed with the reason."
  ),
  Command.withExamples([
    { command: "isolde validate", description: "Everything" },
    { command: 'isolde validate --only "libmpk" --json', description: "One work's points, as JSON" }
  ])
)
