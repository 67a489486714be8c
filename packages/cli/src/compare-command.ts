/** `isolde compare`: mechanisms, exchange policies and core counts on one recording. */
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

export const compareCommand = Command.make(
  "compare",
  {
    recording: flags.recording,
    isolate: flags.isolate,
    shared: flags.shared,
    mechanisms: flags.mechanisms,
    exchange: flags.exchanges,
    cores: flags.coreCounts,
    machine: flags.machine,
    seed: flags.seed,
    out: Flag.String("out").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder for the traces, one folder of Arrow tables per run (default: out)"),
      Flag.withDefault("out")
    ),
    threads: flags.threads,
    runAhead: flags.runAhead,
    show: flags.show,
    json: flags.json
  },
  ({ json, show, ...request }) =>
    attempt(async (signal) => {
      const { compareWithProgress, requireWhole } = await import("./comparison.ts")
      const outcome = await compareWithProgress(request, { signal })
      const { accountingTable, comparisonFigures, comparisonJson, comparisonTable } = await import("@isolde/study")
      print(json, comparisonJson(outcome), () => `${comparisonTable(outcome)}\n\n${accountingTable(outcome)}`)
      if (show) await (await import("./show-figures.ts")).showFigures(comparisonFigures(outcome), signal)
      requireWhole(outcome)
    })
).pipe(
  Command.withShortDescription("Compare mechanisms, exchange policies and core counts on a recording"),
  Command.withDescription(
    "Replays a recording with some of its objects in domains of their own, under each mechanism and exchange policy, on each number of cores. Every run is judged against none, no isolation, on the same machine and as many cores. Combinations that a mechanism can't express are listed with the reason. Cycles are those of the machine's reference clock; exposure is bytes x cycles reachable beyond intent."
  ),
  Command.withExamples([
    {
      command:
        "isolde compare --recording nginx.arrow --isolate crypto=libcrypto.so.3 --shared libc.so.6 --cores 1,4 --out out",
      description: "All mechanisms and policies, on one core and on four"
    },
    {
      command:
        "isolde compare --recording nginx.arrow --isolate crypto=libcrypto.so.3 --mechanisms mpk,cheri --exchange borrow --json",
      description: "Two mechanisms under one policy, as JSON"
    }
  ])
)
