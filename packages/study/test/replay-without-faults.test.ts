import { fileURLToPath } from "node:url"
import { cheri } from "@isolde/cheri"
import { type Mechanism, machineByName, simulate } from "@isolde/core"
import { ept } from "@isolde/ept"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { importRecording, recordingWorkload } from "@isolde/workloads"
import { describe, expect, test } from "vitest"

const path = fileURLToPath(new URL("../../../recordings/nginx-tls.lackey.zst", import.meta.url))
const recording = await importRecording({ path })
const isolation = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }
const mechanisms: ReadonlyArray<Mechanism<never, never>> = [mpk, ept, mte, cheri] as never

describe("rights derived from a recording can't be violated by it", () => {
  for (const mechanism of mechanisms) {
    for (const exchange of ["share", "borrow", "copy"] as const) {
      test(`${mechanism.mechanism} replays nginx under ${exchange} without a fault, or refuses`, () => {
        const instance = mechanism()
        const workload = recordingWorkload(recording, { ...isolation, exchange })
        const refused = instance.refuse(workload.demand)
        const machine = machineByName(instance.traits.nativeMachine)()
        const run = () => simulate({ machine, mechanisms: [instance], workload, workers: 1, seed: 1 }).summary
        if (refused !== undefined) {
          expect(run).toThrow(refused)
          return
        }
        const summary = run()
        expect(summary.faults).toBe(0)
        expect(summary.invocations).toBe(workload.activations)
        expect(summary.addedInstructions).toBeGreaterThan(0)
      })
    }
  }
})
