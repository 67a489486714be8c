/**
 * Simulated accesses per second on the full timed machine: Skylake-SP, tables off, everything else on.
 * Law: the first run warms the code up and is not reported; building the machine is not part of a run.
 */
import { type Machine, type MechanismInstance, Scenario, skylakeSp } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import type { AddressStream } from "./address-streams.ts"
import { streamWorkload } from "./stream-workload.ts"

/** Million simulated accesses per second of the second of two runs. */
export function memoryRate(name: string, streams: ReadonlyArray<AddressStream>): number {
  const machine = skylakeSp({ cores: streams.length })
  streamRate(name, streams, machine, [])
  return streamRate(name, streams, machine, [])
}

/** Million simulated accesses per second of one run on `machine`. */
export function streamRate(
  name: string,
  streams: ReadonlyArray<AddressStream>,
  machine: Machine,
  mechanisms: ReadonlyArray<MechanismInstance>
): number {
  const session = begin(Scenario.make({ machine, mechanisms, workload: streamWorkload(name, streams) }))
  const start = performance.now()
  let run = session.slice()
  while (run === undefined) run = session.slice()
  const elapsed = performance.now() - start
  return run.summary.simulatedAccesses / elapsed / 1000
}
