/** Closed forms: on a machine that does one thing at a time every cost is the sum of its actions, exactly. */
import type { OperationRecord } from "@isolde/core/isolation/operation-script"
import { Verb } from "@isolde/core/isolation/operation-script"
import { machineByName } from "@isolde/core/machines/catalogue"
import { numbersOf } from "@isolde/core/machines/machine"
import { tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { cheri } from "../src/index.ts"
import { enter, keep, leave, move, OBJECT, run, type ScriptedRun } from "./programs.ts"

/** Caches and TLB hold everything, so that a load takes its four ticks. */
const inOrder = tinyMachine({
  base: "morello",
  cores: 1,
  inOrder: true,
  overrides: { l1d: { sets: 64, ways: 4 }, tlb: { dtlb: { sets: 16, ways: 4 } } }
})
const morello = machineByName("morello")({ cores: 1 })
const LOAD = 4

const defaults = cheri().config as Record<string, number>
const of = (name: string): number => defaults[name] ?? Number.NaN

/** Cycles of one more repetition, once warm. */
function cyclesOf(body: ReadonlyArray<OperationRecord>, config: ScriptedRun["config"] = {}, machine = inOrder): number {
  const repeated = (times: number) =>
    run({ machine, config, threads: () => [Array.from({ length: times }, () => body).flat()] }).summary.cycles
  return (repeated(60) - repeated(40)) / 20
}

const invocation = [enter(1), leave(1)]
const revokeNothing = [{ verb: Verb.revoke, region: OBJECT, from: 1, rights: 0 }]
const thereAndBack = [move(0, 1), move(1, 0)]

const registers = Math.ceil((of("registersSaved") * of("registerBytes") + 3 * 16) / 16)
const hash = of("hashBytes") * (numbersOf(morello).core.multiply + 1)
const lookup = hash + LOAD + of("comparePath") + 1
const tracked = 1 + hash + LOAD + of("insertPath") + 2
const clearing = 2 * LOAD + 1 + hash + of("unlinkPath") + 1

describe("one thing at a time", () => {
  test("CHERI7 an invocation is its loads, saves, clears, four branches and two writes of DDC", () => {
    // The capability's load is over before its branch.
    const inward = 6 * LOAD + of("gatePath") + registers + of("clearedIn")
    const back = of("gatePath") + registers * LOAD + of("clearedOut")
    expect(cyclesOf(invocation)).toBe(inward + back + 4 * of("branch") + 2 * of("ddcWrite"))
  })

  test("CHERI9 a look-up that finds only another domain's copy follows it and clears nothing", () => {
    expect(cyclesOf(revokeNothing)).toBe(lookup + LOAD + 1)
  })

  test("a tracked store is a capability store and an insertion", () => {
    expect(cyclesOf([keep(0)])).toBe(tracked)
  })

  test("CHERI9 a move looks up, clears each copy, derives and stores", () => {
    const once = lookup + clearing + 1 + of("derive") + tracked
    expect(cyclesOf(thereAndBack)).toBe(2 * once)
  })

  test.each([1, 2, 5])("%i more copies cost their tracked stores and as many clearings", (copies) => {
    const kept = Array.from({ length: copies }, (_, slot) => keep(slot))
    const more = cyclesOf([...kept, ...thereAndBack]) - cyclesOf(thereAndBack)
    expect(more).toBe(copies * (tracked + clearing))
  })

  test.each([
    ["branch", 4],
    ["ddcWrite", 2],
    ["gatePath", 2],
    ["clearedIn", 1],
    ["clearedOut", 1]
  ] as const)("raising %s by seven raises an invocation by %i times seven", (name, times) => {
    const raised = cyclesOf(invocation, { [name]: of(name) + 7 })
    expect(raised - cyclesOf(invocation)).toBe(times * 7)
  })

  test("saving all registers as capabilities, and vectors, costs a store and a load for each 16 bytes", () => {
    const wide = cyclesOf(invocation, { registerBytes: 16, vectorRegisters: 32 })
    const rows = of("registersSaved") + 3 + 32
    expect(wide - cyclesOf(invocation)).toBe((rows - registers) * (1 + LOAD))
  })
})

describe("Morello, one core, warm", () => {
  const grant = { verb: Verb.grant, region: OBJECT, from: 0, to: 1, rights: 3 }
  const revoke = { verb: Verb.revoke, region: OBJECT, from: 1, rights: 0 }

  test("an empty look-up takes 67 cycles where 70 were published, with one stored copy 135 where 142 were (F1c-23)", () => {
    expect(cyclesOf(revokeNothing, {}, morello)).toBe(67)
    expect(cyclesOf([grant, revoke], {}, morello) - cyclesOf([grant], {}, morello)).toBe(135)
  })

  test("revocation is linear in the stored copies (atc24-025)", () => {
    const withCopies = (copies: number) => {
      const kept = Array.from({ length: copies }, (_, slot) => keep(slot))
      return cyclesOf([...kept, ...thereAndBack], {}, morello) - cyclesOf(kept, {}, morello)
    }
    const [two, four, eight] = [withCopies(2), withCopies(4), withCopies(8)]
    expect(eight - four).toBe(2 * (four - two))
    expect(four - two).toBe(2 * 68)
  })

  test.each([
    { config: {}, cycles: 94 },
    { config: { entries: "sentry" }, cycles: 94 },
    { config: { switch: "ddc" }, cycles: 122 }
  ] as const)(
    "an invocation takes $cycles cycles with $config; 100 is the median of atc24-010 from chain 4 on",
    ({ config, cycles }) => {
      const { summary } = run({
        machine: morello,
        config,
        threads: () => [
          Array.from({ length: 100 }, (_, activation) => invocation.map((each) => ({ ...each, activation }))).flat()
        ]
      })
      expect(summary.cyclesPerInvocation.p50).toBe(cycles)
    }
  )
})
