/** `isolde run`: one mechanism under one policy on one number of cores, beside its `none`. */
import { Option } from "effect"
import { Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"

export const runCommand = Command.make(
  "run",
  {
    recording: flags.recording,
    isolate: flags.isolate,
    shared: flags.shared,
    mechanism: Flag.String("mechanism").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription(
        "none, mpk, ept, mte, cheri, pac, sfi, language, process, enclave, proposals, or a file that exports a mechanism; mpk:cet=false configures one, pac+mte combines two"
      )
    ),
    exchange: Flag.String("exchange").pipe(
      Flag.withMetavar("POLICY"),
      Flag.withDescription("How objects cross between domains: share, borrow, copy (default: share)"),
      Flag.withDefault("share")
    ),
    cores: Flag.Int("cores").pipe(
      Flag.withDescription("Workers of the program, one per core (default: 1)"),
      Flag.withDefault(1)
    ),
    machine: flags.machine,
    seed: flags.seed,
    trace: Flag.String("trace").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder for the run's Arrow tables (default: no trace)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    runAhead: flags.runAhead,
    json: flags.json
  },
  ({ cores, exchange, json, mechanism, trace, ...rest }) =>
    attempt(async (signal) => {
      const { runOnce } = await import("./run-once.ts")
      const request = { ...rest, mechanisms: [mechanism], exchange: [exchange], cores: [cores] }
      const { outcome, run } = await runOnce(request, trace, signal)
      const { accountingTable, comparisonTable } = await import("@isolde/study")
      print(json, run, () => `${comparisonTable(outcome)}\n\n${accountingTable(outcome)}`)
    })
).pipe(
  Command.withShortDescription("Simulate one mechanism, policy and core count on a recording"),
  Command.withDescription(
    "Replays a recording once, and once more under none on the same machine for the overhead. Cycles are those of the machine's reference clock; exposure is bytes x cycles reachable beyond intent."
  ),
  Command.withExamples([
    {
      command:
        "isolde run --recording nginx.arrow --isolate crypto=libcrypto.so.3 --shared libc.so.6 --mechanism mpk --exchange borrow --cores 4 --trace out/mpk",
      description: "Four workers, rights borrowed at every call, with a trace"
    }
  ])
)
