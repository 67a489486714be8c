/**
 * What a comparison is asked to do, and the check of it.
 * Law: every issue that can be seen without the recording is found before anything runs, all of them at once.
 */
import { existsSync, statSync } from "node:fs"
import { availableParallelism } from "node:os"
import { type Exchange, type InputIssue, machineByName } from "@isolde/core"
import { InvalidInput, nearest, rejectIssues, shown } from "@isolde/core/invalid-input"
import { MAX_CORES } from "@isolde/core/machines/options"

/** What is compared on what. Names and numbers only: it goes to threads and into files. */
export interface CompareRequest {
  /** The columnar file of a recording, as `isolde import` writes it. */
  readonly recording: string
  /** Domain to its objects. */
  readonly isolate: Readonly<Record<string, ReadonlyArray<string>>>
  /** Objects whose code runs in the caller's domain. */
  readonly shared: ReadonlyArray<string>
  /** Names (`mpk`, `mpk:cet=false`, `pac+mte`) or files (`./my-mechanism.ts`). `none` runs in any case. */
  readonly mechanisms: ReadonlyArray<string>
  readonly exchange: ReadonlyArray<string>
  /** Workers of the program, one per core: one comparison for each number. */
  readonly cores: ReadonlyArray<number>
  /** The machine of every run; left out, each mechanism's native one. */
  readonly machine?: string | undefined
  readonly seed: number
  /** Folder of the traces, one folder per run in it; no traces without. */
  readonly out?: string | undefined
  /** Runs at once; default: one per processor of this computer. */
  readonly threads?: number | undefined
  /** Default true; the result is the same without. */
  readonly runAhead?: boolean | undefined
}

export const exchangeNames: ReadonlyArray<Exchange> = ["share", "borrow", "copy"]

export const isExchange = (name: string): name is Exchange => (exchangeNames as ReadonlyArray<string>).includes(name)

/** The request with duplicates dropped. Throws InvalidInput with every issue. */
export function checkRequest(request: CompareRequest): CompareRequest {
  const issues: Array<InputIssue> = []
  const wrong = (path: string, expected: string, actual: unknown, remedy: string): void => {
    issues.push({ path, expected, actual: shown(actual), remedy })
  }
  if (!existsSync(request.recording))
    wrong("recording", "a file", request.recording, "Import a recording first: `isolde import FILE -o OUT.arrow`.")
  else if (statSync(request.recording).isDirectory())
    wrong("recording", "a file, not a folder", request.recording, "Give the .arrow file that `isolde import` wrote.")
  if (Object.keys(request.isolate).length === 0)
    wrong("isolate", "at least one domain", "none", "Name one: `--isolate crypto=libcrypto.so.3`.")
  for (const list of ["mechanisms", "exchange", "cores"] as const)
    if (request[list].length === 0) wrong(list, "at least one entry", "none", "Leave it out for the default.")
  request.exchange.forEach((name, at) => {
    if (!isExchange(name))
      wrong(`exchange[${at}]`, `one of ${exchangeNames.join(", ")}`, name, nearestText(name, exchangeNames))
  })
  request.cores.forEach((cores, at) => {
    if (!Number.isInteger(cores) || cores < 1 || cores > MAX_CORES)
      wrong(`cores[${at}]`, `a whole number from 1 to ${MAX_CORES}`, cores, "Name how many cores the program runs on.")
  })
  if (!Number.isInteger(request.seed) || Math.abs(request.seed) > 0x7fff_ffff)
    wrong("seed", "a 32-bit whole number", request.seed, "Choose any.")
  const threads = request.threads ?? 1
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
    wrong("threads", "a whole number from 1 to 1024", threads, "Leave it out for one per processor.")
  issues.push(...machineIssues(request.machine))
  rejectIssues(issues)
  return {
    ...request,
    mechanisms: distinct(request.mechanisms),
    exchange: distinct(request.exchange),
    cores: distinct(request.cores),
    threads: request.threads ?? availableParallelism()
  }
}

/** "Nearest names: …" */
export const nearestText = (name: string, names: ReadonlyArray<string>): string =>
  `Nearest names: ${nearest(name, names).join(", ")}.`

const distinct = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => [...new Set(values)]

function machineIssues(machine: string | undefined): ReadonlyArray<InputIssue> {
  if (machine === undefined) return []
  try {
    machineByName(machine)
    return []
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues
    throw error
  }
}
