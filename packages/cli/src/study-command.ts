/** `isolde study`: what the simulator says about a machine, about what the field claims, and about its own cost. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import { Incomplete } from "./exit-code.ts"
import { experimentCommand } from "./experiment-command.ts"
import * as flags from "./flags.ts"
import { shippedProgram } from "./main-job.ts"
import { print, remark } from "./output.ts"
import { ProgressLine } from "./progress-line.ts"

const machineCommand = Command.make(
  "machine",
  {
    machine: Flag.String("machine").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("The machine, by its name in the catalogue (default: skylake-sp)"),
      Flag.withDefault("skylake-sp")
    ),
    cores: Flag.Int("cores").pipe(
      Flag.withDescription("Cores of the machine (default: the silicon's)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    out: Flag.String("out").pipe(
      Flag.withMetavar("FILE.html"),
      Flag.withDescription("Write the figures and tables as one page of HTML (default: no page)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    threads: flags.threads,
    show: flags.show,
    json: flags.json
  },
  ({ cores, json, machine, out, show, threads }) =>
    attempt(async (signal) => {
      const { machineFigures, machinePage, machineText, studyMachine, tryReport, writeReport } = await import(
        "@isolde/study"
      )
      if (out !== undefined) tryReport(out)
      const line = new ProgressLine()
      const onProgress = (done: number, total: number): void => line.update(`${done}/${total} runs`)
      const options = cores === undefined ? {} : { cores }
      const study = await studyMachine(machine, { options, threads, signal, onProgress }).finally(() => line.end())
      print(json, study, () => machineText(study))
      if (out !== undefined) {
        writeReport(out, machinePage(study))
        remark(`The page is ${out}.`)
      }
      if (show) await (await import("./show-figures.ts")).showFigures(machineFigures(study), signal)
      if (study.failed.length > 0) throw new Incomplete()
    })
).pipe(
  Command.withShortDescription("Microbenchmarks of a machine"),
  Command.withDescription(
    "Load latency against footprint, streaming bandwidth against cores, copies, mprotect against pages, munmap against cores, permission synchronisation against threads, TLB misses native and nested: measured on the simulated machine. Cycles are those of its reference clock."
  ),
  Command.withExamples([
    { command: "isolde study machine --machine tiger-lake", description: "Tables" },
    {
      command: "isolde study machine --machine neoverse-n1 --out n1.html",
      description: "Tables, and a page with figures"
    }
  ])
)

const principlesCommand = Command.make(
  "principles",
  { threads: flags.threads, json: flags.json },
  ({ json, threads }) =>
    attempt(async (signal) => {
      const { principlesText, studyPrinciples } = await import("@isolde/study")
      const line = new ProgressLine()
      const onProgress = (done: number, total: number): void => line.update(`${done}/${total} runs`)
      const folder = mkdtempSync(join(tmpdir(), "isolde-principles-"))
      try {
        const program = await shippedProgram(folder, signal)
        const study = await studyPrinciples({ program, threads, signal, onProgress }).finally(() => line.end())
        print(json, study, () => principlesText(study))
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
).pipe(
  Command.withShortDescription("Claims of the field, confirmed, refuted or undecided"),
  Command.withDescription(
    "Each claim is a predicate with a threshold and a source, evaluated over the range of the constants it depends on: confirmed if it holds everywhere, refuted if nowhere, undecided otherwise. Refuted is a result."
  ),
  Command.withExamples([{ command: "isolde study principles --json", description: "Claims with the runs behind them" }])
)

const growthCommand = Command.make(
  "growth",
  {
    rounds: Flag.Int("rounds").pipe(
      Flag.withDescription("Rounds of every measurement; medians are shown (default: 5)"),
      Flag.withDefault(5)
    ),
    out: Flag.String("out").pipe(
      Flag.withMetavar("FILE.html"),
      Flag.withDescription("Write the figures and tables as one page of HTML (default: no page)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    show: flags.show,
    json: flags.json
  },
  ({ json, out, rounds, show }) =>
    attempt(async (signal) => {
      const { growthFigures, growthPage, growthText, studyGrowth, tryReport, writeReport } = await import(
        "@isolde/study"
      )
      if (out !== undefined) tryReport(out)
      const line = new ProgressLine()
      const onProgress = (done: number, total: number): void => line.update(`${done}/${total} measurements`)
      const study = await studyGrowth({ rounds, signal, onProgress }).finally(() => line.end())
      print(json, study, () => growthText(study))
      if (out !== undefined) {
        writeReport(out, growthPage(study))
        remark(`The page is ${out}.`)
      }
      if (show) await (await import("./show-figures.ts")).showFigures(growthFigures(study), signal)
      if (study.failed.length > 0) throw new Incomplete()
    })
).pipe(
  Command.withShortDescription("How the simulator's cost grows"),
  Command.withDescription(
    "Simulated accesses per second and memory against cores (1 to 256), footprint (64 KB to 16 GB, whole and touched by 1 %) and domains (2 to 4096), and start-up at 16 cores: measured on this computer, in fresh processes."
  ),
  Command.withExamples([
    { command: "isolde study growth --rounds 1", description: "One round of each, as tables" },
    { command: "isolde study growth --out growth.html --json", description: "JSON, and a page with figures" }
  ])
)

export const studyCommand = Command.make("study").pipe(
  Command.withShortDescription("Studies of the model itself"),
  Command.withDescription("Studies of the model itself."),
  Command.withSubcommands([machineCommand, experimentCommand, principlesCommand, growthCommand])
)
