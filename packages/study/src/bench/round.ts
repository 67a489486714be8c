/**
 * What one fresh process measures: named on the command line, printed as one JSON line.
 * Law: a process measures one figure and ends, so that no figure warms up another's code.
 */
import { type Delays, holdModel } from "./hold-model.ts"
import { hookCost, hookCosts } from "./hooks.ts"
import { memoryRate } from "./memory-rate.ts"
import { recordingRate } from "./recording-rate.ts"
import { readStreams } from "./stream-files.ts"
import { traceCosts } from "./trace-cost.ts"

const [what, ...args] = process.argv.slice(2) as [string, ...ReadonlyArray<string>]

async function measured(): Promise<unknown> {
  switch (what) {
    case "hold": {
      const [delays, pending, events] = args as [Delays, string, string]
      return holdModel(delays, Number(pending), Number(events), Math.max(300_000, Number(pending)))
    }
    case "memory": {
      const [path, cores] = args as [string, string]
      return memoryRate("stream", readStreams(path, Number(cores)))
    }
    case "hook": {
      const [mechanism, accesses] = args as [string, string]
      return hookCost(mechanism, Number(accesses))
    }
    case "hooks":
      return hookCosts(Number(args[0]))
    case "recording": {
      const [recording, mechanism, workers] = args as [string, string, string]
      return recordingRate(recording, mechanism, Number(workers))
    }
    case "traces":
      return traceCosts(args[0] as string)
    default:
      throw new Error(`unknown measurement ${what}`)
  }
}

process.stdout.write(`${JSON.stringify(await measured())}\n`)
