/** `isolde bench`: how fast the simulator is on this computer, beside C++ baselines in the same rounds. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { UnderWay } from "@isolde/study"
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

export const benchCommand = Command.make(
  "bench",
  {
    baseline: Flag.String("baseline").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription(
        "Folder of the C++ baselines (hold.cpp, functional-mesi.cpp, streams.c); compiled and run too"
      ),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    rounds: Flag.Int("rounds").pipe(
      Flag.withDescription("Rounds of every figure; medians are printed (default: 5)"),
      Flag.withDefault(5)
    ),
    parts: flags.parts,
    json: flags.json
  },
  ({ baseline, json, parts, rounds }) =>
    attempt(async (signal) => {
      const { bench, benchText } = await import("@isolde/study")
      const { shippedRecording } = await import("./main-job.ts")
      const { ProgressLine } = await import("./progress-line.ts")
      const folder = await mkdtemp(join(tmpdir(), "isolde-bench-"))
      const line = new ProgressLine()
      try {
        const replays = parts.some((part) => part === "recordings" || part === "traces")
        const recording = replays ? (await shippedRecording(folder, signal)).path : ""
        const onFigure = ({ done, name, part, round, rounds }: UnderWay) =>
          line.update(`round ${round + 1} of ${rounds}: ${part}`, `${name} · ${Math.floor(100 * done)} %`)
        const outcome = await bench({ baseline, rounds, parts, recording, onFigure, signal })
        line.end()
        print(json, outcome, () => benchText(outcome))
      } finally {
        line.end()
        await rm(folder, { recursive: true })
      }
    })
).pipe(
  Command.withShortDescription("Measure the simulator's speed on this computer"),
  Command.withDescription(
    "Measures events, simulated accesses and simulated instructions per second, and what traces cost. Every figure is measured in fresh processes, in rounds that take turns with the baselines; medians and median ratios are reported, because the speed of a shared computer changes from round to round."
  ),
  Command.withExamples([
    { command: "isolde bench --part engine,memory", description: "Two parts, without baselines" },
    { command: "isolde bench --baseline baselines --json", description: "Everything beside C++, as JSON" }
  ])
)
