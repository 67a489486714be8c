/**
 * Simulated accesses per second on the full timed machine: Skylake-SP, tables off, everything else on.
 * Law: a run of the stream's beginning warms the code up and is not reported; building the machine is not part of a run.
 */
import { type Machine, type MechanismInstance, Scenario, skylakeSp } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import type { AddressStream } from "./address-streams.ts"
import { beginningOf } from "./stream-files.ts"
import { streamWorkload } from "./stream-workload.ts"

/** Accesses of all cores that warm the code up. */
export const WARM_UP = 100_000

/** Million simulated accesses per second of a run of the whole stream, behind one of its beginning. */
export function memoryRate(name: string, streams: ReadonlyArray<AddressStream>): number {
  const machine = skylakeSp({ cores: streams.length })
  streamRate(name, beginningOf(streams, WARM_UP), machine, [])
  return streamRate(name, streams, machine, [])
}

/** Million simulated accesses per second of one run on `machine`, by a `clock` that counts ms. */
export function streamRate(
  name: string,
  streams: ReadonlyArray<AddressStream>,
  machine: Machine,
  mechanisms: ReadonlyArray<MechanismInstance>,
  clock: () => number = () => performance.now()
): number {
  const session = begin(Scenario.make({ machine, mechanisms, workload: streamWorkload(name, streams) }))
  const start = clock()
  let run = session.slice()
  while (run === undefined) run = session.slice()
  const elapsed = clock() - start
  return run.summary.simulatedAccesses / elapsed / 1000
}
