/**
 * ST1, OP1, OP2 for the mechanisms themselves: an access to a page that a mechanism says is open does what it would if the
 * mechanism were asked, on two cores whose threads change rights as they go.
 */
import { fileURLToPath } from "node:url"
import { cheri } from "@isolde/cheri"
import { type MechanismInstance, machineByName, Scenario } from "@isolde/core"
import { advance } from "@isolde/core/scenario/run"
import { System } from "@isolde/core/scenario/system"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { importRecording, recordingWorkload } from "@isolde/workloads"
import { expect, test } from "vitest"

const path = fileURLToPath(new URL("../../../recordings/nginx-tls-short.lackey.zst", import.meta.url))
const recording = await importRecording({ path })
const isolation = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }

function summaryOf(mechanism: MechanismInstance, exchange: "share" | "borrow", careful: boolean) {
  const machine = machineByName(mechanism.traits.nativeMachine ?? "cortex-x3")()
  const workload = recordingWorkload(recording, { ...isolation, exchange })
  const system = new System(
    Scenario.make({ machine, mechanisms: [mechanism], workload, workers: 2, seed: 3 }),
    undefined
  )
  if (careful) for (const tile of system.tiles) Object.assign(tile.port, { careful })
  for (;;) {
    const summary = advance(system, 1e9)
    if (summary !== undefined) return summary
  }
}

test.each([
  { name: "pac", mechanism: pac(), exchange: "borrow" },
  { name: "language", mechanism: language(), exchange: "borrow" },
  { name: "mte", mechanism: mte(), exchange: "borrow" },
  { name: "cheri", mechanism: cheri(), exchange: "borrow" },
  { name: "mpk", mechanism: mpk(), exchange: "share" }
] as const)("with $name the straight way takes the ticks of the careful one", ({ exchange, mechanism }) => {
  const straight = summaryOf(mechanism, exchange, false)
  expect(straight).toEqual(summaryOf(mechanism, exchange, true))
  expect(straight.invocations).toBeGreaterThan(0)
})
