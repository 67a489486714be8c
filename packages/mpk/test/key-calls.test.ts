/** MPK19: calls about keys, what they cost, and what they leave open. */
import { type OperationRecord, RegionKind, Verb } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"

const machine = tinyMachine({
  base: "skylake-sp",
  cores: 1,
  inOrder: true,
  overrides: { l1d: { sets: 64, ways: 12 }, l2: { sets: 512, ways: 8 } }
})
/** Codes of the traits' instructions. */
const [pkeyAlloc, pkeyFree] = ["pkey_alloc", "pkey_free"].map((name) => (mpk().traits.instructions ?? []).indexOf(name))
const call = (code: number | undefined, offset: number): OperationRecord => ({
  verb: Verb.instruction,
  rights: code ?? -1,
  page: offset
})

const observed = (script: ReadonlyArray<OperationRecord>, config: Parameters<typeof mpk>[0] = {}) =>
  observe({
    machine,
    mechanisms: [mpk(config)],
    workload: programWorkload({
      domains: ["application", "library"],
      regions: [0, 1].map((owner) => ({ name: `memory ${owner}`, kind: RegionKind.private, owner })),
      exchange: "copy",
      threads: () => [{ script }]
    })
  })
const opened = (script: ReadonlyArray<OperationRecord>): ReadonlyArray<number> => {
  const { system } = observed(script)
  const [thread] = system.threads
  const pkru = thread?.keyRights ?? 0
  return Array.from({ length: 16 }, (_, key) => key).filter((key) => ((pkru >>> (2 * key)) & 3) === 0)
}

describe("MPK19", () => {
  test("pkey_alloc gives the lowest free key with the rights that it is asked for, and pkey_free takes none away", () => {
    // Keys 0 to 2 are the runtime's and the domains'.
    expect(opened([])).toEqual([0, 1])
    expect(opened([call(pkeyAlloc, 0)])).toEqual([0, 1, 3])
    expect(opened([call(pkeyAlloc, 0), call(pkeyAlloc, 0)])).toEqual([0, 1, 3, 4])
    expect(opened([call(pkeyAlloc, 3)])).toEqual([0, 1])
    expect(opened([call(pkeyAlloc, 0), call(pkeyFree, 3)])).toEqual([0, 1, 3])
  })

  test("a key that was freed while pages carry it opens them to whoever is given it next", () => {
    expect(opened([call(pkeyFree, 2), call(pkeyAlloc, 0)])).toEqual([0, 1, 2])
  })

  test("without a free key it gives none", () => {
    expect(opened(Array.from({ length: 20 }, () => call(pkeyAlloc, 0))).length).toBe(15)
  })

  test("either is a system call with the lock, the word and its path; pkey_alloc also rewrites PKRU", () => {
    const { core, kernel } = numbersOf(machine)
    const [wrpkru, keyPath] = [23, 20]
    const config = { wrpkru, keyPath, cet: false }
    const ticks = (script: ReadonlyArray<OperationRecord>) => observed(script, config).summary.cycles
    const free = call(pkeyFree, 3)
    const alloc = call(pkeyAlloc, 0)
    const times = (count: number, each: ReadonlyArray<OperationRecord>) =>
      Array.from({ length: count }, () => each).flat()
    const pair = (ticks(times(40, [alloc, free])) - ticks(times(20, [alloc, free]))) / 20
    const frees = (ticks(times(40, [free])) - ticks(times(20, [free]))) / 20
    // Lock, two stores of words and a load of one, each with the line in the L1D.
    const words = core.locked + numbersOf(machine).l1d.latency + 2
    expect(frees).toBe(kernel.syscallEntry + words + keyPath + kernel.syscallExit)
    // ECX, RDPKRU, and, or, EDX, WRPKRU, compare, branch.
    expect(pair - 2 * frees).toBe(1 + 1 + 2 + 1 + wrpkru + 2)
  })
})
