/** Workloads of recordings, made again from the recordings at hand and the policy that encodes each. */
import { InvalidInput, type WorkloadDecoder } from "@isolde/core"
import type { Recording } from "../recording/recording.ts"
import { type RecordingWorkloadOptions, recordingWorkload } from "./recording-workload.ts"

/** Decodes the workloads of `recordings`, which are found by their names. */
export function recordedWorkloads(recordings: ReadonlyArray<Recording>): WorkloadDecoder {
  const nameOf = ({ name }: Recording) => `recording ${name}`
  return {
    package: "@isolde/workloads",
    version: "0.1.0",
    names: recordings.map(nameOf),
    decode: (name, config) => {
      const recording = recordings.find((each) => nameOf(each) === name) as Recording
      const { exchange, isolate, shared } = (config ?? {}) as Partial<RecordingWorkloadOptions>
      if (exchange === undefined || isolate === undefined || shared === undefined) {
        throw new InvalidInput([
          {
            path: "config",
            expected: "the policy of a recording: isolate, shared, exchange",
            actual: `an object with ${Object.keys(config ?? {}).join(", ") || "nothing"}`,
            remedy: "Take what Scenario.encode wrote for a workload made by recordingWorkload."
          }
        ])
      }
      return recordingWorkload(recording, { exchange, isolate, shared })
    }
  }
}
