/** Once the code is warm, V8 neither throws optimised code away nor collects: in a process with its traces on. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"

const RUNS = 6
const program = fileURLToPath(new URL("steady-state-run.ts", import.meta.url))

/** Lines of each run that `pattern` matches. */
function counts(stdout: string, pattern: RegExp): Array<number> {
  const runs = stdout.split(/^begin$/m).slice(1)
  return runs.map((run) => (run.split(/^end$/m)[0] ?? "").split("\n").filter((line) => pattern.test(line)).length)
}

async function traced(cores: number): Promise<string> {
  const flags = ["--conditions=@isolde/source", "--trace-deopt", "--trace-gc"]
  const args = [...flags, program, String(cores), "40000", String(RUNS)]
  return (await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 })).stdout
}

describe("a warm simulation", () => {
  test.each([1, 4])(
    "of %i cores runs through without a deoptimisation, and without a scavenge",
    async (cores) => {
      const stdout = await traced(cores)
      const deoptimised = counts(stdout, /^\[bailout /)
      const collected = counts(stdout, /Scavenge/)
      expect(deoptimised).toHaveLength(RUNS)
      // The traces are seen: the first run takes branches that the optimiser has not met.
      expect(deoptimised[0]).toBeGreaterThan(0)
      expect(Math.min(...deoptimised.slice(2))).toBe(0)
      expect(Math.max(...collected.slice(2))).toBeLessThanOrEqual(1)
      expect(Math.min(...collected.slice(2))).toBe(0)
    },
    60_000
  )
})
