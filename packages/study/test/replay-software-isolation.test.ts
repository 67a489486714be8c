import { fileURLToPath } from "node:url"
import { type MechanismInstance, machineByName, simulate } from "@isolde/core"
import { language } from "@isolde/language"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { sfi } from "@isolde/sfi"
import { importRecording, recordingWorkload } from "@isolde/workloads"
import { describe, expect, test } from "vitest"

const path = fileURLToPath(new URL("../../../recordings/nginx-tls-short.lackey.zst", import.meta.url))
const recording = await importRecording({ path })
const isolation = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }

const replay = (mechanisms: ReadonlyArray<MechanismInstance>, exchange: "share" | "borrow" | "copy") => {
  const machine = machineByName(mechanisms[0]?.traits.nativeMachine ?? "cortex-x3")()
  const workload = recordingWorkload(recording, { ...isolation, exchange })
  return { workload, run: () => simulate({ machine, mechanisms, workload, workers: 1, seed: 1 }).summary }
}

describe("rights derived from a recording can't be violated by it", () => {
  test.each([
    { name: "masks under copy", mechanisms: [sfi()], exchange: "copy" },
    { name: "lists of writers under share", mechanisms: [sfi({ variant: "lists" })], exchange: "share" },
    { name: "a language under borrow", mechanisms: [language()], exchange: "borrow" },
    { name: "mte and pac together under borrow", mechanisms: [mte(), pac()], exchange: "borrow" }
  ] as const)("$name replays nginx without a fault", ({ exchange, mechanisms }) => {
    const { run, workload } = replay(mechanisms, exchange)
    const summary = run()
    expect(summary.faults).toBe(0)
    expect(summary.invocations).toBe(workload.activations)
    expect(summary.slots.instrumentation).toBeGreaterThan(0)
  })

  test("what is refused says why", () => {
    expect(replay([sfi()], "borrow").run).toThrow(/doesn't change its addresses but by a copy/)
    expect(replay([sfi({ variant: "lists" })], "borrow").run).toThrow(/goes on reading it/)
    expect(replay([language()], "share").run).toThrow(/has one owner/)
  })
})
