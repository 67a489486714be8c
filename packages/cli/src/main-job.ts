/** The main job: import the recording that ships with the project, compare everything, write the page of plots. */
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { InvalidInput } from "@isolde/core"
import { type CompareRequest, type ComparisonOutcome, comparisonFigures, reportPage, writeReport } from "@isolde/study"
import type { Recording } from "@isolde/workloads"
import { compareWithProgress } from "./comparison.ts"
import { importInto } from "./import-into.ts"
import { ProgressLine } from "./progress-line.ts"

const recordings = new URL("../../../recordings/", import.meta.url)
const shipped = fileURLToPath(new URL("nginx-tls-short.lackey.zst", recordings))
const sideTable = fileURLToPath(new URL("nginx-tls.code.zst", recordings))

/** The comparison and the path of its page. Rejects with InvalidInput, InvalidRecording, TraceFailed. */
export async function mainJob(
  out: string,
  threads: number | undefined,
  signal: AbortSignal
): Promise<{ readonly outcome: ComparisonOutcome; readonly page: string }> {
  const { imported, path: recording } = await shippedRecording(out, signal)
  const request = {
    recording,
    ...policy,
    mechanisms: ["none", "mpk", "ept", "mte", "cheri"],
    exchange: ["share", "borrow", "copy"],
    cores: [1, 4],
    seed: 1,
    out,
    threads
  }
  const outcome = await compareWithProgress(request, { signal })
  const page = resolve(out, "report.html")
  writeReport(page, pageOf(request, outcome, imported.instructionCount))
  return { outcome, page }
}

/** What of nginx is isolated. */
const policy = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }

/** The recorded program of the main job, imported into `out`. Rejects with InvalidInput, InvalidRecording. */
export async function shippedProgram(
  out: string,
  signal: AbortSignal
): Promise<Pick<CompareRequest, "recording" | "isolate" | "shared">> {
  return { recording: (await shippedRecording(out, signal)).path, ...policy }
}

/** The recording that ships with the project, imported into `out`. */
export async function shippedRecording(
  out: string,
  signal: AbortSignal
): Promise<{ readonly path: string; readonly imported: Recording }> {
  if (!existsSync(shipped)) {
    const remedy = "Run it in a clone of the project, or use `isolde compare` with a recording of your own."
    throw new InvalidInput([
      { path: "recording", expected: "the project's own", actual: `nothing at ${shipped}`, remedy }
    ])
  }
  const path = join(out, "nginx-tls.arrow")
  return { path, imported: await importInto({ path: shipped, code: sideTable, signal }, path, new ProgressLine()) }
}

function pageOf({ isolate, seed, shared }: CompareRequest, outcome: ComparisonOutcome, instructions: number): string {
  const domains = Object.entries(isolate).map(([name, objects]) => `${name}: ${objects.join(", ")}`)
  const title = "nginx with its libcrypto isolated"
  const summary =
    "A recording of nginx serving two TLS connections, replayed with libcrypto in a domain of its own under four isolation mechanisms, each on its native machine against the same program without isolation."
  const facts = [
    {
      name: "Recording",
      text: `nginx 1.22, TLS 1.3, two connections; ${instructions.toLocaleString("en")} instructions per worker`
    },
    { name: "Isolated", text: domains.join("; ") },
    { name: "Shared by all", text: shared.join(", ") },
    { name: "Seed", text: String(seed) },
    { name: "Command", text: "isolde start" }
  ]
  return reportPage({ title, comparison: outcome, figures: comparisonFigures(outcome), context: { summary, facts } })
}
