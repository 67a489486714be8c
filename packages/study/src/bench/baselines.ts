/**
 * The C++ baselines: compiled with the installed compiler into a folder of their own, run in the same rounds.
 * Law: without the folder or without a compiler there are no baselines, and the reason is said.
 */
import { execFile, execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { InvalidInput } from "@isolde/core"
import type { StreamKind } from "./address-streams.ts"
import type { Delays } from "./hold-model.ts"

const execute = promisify(execFile)

/** Sources in the baselines' folder. */
const sources = { hold: "hold.cpp", mesi: "functional-mesi.cpp", streams: "streams.c" } as const

/** Programs of the baselines, compiled. */
export interface Baselines {
  /** Million events per second of the C++ timing wheel (`hw`), the calendar queue (`exp`) or the heap of std::priority_queue. */
  hold(queue: "wheel" | "cal" | "pq", delays: Delays, pending: number, events: number): Promise<number>
  /** Million accesses per second of the functional C++ model. */
  mesi(kind: StreamKind, cores: number, accesses: number): Promise<number>
  close(): void
}

/** The baselines of `folder`, or why there are none. Throws InvalidInput when the folder lacks a source. */
export function openBaselines(folder: string): Baselines | string {
  for (const source of Object.values(sources)) {
    if (existsSync(join(folder, source))) continue
    const remedy = "Name the folder that holds the C++ baselines, or leave --baseline out."
    throw new InvalidInput([
      { path: "baseline", expected: `a folder with ${source}`, actual: `nothing at ${join(folder, source)}`, remedy }
    ])
  }
  const compiler = ["g++", "clang++", "c++"].find(works)
  if (compiler === undefined) return "no C++ compiler is installed (g++, clang++ or c++)"
  const out = mkdtempSync(join(tmpdir(), "isolde-baselines-"))
  const compile = (source: string, program: string, flags: ReadonlyArray<string>) =>
    execFileSync(compiler, [...flags, join(folder, source), "-o", join(out, program), "-lm"], { stdio: "pipe" })
  try {
    compile(sources.hold, "hold", ["-O3", "-march=native", "-std=c++17"])
    compile(sources.mesi, "mesi", ["-O3", "-march=native", "-std=c++17"])
    compile(sources.streams, "streams", ["-x", "c", "-O2"])
  } catch (cause) {
    rmSync(out, { recursive: true })
    return `${compiler} does not compile them: ${String(cause).split("\n")[0]}`
  }
  return {
    hold: (queue, delays, pending, events) =>
      rate(join(out, "hold"), [queue, delays === "hw" ? "2" : "0", String(pending), String(events)], "Mev/s"),
    async mesi(kind, cores, accesses) {
      const stream = join(out, `${kind}-${cores}.bin`)
      if (!existsSync(stream))
        await execute(join(out, "streams"), [kind, String(cores), String(accesses), "bin", stream])
      return rate(join(out, "mesi"), [stream, String(cores)], "Macc/s")
    },
    close: () => rmSync(out, { recursive: true })
  }
}

function works(compiler: string): boolean {
  try {
    execFileSync(compiler, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

async function rate(program: string, args: ReadonlyArray<string>, unit: string): Promise<number> {
  const { stdout } = await execute(program, args)
  const found = new RegExp(`${unit}=([0-9.]+)`).exec(stdout)
  if (found === null) throw new Error(`${program} printed no ${unit}: ${stdout}`)
  return Number(found[1])
}
