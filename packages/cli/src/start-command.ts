/** `isolde start`: the main job, from the recording that ships with the project to tables, traces and plots. */
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

export const startCommand = Command.make(
  "start",
  {
    out: Flag.String("out").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder for the imported recording, the traces and the page of plots (default: out)"),
      Flag.withDefault("out")
    ),
    threads: flags.threads,
    show: flags.show,
    json: flags.json
  },
  ({ json, out, show, threads }) =>
    attempt(async (signal) => {
      const { mainJob } = await import("./main-job.ts")
      const { requireWhole } = await import("./comparison.ts")
      const { outcome, page } = await mainJob(out, threads, signal)
      const { accountingTable, comparisonFigures, comparisonJson, comparisonTable } = await import("@isolde/study")
      print(
        json,
        { ...comparisonJson(outcome), report: page },
        () => `${comparisonTable(outcome)}\n\n${accountingTable(outcome)}`
      )
      if (!json) print(false, page, () => `\n${page}`)
      if (show) await (await import("./show-figures.ts")).showFigures(comparisonFigures(outcome), signal)
      requireWhole(outcome)
    })
).pipe(
  Command.withShortDescription("The main job: nginx's libcrypto isolated five ways"),
  Command.withDescription(
    "Imports the recording of nginx serving TLS that ships with the project, puts libcrypto.so.3 in a domain of its own with libc.so.6 shared by all, and compares none, mpk, ept, mte and cheri under every exchange policy they can express, on one core and on four. Prints the results and where the cycles went, writes a folder of Arrow tables per run and a page with plots, and prints the page's path last."
  ),
  Command.withExamples([{ command: "isolde start --out out", description: "Everything, in about a minute" }])
)
