/** A call of a server on another core: what it costs to poll, to sleep, and to work. */
import { simulate } from "@isolde/core"
import { machineByName } from "@isolde/core/machines/catalogue"
import { expect, test } from "vitest"
import { crossCoreCall } from "../../src/experiments/cross-core-call.ts"

async function ticks(over: Partial<typeof crossCoreCall.defaults>): Promise<number> {
  const parameters = { ...crossCoreCall.defaults, rounds: 8, ...over }
  const run = await simulate(crossCoreCall.scenario(machineByName("skylake-sp")({ cores: 2 }), parameters, []))
  return crossCoreCall.read(run, parameters).ticks ?? 0
}

test("a server that polls answers within two lines that change hands, and its work is on the way", async () => {
  const idle = await ticks({ words: 0, work: 0 })
  expect(idle).toBeGreaterThan(100)
  expect(await ticks({ words: 0, work: 4000 })).toBeGreaterThan(idle + 900)
  expect(await ticks({ words: 8, work: 0 })).toBeGreaterThan(idle)
})

test("a server that sleeps costs two wake-ups with their interrupts and idle exits", async () => {
  const [sleeping, polling] = [await ticks({ sleeps: true }), await ticks({ sleeps: false })]
  expect(sleeping).toBeGreaterThan(polling + 4000)
})
