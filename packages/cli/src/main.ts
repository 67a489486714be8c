#!/usr/bin/env node
/** The isolde command: reads the command line, runs it, and ends with its exit code. */
import { runMain } from "@effect/platform-node/NodeRuntime"
import { layer } from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { isolde } from "./command-line.ts"
import { report } from "./exit-code.ts"

isolde(process.argv.slice(2)).pipe(
  Effect.provide(layer),
  runMain({ disableErrorReporting: true, teardown: (exit, onExit) => onExit(report(exit)) })
)
