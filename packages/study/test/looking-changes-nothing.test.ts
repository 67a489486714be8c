/** A run with every access observed takes the same ticks as one that nobody looks at, whatever the check asks for. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { machineByName, simulate } from "@isolde/core"
import { mechanismsByText } from "@isolde/study/compare/mechanisms-by-text"
import { experimentByName } from "@isolde/workloads"
import { expect, test } from "vitest"

const cases: ReadonlyArray<readonly [string, string, string, Readonly<Record<string, number | string>>]> = [
  ["mte:mode=synchronous", "cortex-x3", "access-throughput", { kind: "store" }],
  ["mte", "cortex-x3", "access-throughput", { kind: "store" }],
  ["pac", "cortex-x3", "access-throughput", {}],
  ["none", "cortex-x3", "copy", { bytes: 16_384, routine: "pairs" }],
  ["none", "skylake-sp", "copy", { bytes: 16_384, routine: "string" }]
]

test.each(cases)("%s on %s in %s", async (mechanism, machine, name, chosen) => {
  const experiment = experimentByName(name)
  if (experiment === undefined) throw new Error(`no experiment ${name}`)
  const mechanisms = mechanism === "none" ? [] : await mechanismsByText(mechanism)
  const scenario = experiment.scenario(
    machineByName(machine)({ cores: 1 }),
    { ...experiment.defaults, ...chosen },
    mechanisms
  )
  const folder = mkdtempSync(join(tmpdir(), "isolde-looking-"))
  try {
    const { events: _, ...looked } = simulate(scenario, { trace: join(folder, "run"), tables: ["accesses"] }).summary
    const { events: __, ...unseen } = simulate(scenario).summary
    expect(unseen).toEqual(looked)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
