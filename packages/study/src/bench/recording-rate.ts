/**
 * Simulated instructions per second on a recording with its library isolated, each mechanism on its native machine.
 * Law: two runs with one worker warm the code up and are not reported: V8 still optimises in the second.
 */
import { type MechanismInstance, machineByName, Scenario } from "@isolde/core"
import { begin } from "@isolde/core/simulate"
import { type RecordingWorkload, readRecording, recordingWorkload } from "@isolde/workloads"
import { mechanismByName } from "../compare/mechanism-by-name.ts"

/** The machine on which a mechanism exists. */
const machines: Readonly<Record<string, string>> = {
  none: "tiger-lake",
  mpk: "tiger-lake",
  ept: "tiger-lake",
  mte: "cortex-x3",
  cheri: "morello"
}

const WARM_UPS = 2

const policy = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }

/** The recording's libcrypto in a domain of its own, objects shared. */
export async function sharingWorkload(path: string): Promise<RecordingWorkload> {
  return recordingWorkload(await readRecording(path), { ...policy, exchange: "share" })
}

/** Million simulated instructions per second of a run behind the warm-up; `copy` where `share` can't be expressed. */
export async function recordingRate(path: string, mechanism: string, workers: number): Promise<number> {
  const recording = await readRecording(path)
  const instances = mechanism === "none" ? [] : [(await mechanismByName(mechanism))()]
  const share = recordingWorkload(recording, { ...policy, exchange: "share" })
  const refused = instances.some((instance) => instance.refuse(share.demand) !== undefined)
  const workload = refused ? recordingWorkload(recording, { ...policy, exchange: "copy" }) : share
  for (let warm = 0; warm < WARM_UPS; warm++) timed(workload, instances, mechanism, 1)
  return timed(workload, instances, mechanism, workers)
}

function timed(
  workload: RecordingWorkload,
  mechanisms: ReadonlyArray<MechanismInstance>,
  mechanism: string,
  workers: number
): number {
  const machine = machineByName(machines[mechanism] as string)({ cores: workers })
  const session = begin(Scenario.make({ machine, mechanisms, workload, workers }))
  const start = performance.now()
  let run = session.slice()
  while (run === undefined) run = session.slice()
  return run.summary.instructions / (performance.now() - start) / 1000
}
