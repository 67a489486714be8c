/** One stream, several times over in one process: between the lines that it prints V8's own traces stand. */
import { writeSync } from "node:fs"
import { Scenario, skylakeSp } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import { addressStreams } from "../../src/bench/address-streams.ts"
import { streamWorkload } from "../../src/bench/stream-workload.ts"

const [cores, accesses, runs] = process.argv.slice(2).map(Number) as [number, number, number]
const streams = addressStreams("mix", cores, accesses)
for (let at = 0; at < runs; at++) {
  const machine = skylakeSp({ cores })
  const session = begin(Scenario.make({ machine, mechanisms: [], workload: streamWorkload("mix", streams) }))
  writeSync(1, "begin\n")
  while (session.slice() === undefined);
  writeSync(1, "end\n")
}
