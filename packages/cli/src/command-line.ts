/** All commands under one name. Law: a command's own modules are loaded when it runs, so that --help is quick. */
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { benchCommand } from "./bench-command.ts"
import { compareCommand } from "./compare-command.ts"
import { importCommand } from "./import-command.ts"
import { litmusCommand } from "./litmus-command.ts"
import { paramsCommand } from "./params-command.ts"
import { presenter } from "./presenter.ts"
import { runCommand } from "./run-command.ts"
import { startCommand } from "./start-command.ts"
import { studyCommand } from "./study-command.ts"
import { validateCommand } from "./validate-command.ts"

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}

const command = Command.make("isolde").pipe(
  Command.withDescription(
    "What would isolating a part of a program cost, on that machine, with that mechanism, on so many cores?"
  ),
  Command.withSubcommands([
    startCommand,
    importCommand,
    compareCommand,
    runCommand,
    validateCommand,
    studyCommand,
    litmusCommand,
    paramsCommand,
    benchCommand
  ]),
  Command.withExamples([
    { command: "isolde start", description: "Compare the mechanisms on the recording that ships with the project" },
    { command: "isolde params mpk", description: "List what MPK is made of, with units, ranges and sources" }
  ])
)

/** Run the command line `args`. */
export const isolde = (args: ReadonlyArray<string>) =>
  Command.runWith(command, { version })(args).pipe(
    Effect.provide(CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })),
    Effect.provide(CliOutput.layerPresenter(presenter))
  )
