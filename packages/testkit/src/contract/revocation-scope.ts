/**
 * Contract tests of what a mechanism declares about a right's end: how far a revocation reaches (MC1), and how
 * finely memory can be divided. What a trait gives up is asserted as well as what it promises.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { describe, expect, test } from "vitest"
import { invocations, privateOf } from "../program-runner.ts"
import { programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { type ObservedRun, observe } from "./observed-run.ts"
import type { Protection } from "./protection.ts"
import { demandOf } from "./vocabulary.ts"

/** Instructions that outlast any transfer. */
const LONG = 400_000
/** Few enough for every mechanism, and so many that one of them is a small part. */
const OBJECTS = 8

export function describeRevocation(protection: Protection): void {
  const describeMoves = protection.refuse(demandOf("borrow", 2, 2)) === undefined ? describeMoved : describeRefused
  describe("a moved object", () => {
    describeMoves(protection)
  })
  const frees = { ...demandOf("borrow", 2, OBJECTS), operations: ["allocate", "free"] }
  const describeFrees = protection.refuse(frees) === undefined ? describeFreed : describeUnfreed
  describe("a freed object", () => {
    describeFrees(protection)
  })
  describeInvocation(protection)
}

function describeRefused(protection: Protection): void {
  test("can't be asked for: borrowing is refused with a reason", () => {
    expect(protection.refuse(demandOf("borrow", 2, 2))).toMatch(/\w/)
  })
}

function describeMoved(protection: Protection): void {
  const { granule, revocation } = protection.traits

  test(`MC1 is lost ${revocation === "everywhere" ? "on every thread" : "to its mover, while another thread's right survives"} (${revocation})`, () => {
    const run = observeMove(protection)
    const refused = new Set(run.faults.map(({ offset }) => offset))
    // 8: the mover afterwards; 16: another thread of the domain that lost it, before its next gate.
    expect(refused).toContain(8)
    expect(refused.has(16)).toBe(revocation === "everywhere")
    // 24: that thread in the domain that gained it; 32: back in the domain that lost it.
    expect(refused).not.toContain(24)
    expect(refused).toContain(32)
  })

  test(`MC1 ${granule <= 64 ? "leaves what shares its page alone" : "takes what shares its page along"} (granule ${granule})`, () => {
    const run = observeNeighbour(protection)
    const refused = new Set(run.faults.map(({ offset }) => offset))
    expect(refused).not.toContain(0)
    expect(refused.has(64)).toBe(granule <= 64)
  })
}

function describeInvocation(protection: Protection): void {
  test("MC6 an invocation costs cycles on a machine that does one thing at a time", () => {
    const machine = tinyMachine({ base: protection.traits.nativeMachine, cores: 1, inOrder: true })
    const exchange = (["share", "borrow", "copy"] as const).find(
      (each) => protection.refuse(demandOf(each, 2, 0)) === undefined
    )
    const workload = programWorkload({
      domains: ["application", "library"],
      regions: [privateOf(0), privateOf(1)],
      exchange: exchange ?? "share",
      threads: () => [{ script: invocations(4) }]
    })
    const { summary } = observe({ machine, mechanisms: protection.mechanisms, workload })
    expect(summary.invocations).toBe(4)
    expect(summary.cyclesPerInvocation.p50).toBeGreaterThan(0)
  })
}

function describeUnfreed(protection: Protection): void {
  test("can't be asked for: freeing, or so many objects, is refused with a reason", () => {
    const operations = ["allocate", "free"]
    expect(protection.refuse({ ...demandOf("borrow", 2, OBJECTS), operations })).toMatch(/\w/)
  })
}

function describeFreed(protection: Protection): void {
  const { quarantines = false } = protection.traits
  test(`MC1 ${quarantines ? "waits in quarantine" : "is lost at once"}, and is nobody else's when it is allocated again`, () => {
    const refused = observeFreed(protection).faults.map(({ offset }) => offset)
    // 8: its owner afterwards; 16: when it is another domain's.
    expect(refused).toEqual(quarantines ? [16] : [8, 16])
  })
}

/** One of many objects is freed, and allocated to another domain. */
function observeFreed(protection: Protection): ObservedRun {
  const objects = Array.from({ length: OBJECTS }, (_, at) => ({
    name: `object ${at}`,
    kind: RegionKind.exchange,
    owner: 0
  }))
  const verb = (protection.traits.governs & Right.read) === 0 ? Verb.store : Verb.load
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1), ...objects],
    exchange: "borrow",
    operations: ["allocate", "free"],
    threads: ({ regions }) => {
      const access = (offset: number): OperationRecord => ({ verb, page: regions[2]?.page ?? 0, offset, bytes: 8 })
      const wait: OperationRecord = { verb: Verb.compute, bytes: 2000 }
      return [
        {
          script: [
            access(0),
            wait,
            { verb: Verb.free, region: 2, from: 0, bytes: 4096 },
            access(8),
            wait,
            { verb: Verb.allocate, region: 2, to: 1, bytes: 4096 },
            access(16),
            { verb: Verb.compute, bytes: 1 }
          ]
        }
      ]
    }
  })
  const machine = tinyMachine({ base: protection.traits.nativeMachine, cores: 1 })
  return observe({ machine, mechanisms: protection.mechanisms, workload })
}

/** Worker 0 moves an object away while worker 1, in the same domain, has just used it. */
function observeMove(protection: Protection): ObservedRun {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1), { name: "object", kind: RegionKind.exchange, owner: 0 }],
    exchange: "borrow",
    threads: ({ regions }) => {
      const page = regions[2]?.page ?? 0
      const load = (offset: number): OperationRecord => ({ verb: Verb.load, page, offset, bytes: 8 })
      const wait: OperationRecord = { verb: Verb.compute, bytes: LONG }
      return [
        { script: [load(40), { verb: Verb.move, region: 2, from: 0, to: 1 }, load(8)] },
        {
          script: [
            load(48),
            wait,
            load(16),
            { verb: Verb.enter, from: 0, to: 1, activation: 0 },
            load(24),
            { verb: Verb.leave, from: 1, to: 0, activation: 0 },
            load(32)
          ]
        }
      ]
    }
  })
  const machine = tinyMachine({ base: protection.traits.nativeMachine, cores: 2 })
  const run = observe({ machine, mechanisms: protection.mechanisms, workload })
  const [completion] = run.completions
  expect(completion?.completed).toBeLessThan(run.summary.cycles / 2)
  const other = completion?.states.find(({ thread }) => thread !== completion.issuer)
  expect(other?.allows === Right.none).toBe(protection.traits.revocation === "everywhere")
  return run
}

/** One of two objects on one page is moved; the domain that gains it tries both. */
function observeNeighbour(protection: Protection): ObservedRun {
  const object = (name: string, packed: boolean) => ({ name, kind: RegionKind.exchange, owner: 0, bytes: 64, packed })
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [privateOf(0), privateOf(1), object("moved", false), object("neighbour", true)],
    exchange: "borrow",
    threads: ({ regions }) => {
      const page = regions[2]?.page ?? 0
      return [
        {
          script: [
            { verb: Verb.move, region: 2, from: 0, to: 1, bytes: 64 },
            { verb: Verb.enter, from: 0, to: 1, activation: 0 },
            { verb: Verb.load, page, offset: 0, bytes: 8 },
            { verb: Verb.load, page, offset: 64, bytes: 8 },
            { verb: Verb.leave, from: 1, to: 0, activation: 0 },
            { verb: Verb.compute, bytes: 1 }
          ]
        }
      ]
    }
  })
  const machine = tinyMachine({ base: protection.traits.nativeMachine, cores: 1 })
  return observe({ machine, mechanisms: protection.mechanisms, workload })
}
