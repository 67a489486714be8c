/** Mechanisms that silicon has side by side obey the contract together (MC1 to MC13), overlapping operations included. */
import { cheri } from "@isolde/cheri"
import { Scenario, tigerLake } from "@isolde/core"
import { ept } from "@isolde/ept"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { processes } from "@isolde/process"
import { proposals } from "@isolde/proposals"
import { sfi } from "@isolde/sfi"
import { describeCombination, programWorkload } from "@isolde/testkit"
import { expect, test } from "vitest"

const runs = 2

describeCombination([pac(), mte()], { runs })
describeCombination([mte({ mode: "synchronous" }), pac()], { runs })
describeCombination([mpk(), ept()], { runs, readOnly: true })
describeCombination([ept(), mpk({ synchronise: "interrupt" })], { runs, readOnly: true })
describeCombination([mpk({ synchronise: "rekey" }), ept()], { runs })
describeCombination([mpk(), sfi()], { runs })
describeCombination([processes(), mpk()], { runs, readOnly: true })
describeCombination([language(), mpk()], { runs })
describeCombination([cheri(), mte()], { runs })
describeCombination([proposals({ base: "hfi" }), mpk()], { runs })
describeCombination([proposals({ base: "keys" }), proposals({ base: "tags" })], { runs })

test("processes and keys that pages change with both edit the page table, and aren't combined", () => {
  const [machine, workload] = [
    tigerLake({ cores: 1 }),
    programWorkload({ domains: ["a", "b"], regions: [], threads: () => [] })
  ]
  for (const config of [{ synchronise: "rekey" }, { virtualise: true }] as const)
    expect(() => Scenario.make({ machine, mechanisms: [processes(), mpk(config)], workload })).toThrow(/page table/)
  expect(() => Scenario.make({ machine, mechanisms: [processes(), mpk()], workload })).not.toThrow()
})
