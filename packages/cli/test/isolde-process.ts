/**
 * The real command in a process of its own, as a user runs it.
 * Law: what is looked at is what a user sees: the exit code, stdout and stderr.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Run `isolde` with these arguments. `onStderr` sees the process while it runs. */
export function isolde(
  args: ReadonlyArray<string>,
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const command = ["--conditions=@isolde/source", main, ...args]
    const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
      onStderr(stderr, (signal) => child.kill(signal))
    })
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })
}
