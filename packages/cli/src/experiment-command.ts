/** `isolde study experiment`: a published experiment on machines, mechanisms and parameters of one's own. */
import { Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import { Incomplete } from "./exit-code.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"
import { ProgressLine } from "./progress-line.ts"

export const experimentCommand = Command.make(
  "experiment",
  {
    name: Argument.String("NAME").pipe(
      Argument.withDescription("The experiment (default: list them all)"),
      Argument.optional,
      Argument.map(Option.getOrUndefined)
    ),
    machines: flags.machines,
    mechanisms: flags.isolations,
    settings: Flag.String("set").pipe(
      Flag.withMetavar("PARAMETER=VALUE[,VALUE]"),
      Flag.withDescription(
        "A parameter of the experiment, and a run for each value; once per parameter (default: the experiment's own)"
      ),
      Flag.atLeast(0)
    ),
    threads: flags.threads,
    json: flags.json
  },
  ({ json, machines, mechanisms, name, settings, threads }) =>
    attempt(async (signal) => {
      const { experimentsText, experimentText, listedExperiments, studyExperiment } = await import("@isolde/study")
      if (name === undefined) {
        const list = listedExperiments()
        print(json, list, () => experimentsText(list))
        return
      }
      const line = new ProgressLine()
      const onProgress = (done: number, total: number): void => line.update(`${done}/${total} runs`)
      const request = { experiment: name, machines, mechanisms, settings }
      const study = await studyExperiment(request, { threads, signal, onProgress }).finally(() => line.end())
      print(json, study, () => experimentText(study))
      if (study.runs.some(({ failed }) => failed !== undefined)) throw new Incomplete()
    })
).pipe(
  Command.withShortDescription("A published experiment with machines, mechanisms and parameters of your own"),
  Command.withDescription(
    "Runs an experiment for every combination of machine, mechanism and parameter values and prints its readings; without a name, the experiments with their parameters. Ticks are cycles of the machine's reference clock."
  ),
  Command.withExamples([
    { command: "isolde study experiment", description: "What there is" },
    {
      command:
        "isolde study experiment invocation --machine tiger-lake --mechanism mpk,mpk:cet=false --set chain=1,4,16",
      description: "A null invocation along three chains, with two gates"
    },
    {
      command:
        "isolde study experiment munmap-cores --machine haswell-ep:cores=16:sockets=2 --set cores=1,8,16 --set pages=4",
      description: "munmap of four pages that 1, 8 and 16 cores have touched"
    }
  ])
)
