/** What a revocation does and what it leaves: stored copies, register copies, other threads (CHERI8 to CHERI12). */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Verb } from "@isolde/core/isolation/operation-script"
import { Place } from "@isolde/core/isolation/unit"
import { columnOf, type ObservedRun, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { StoredCapabilities } from "../src/stored-capabilities.ts"
import { CheriUnit } from "../src/unit.ts"
import { access, compute, enter, keep, leave, move, OBJECT, run } from "./programs.ts"

const oneCore = tinyMachine({ base: "morello", cores: 1 })
const twoCores = tinyMachine({ base: "morello", cores: 2 })

/** How often the last copy in the slots of `domain` went, as the trace tells. */
function lastClearedIn({ rows }: ObservedRun, domain: number): number {
  const [place, of, after] = ["place", "domain", "after"].map((name) => columnOf("rights", name))
  return rows.rights.filter(
    (row) => row[place ?? 0] === Place.capability && row[of ?? 0] === domain && row[after ?? 0] === 0
  ).length
}

const unitOf = ({ system }: ObservedRun): CheriUnit => {
  if (system.unit instanceof CheriUnit) return system.unit
  throw new Error("the run had another unit")
}

describe("CHERI9 moving a capability", () => {
  test.each([1, 2, 8, 33])("that is stored %i times performs as many clearing stores", (copies) => {
    const kept = Array.from({ length: copies - 1 }, (_, slot) => keep(slot))
    const result = run({ machine: oneCore, threads: () => [[...kept, move(0, 1)]] })
    expect(unitOf(result).stored.cleared).toBe(copies)
    expect(lastClearedIn(result, 0)).toBe(1)
    expect(lastClearedIn(result, 1)).toBe(0)
  })

  test.each([1, 2, 4])("clears the %i copies that each receiver stores", (storesPerObject) => {
    const result = run({ machine: oneCore, config: { storesPerObject }, threads: () => [[move(0, 1), move(1, 0)]] })
    expect(unitOf(result).stored.cleared).toBe(2 * storesPerObject)
    expect(lastClearedIn(result, 0)).toBe(1)
    expect(lastClearedIn(result, 1)).toBe(1)
  })

  test("that its domain has nowhere clears nothing, and leaves another domain's copies alone", () => {
    const revoke = { verb: Verb.revoke, region: OBJECT, from: 1, rights: 0 }
    const result = run({ machine: oneCore, threads: (memory) => [[revoke, access(memory, 0)]] })
    expect(unitOf(result).stored.cleared).toBe(0)
    expect(result.faults).toEqual([])
  })

  test("counts a slot that was overwritten once", () => {
    const result = run({ machine: oneCore, threads: () => [[keep(3), keep(3), keep(3), move(0, 1)]] })
    expect(unitOf(result).stored.cleared).toBe(2)
  })
})

describe("a copy in a register", () => {
  test("CHERI10 survives on another thread until that thread passes a gate", () => {
    const result = run({
      machine: twoCores,
      threads: (memory) => [
        [compute(20_000), move(0, 1), access(memory, 0)],
        [access(memory, 8), compute(200_000), access(memory, 16), enter(1), leave(1), access(memory, 24)]
      ]
    })
    expect(result.faults.map(({ offset }) => offset).sort()).toEqual([0, 24])
  })

  test("doesn't exist on a thread that never loaded one", () => {
    const result = run({
      machine: twoCores,
      threads: (memory) => [
        [compute(20_000), move(0, 1)],
        [compute(200_000), access(memory, 16)]
      ]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([16])
  })

  test("is recalled from a slot, and gone once dropped", () => {
    const recall = { verb: Verb.recall, toOffset: 5 }
    const drop = { verb: Verb.drop, region: OBJECT }
    const result = run({
      machine: twoCores,
      threads: (memory) => [
        [keep(5), compute(60_000), move(0, 1)],
        [compute(20_000), recall, compute(200_000), access(memory, 8), drop, access(memory, 16)]
      ]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([16])
  })

  test("CHERI8 goes with the gate, so that a callee finds only what its own slots hold", () => {
    const result = run({
      machine: oneCore,
      threads: (memory) => [[access(memory, 0), enter(1), access(memory, 8), leave(1), access(memory, 16)]]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([8])
  })
})

describe("rights of less than all", () => {
  test("are derived without the permission to store", () => {
    const grant = { verb: Verb.grant, region: OBJECT, from: 0, to: 1, rights: 1 }
    const result = run({
      machine: oneCore,
      threads: (memory) => [[grant, enter(1), access(memory, 0), access(memory, 8, true), leave(1)]]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([8])
  })

  test("replace wider ones that were granted before", () => {
    const grant = (rights: number) => ({ verb: Verb.grant, region: OBJECT, from: 0, to: 1, rights })
    const result = run({
      machine: oneCore,
      threads: (memory) => [[grant(3), grant(1), enter(1), access(memory, 0), access(memory, 8, true), leave(1)]]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([8])
    expect(unitOf(result).stored.cleared).toBe(1)
  })
})

describe("bounds", () => {
  test("CHERI3 of a large object expose what rounding adds, and no more", () => {
    const bytes = 70_016 + 16
    const result = run({
      machine: oneCore,
      objectBytes: bytes,
      threads: (memory) => [[access(memory, bytes - 8), access(memory, bytes), access(memory, bytes + 16)]]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([(bytes + 16) % 4096])
    expect(result.summary.exposureByteCycles).toBe(16 * result.summary.cycles)
  })

  test("CHERI1 of a small one end where it ends", () => {
    const result = run({
      machine: oneCore,
      objectBytes: 32,
      threads: (memory) => [[access(memory, 24), access(memory, 28), access(memory, 32)]]
    })
    expect(result.faults.map(({ offset }) => offset)).toEqual([28, 32])
    expect(result.summary.exposureByteCycles).toBe(0)
  })
})

test("CHERI11 a change is seen at once on its tile and after the flight of a message elsewhere", () => {
  const stored = new StoredCapabilities(2, 1, 4, 22)
  stored.keep(0, 0, 3, 0, 1000)
  expect([stored.reachable(0, 0, 0, 1000), stored.reachable(0, 0, 1, 1021), stored.reachable(0, 0, 1, 1022)]).toEqual([
    3, 0, 3
  ])
  stored.clear(0, 0, 1010)
  expect([stored.reachable(0, 0, 0, 1010), stored.reachable(0, 0, 1, 1031), stored.reachable(0, 0, 1, 1032)]).toEqual([
    0, 3, 0
  ])
  expect(stored.reachable(1, 0, 0)).toBe(0)
})

test("CHERI11 who has waited finds what there was as it was dispatched, however often it has changed since", () => {
  const stored = new StoredCapabilities(2, 1, 4, 22)
  for (let tick = 1000; tick < 1300; tick += 20) {
    stored.keep(0, 0, 3, 0, tick)
    stored.clear(0, 0, tick + 10)
  }
  for (let tick = 1000; tick < 1300; tick += 20) {
    expect(stored.reachable(0, 0, 1, tick + 22)).toBe(3)
    expect(stored.reachable(0, 0, 1, tick + 32)).toBe(0)
  }
  expect(stored.reachable(0, 0, 0, 1022)).toBe(0)
})

describe("CHERI12 memory of all threads", () => {
  test("is revoked from both cores at once under the lock of its table", () => {
    const ping = [...Array.from({ length: 20 }, () => [move(0, 1), move(1, 0)]).flat(), compute(1)]
    const result = run({ machine: twoCores, threads: () => [ping, ping] })
    // Who finds that the other has just moved it doesn't own it: a fault.
    expect(result.completions.length + result.summary.faults).toBe(80)
    expect(result.summary.slots.lockWait).toBeGreaterThan(0)
  })
})

describe("bad input", () => {
  test("a slot that doesn't exist is refused with its range", () => {
    const bad = () => run({ machine: oneCore, threads: () => [[keep(64)]] })
    expect(bad).toThrow(InvalidInput)
    expect(bad).toThrow("script.toOffset: expected a slot from 0 to 63, found 64.")
  })

  test("private memory can't be moved", () => {
    const bad = () => run({ machine: oneCore, threads: () => [[{ verb: Verb.move, region: 0, from: 0, to: 1 }]] })
    expect(bad).toThrow("script.region: expected an exchange region, found region 0.")
  })
})

describe("quiet", () => {
  const lasted = (touched: boolean) => {
    const result = run({
      machine: twoCores,
      threads: (memory) => [
        [compute(20_000), move(0, 1)],
        [...(touched ? [access(memory, 0)] : []), compute(200_000)]
      ]
    })
    const [completed = 0, quiet = 0] = ["completed", "quiet"].map((name) => columnOf("transfers", name))
    const row = result.rows.transfers[0] ?? []
    return { quiet: row[quiet] as number, completed: row[completed] as number }
  }

  test("CHERI11 comes with the last clearing store, whoever could have loaded from the slot", () => {
    const { completed, quiet } = lasted(false)
    expect(quiet).toBeGreaterThan(0)
    expect(quiet).toBeLessThan(completed + 100)
  })

  test("CHERI10 never comes while another thread has loaded the capability into a register", () => {
    expect(lasted(true).quiet).toBe(-1)
  })
})
