/**
 * Measurements in processes of their own: a program that prints one line of JSON.
 * Law: a fresh process reads Isolde's modules as its parent does, from source or as built.
 */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const execute = promisify(execFile)

/** The program `name` beside the module at `from`, in the form in which that module runs. */
export const programBeside = (name: string, from: string): string =>
  fileURLToPath(new URL(`./${name}.${from.endsWith(".ts") ? "ts" : "js"}`, from))

/** What `program` prints, given `args`. Rejects if it fails or `signal` ends it. */
export async function measuredBy(
  program: string,
  args: ReadonlyArray<string | number>,
  signal?: AbortSignal
): Promise<unknown> {
  const all = [...conditions(process.execArgv), program, ...args.map(String)]
  const { stdout } = await execute(process.execPath, all, signal === undefined ? {} : { signal })
  return JSON.parse(stdout)
}

/** The flags that say how modules are resolved, with their value beside them or after them. */
export const conditions = (flags: ReadonlyArray<string>): ReadonlyArray<string> =>
  flags.flatMap((flag, i) => {
    if (flag.startsWith("--conditions=")) return [flag]
    return flag === "--conditions" || flag === "-C" ? [`--conditions=${flags[i + 1]}`] : []
  })
