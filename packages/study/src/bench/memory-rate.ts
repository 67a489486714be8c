/**
 * Simulated accesses per second on the full timed machine: Skylake-SP, tables off, everything else on.
 * Law: the first run warms the code up and is not reported; building the machine is not part of a run.
 */
import { Scenario, skylakeSp } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import type { AddressStream } from "./address-streams.ts"
import { streamWorkload } from "./stream-workload.ts"

/** Million simulated accesses per second of the second of two runs. */
export function memoryRate(name: string, streams: ReadonlyArray<AddressStream>): number {
  timed(name, streams)
  return timed(name, streams)
}

function timed(name: string, streams: ReadonlyArray<AddressStream>): number {
  const cores = streams.length
  const machine = skylakeSp({ cores })
  const session = begin(Scenario.make({ machine, mechanisms: [], workload: streamWorkload(name, streams) }))
  const start = performance.now()
  let run = session.slice()
  while (run === undefined) run = session.slice()
  const elapsed = performance.now() - start
  return run.summary.simulatedAccesses / elapsed / 1000
}
