/** Imports a recording and writes its columnar file, with progress. Law: the file appears whole or not at all. */
import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { InvalidInput } from "@isolde/core"
import { type ImportOptions, importRecording, type Recording, writeRecording } from "@isolde/workloads"
import type { ProgressLine } from "./progress-line.ts"

/** Rejects with InvalidRecording, or InvalidInput if the file can't be written. */
export async function importInto(options: ImportOptions, output: string, line: ProgressLine): Promise<Recording> {
  try {
    const recording = await importRecording({
      ...options,
      onProgress: ({ instructions, readBytes, totalBytes }) =>
        line.update("importing", `${percent(readBytes, totalBytes)}, ${(instructions / 1e6).toFixed(1)} M instructions`)
    })
    await writing(output, async () => {
      await mkdir(dirname(output), { recursive: true })
      await writeRecording(recording, output)
    })
    return recording
  } finally {
    line.end()
  }
}

const percent = (part: number, whole: number): string => `${whole === 0 ? 100 : Math.floor((part / whole) * 100)} %`

async function writing(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause
    const remedy = "Choose a file that you may write, on a disk with room for it."
    throw new InvalidInput([
      { path: "output", expected: "a file to write", actual: `${path}: ${cause.message}`, remedy }
    ])
  }
}
