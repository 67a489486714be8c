/** `isolde import`: from Valgrind's text to the columnar file that everything else reads. */
import { Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { attempt } from "./attempt.ts"
import * as flags from "./flags.ts"
import { print } from "./output.ts"
import { ProgressLine } from "./progress-line.ts"

export const importCommand = Command.make(
  "import",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("Output of Valgrind's lackey: plain, .gz or .zst")),
    code: Flag.String("code").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription(
        "Side table of instruction bytes (default: NAME.code.zst, .code.gz or .code beside the recording; without it register dependences are assumed)"
      ),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("OUT.arrow"),
      Flag.withDescription("The columnar file to write")
    ),
    allowTruncated: Flag.Boolean("allow-truncated").pipe(
      Flag.withDescription("Accept a recording without its end; a torn last line is dropped and counted"),
      Flag.withDefault(false)
    ),
    json: flags.json
  },
  ({ allowTruncated, code, file, json, output }) =>
    attempt(async (signal) => {
      const { importInto } = await import("./import-into.ts")
      const { recordingFacts, recordingText } = await import("./recording-facts.ts")
      const line = new ProgressLine()
      const recording = await importInto({ path: file, code, allowTruncated, signal }, output, line)
      const facts = recordingFacts(recording, output)
      print(json, facts, () => recordingText(facts))
    })
).pipe(
  Command.withShortDescription("Turn a recording by Valgrind's lackey into a columnar file"),
  Command.withDescription(
    "Reads what `valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes --trace-sched=yes --log-file=FILE PROGRAM` wrote, decodes the instructions from the side table of their bytes, and writes one Arrow file. What is odd in the text is counted and reported; a file that isn't a whole recording is refused."
  ),
  Command.withExamples([
    {
      command: "isolde import recordings/nginx-tls.lackey.zst -o nginx.arrow",
      description: "With the side table beside it"
    },
    {
      command: "isolde import lackey.out --code lackey.code -o run.arrow --allow-truncated",
      description: "What there is of a torn file"
    }
  ])
)
