/**
 * Runs the tools that the tests of packaging need.
 * Law: a tool that fails, fails the test with everything it printed.
 */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./workspace.ts"

/** What a command printed on its standard output; rejects with both outputs if it exits with anything but 0. */
export const run = (command: string, args: ReadonlyArray<string>, cwd: string = root): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, stdio: ["ignore", "pipe", "pipe"] })
    let out = ""
    let err = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      err += chunk
    })
    child.on("error", reject)
    child.on("close", (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(`${command} ${args.join(" ")} exited with ${code} in ${cwd}\n${out}\n${err}`))
    })
  })

/** A tool installed by the workspace. */
export const tool = (name: string): string => join(root, "node_modules/.bin", name)

const pinned = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly packageManager: string })
  .packageManager

/** The package manager: the one that runs the tests if there is one, else the pinned one. */
export const pnpm = async (args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const present = await run("pnpm", ["--version"], cwd).then(
    () => true,
    () => false
  )
  return present ? run("pnpm", args, cwd) : run("npx", ["-y", pinned, ...args], cwd)
}
