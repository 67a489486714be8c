// Runs in an empty project with the packed packages installed: three calls into an isolated library, one JSON line.
import { operationScript, RegionKind, simulate, tigerLake, Verb } from "@isolde/core"
import { mpk } from "@isolde/mpk"

const call = [
  { verb: Verb.compute, bytes: 100 },
  { verb: Verb.enter, from: 0, to: 1, activation: 0 },
  { verb: Verb.compute, bytes: 100 },
  { verb: Verb.leave, from: 1, to: 0, activation: 0 }
]
const place = (pages, workers) => {
  const own = (owner) => [[pages.reserve(1), 0, 4096]].map((extent) => ({ owner, extents: [extent] }))
  const regions = [0, 1].flatMap(own).map((region) => ({ ...region, name: "own", kind: RegionKind.private, worker: 0 }))
  const script = operationScript([...call, ...call, ...call])
  const plan = { domain: 0, start: 0, script }
  return { domains: ["application", "library"], regions, threads: () => Array(workers).fill(plan) }
}
const demand = { domains: 2, exchange: "share", objects: 0 }
const about = { name: "calls", package: "none", version: "0", config: {}, dependences: "decoded" }
const workload = { ...about, exchange: "share", demand, place }
const run = simulate({ machine: tigerLake(), mechanisms: [mpk()], workload, workers: 1, seed: 1 })
const { cycles, instructions, invocations } = run.summary
process.stdout.write(`${JSON.stringify({ cycles, instructions, invocations, overheadPercent: run.overheadPercent })}\n`)
