/**
 * From the text that Valgrind's lackey wrote to a Recording.
 * Law: the text streams through once; what is odd in it is tolerated, counted and reported, but a file that isn't a
 * recording, or not a whole one, is refused with its place and a remedy.
 */
import { existsSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { Effect } from "effect"
import { excerpt, InvalidRecording } from "./invalid-recording.ts"
import { LackeyScanner } from "./lackey-scanner.ts"
import type { Recording } from "./recording.ts"
import { type InstructionBytes, RecordingBuilder, type TextNotes } from "./recording-builder.ts"
import { readSideTable } from "./side-table.ts"
import { readSource } from "./source-bytes.ts"

export interface ImportOptions {
  /** Lackey's output: plain, gzip or zstd. */
  readonly path: string
  /** The side table of instruction bytes. Left out, `NAME.code.zst`, `.code.gz` or `.code` beside the recording is
   * taken if it exists; null takes none. */
  readonly code?: string | null | undefined
  /** Accept a recording without its end; a torn last line is dropped and counted. */
  readonly allowTruncated?: boolean | undefined
  /** Called about every megabyte of text. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ImportProgress {
  /** Bytes of the file, as stored. */
  readonly readBytes: number
  readonly totalBytes: number
  readonly instructions: number
}

/** Odd lines that are accepted: this many, or one in a hundred. */
const oddLinesAllowed = 100

/** The command that makes a recording, for remedies. */
const recordCommand = "valgrind --tool=lackey --trace-mem=yes --trace-syscalls=yes --trace-sched=yes --log-file=FILE"

/** Import a recording. Rejects with InvalidRecording, or with the signal's reason when aborted. */
export async function importRecording(options: ImportOptions): Promise<Recording> {
  const { path, signal } = options
  const bytes = await instructionBytes(options)
  const builder = new RecordingBuilder(bytes)
  const scanner = new LackeyScanner(builder)
  const head = { looked: false }
  await readSource(
    path,
    (chunk) => {
      if (!head.looked) requireLackey(path, chunk)
      head.looked = true
      scanner.push(chunk)
      requireFewOddLines(path, scanner)
    },
    {
      signal,
      onProgress: (readBytes, totalBytes) =>
        options.onProgress?.({ readBytes, totalBytes, instructions: builder.instructionCount })
    }
  )
  return builder.finish(nameOf(path), settle(options, builder, scanner))
}

/** `importRecording` as an Effect; interruption stops the reading. */
export const importRecordingEffect = (
  options: Omit<ImportOptions, "signal">
): Effect.Effect<Recording, InvalidRecording> =>
  Effect.tryPromise({
    try: (signal) => importRecording({ ...options, signal }),
    catch: (cause) => cause
  }).pipe(Effect.catch((cause) => (cause instanceof InvalidRecording ? Effect.fail(cause) : Effect.die(cause))))

/** The recording's name: the file's, without its endings. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.(zst|gz)$/, "")
    .replace(/\.(lackey|log|txt|out)$/, "")

async function instructionBytes({ code, path, signal }: ImportOptions): Promise<InstructionBytes | null> {
  const beside = [".code.zst", ".code.gz", ".code"].map((ending) => join(dirname(path), nameOf(path) + ending))
  const found = code === undefined ? beside.find((file) => file !== path && existsSync(file)) : code
  if (found === undefined || found === null) return null
  const table = await readSideTable(found, { signal })
  // The disassembler is loaded only by those who import.
  const { InstructionDecoder } = await import("./decode.ts")
  const decoder = new InstructionDecoder()
  return { table, decode: (hex) => decoder.decode(hex) }
}

function requireLackey(path: string, chunk: Uint8Array): void {
  const text = Buffer.from(chunk.subarray(0, 4096)).toString("latin1")
  const first = text.split("\n").find((line) => line.trim() !== "") ?? ""
  const tool = /^==\d+== (\w+), an? .*$/m.exec(text)?.[1]
  const possible = /^(==\d+==|--\d+--|SYSCALL\[\d+,\d+\]|I {2}[0-9a-f]+,\d+\r?$| [LSM] [0-9a-f]+,\d+\r?$)/.test(first)
  if (possible && (tool === undefined || tool === "Lackey")) return
  throw new InvalidRecording({
    path,
    at: "line 1",
    expected: "the output of Valgrind's lackey",
    actual: tool !== undefined && possible ? `that of ${tool}` : excerpt(first),
    remedy: `Record with \`${recordCommand} PROGRAM\` and give FILE.`
  })
}

function requireFewOddLines(path: string, scanner: LackeyScanner): void {
  const { firstIgnored, ignoredLines } = scanner.odd
  if (firstIgnored === null || ignoredLines <= Math.max(oddLinesAllowed, scanner.line / 100)) return
  throw new InvalidRecording({
    path,
    at: `line ${firstIgnored.line}`,
    expected: "records of lackey, with few other lines",
    actual: `${excerpt(firstIgnored.text)} and ${ignoredLines - 1} more such lines`,
    remedy: "Use --log-file, so that the program's own output doesn't mix with the recording."
  })
}

/** All text was taken: is it a whole recording? */
function settle(
  { allowTruncated = false, path }: ImportOptions,
  builder: RecordingBuilder,
  scanner: LackeyScanner
): TextNotes {
  const { commentary } = builder
  const tail = scanner.end()
  const closing = tail !== null && /^==\d+== Exit code:\s+\d+\s*$/.test(tail)
  if (closing) builder.text(tail)
  const lastLine = scanner.line + (tail === null ? 0 : 1)
  const fail = (at: string, expected: string, actual: string, remedy: string): never => {
    throw new InvalidRecording({ path, at, expected, actual, remedy })
  }
  if (lastLine === 0) fail("", "the output of Valgrind's lackey", "an empty file", `Record with \`${recordCommand}\`.`)
  if (!commentary.ended && !allowTruncated)
    fail(
      `line ${lastLine}`,
      "the closing lines of a whole recording (`Exit code:`)",
      tail === null ? "the end of the file" : `the end of the file within a line, ${excerpt(tail)}`,
      "Copy the file again if it was cut, or accept what is there with --allow-truncated."
    )
  if (builder.instructionCount === 0)
    fail(`line ${lastLine}`, "instruction lines (`I  addr,size`)", "none", "Record with --trace-mem=yes.")
  const { embeddedLines, emptyLines, ignoredLines, splitLines } = scanner.odd
  return {
    lines: lastLine,
    splitLines,
    embeddedLines,
    emptyLines,
    ignoredLines,
    truncated: !commentary.ended,
    tornTail: tail === null || closing ? 0 : 1
  }
}
