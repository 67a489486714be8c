/** Several mechanisms in one scenario: programs one after the other, checks in parallel, registers told apart. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import type { Traits } from "@isolde/core/isolation/traits"
import type { MachineParts, ProtectionUnit } from "@isolde/core/isolation/unit"
import { defineMechanism, type MechanismInstance } from "@isolde/core/mechanism"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault, VERDICT_BITS } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { choice, quantity } from "@isolde/core/quantity"
import { Scenario } from "@isolde/core/scenario/scenario"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { observe } from "../../src/contract/observed-run.ts"
import { programWorkload } from "../../src/program-workload.ts"
import { tinyMachine } from "../../src/tiny-machine.ts"

const Config = Schema.Struct({
  base: quantity({ default: 100, unit: "count", meaning: "its domain 0", source: "assumed: a test" }),
  ticks: quantity({ default: 0, unit: "cycle", meaning: "of a check", source: "assumed: a test" }),
  gate: quantity({ default: 10, unit: "cycle", meaning: "of a gate", source: "assumed: a test" }),
  blind: choice(["no", "yes"], "it lets everything pass"),
  takes: choice(
    ["authority", "keyRights", "secondLevel", "tableEntries", "tags", "capabilities"],
    "what it takes for itself"
  )
})

/** A domain register in `authority`; private memory is its owner's. */
class RegisterUnit implements ProtectionUnit {
  readonly copyChunk = 32
  readonly #config: typeof Config.Type
  readonly #parts: MachineParts
  readonly #threads: Array<HardwareThread> = []

  constructor(config: typeof Config.Type, parts: MachineParts) {
    this.#config = config
    this.#parts = parts
  }

  start(t: HardwareThread, domain: number): void {
    this.#threads[t.number] = t
    t.authority = this.#config.base + domain
  }

  enter(program: Program, _t: HardwareThread, _from: number, to: number): void {
    program.as(Cause.gate).serialise(Serialise.drain, this.#config.gate).act(3, to)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.enter(program, t, from, to)
  }

  openBoth(): void {}
  grant(): void {}
  revoke(): void {}
  move(): void {}

  derive(program: Program, _t: HardwareThread, region: number, _from: number, to: number): void {
    program.compute(1).act(4, region, to)
  }

  act(t: HardwareThread, code: number, a: number, b: number): void {
    if (code === 3) {
      // What it appends from here on is its own still.
      t.pushProgram().as(Cause.gate).compute(1).act(5, a)
    } else if (code === 5) t.authority = this.#config.base + a
    else t.handles[b] = this.#config.base + a
  }

  checkAccess(number: number, page: number, offset: number): number {
    const t = this.#threads[number] as HardwareThread
    const region = this.#parts.regions.at(page, offset)
    const allowed =
      this.#config.blind === "yes" ||
      region < 0 ||
      this.#config.base + (this.#parts.regions.owner[region] ?? 0) === t.authority ||
      t.handle === this.#config.base + region
    return (this.#config.ticks << VERDICT_BITS) | (allowed ? Fault.none : this.#config.base)
  }

  allows(t: HardwareThread, region: number): number {
    return this.#config.base + (this.#parts.regions.owner[region] ?? 0) === t.authority ? Right.readWrite : Right.none
  }
}

const register = defineMechanism({
  name: "register",
  version: "0.1.0",
  config: Config,
  traits: ({ takes }): Traits => ({
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: Right.readWrite,
    ungoverned: [],
    granule: 4096,
    domains: 64,
    regions: 64,
    takes: [takes],
    livesIn: ["register"],
    revocation: "everywhere",
    attacker: "can't write the register"
  }),
  refuse: () => undefined,
  build: (config, parts) => new RegisterUnit(config, parts)
})

const [one, other] = [register({ base: 100 }), register({ base: 200 })]
const machine = tinyMachine({ cores: 1, inOrder: true })

function run(mechanisms: ReadonlyArray<MechanismInstance>, script: (page: number) => ReadonlyArray<OperationRecord>) {
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [0, 1].map((owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner })),
    threads: ({ regions }) => [{ script: script(regions[1]?.page ?? 0) }]
  })
  return observe({ machine, mechanisms, workload })
}

const load = (page: number, offset: number, handle = -1): OperationRecord => ({
  verb: Verb.load,
  page,
  offset,
  bytes: 8,
  handle
})
const enter: OperationRecord = { verb: Verb.enter, from: 0, to: 1, activation: 0 }
const leave: OperationRecord = { verb: Verb.leave, from: 1, to: 0, activation: 0 }
const faulty = (mechanisms: ReadonlyArray<MechanismInstance>, script: (page: number) => Array<OperationRecord>) =>
  run(mechanisms, script).faults.map(({ offset }) => offset)

describe("several mechanisms", () => {
  test("CO1 CO2 each changes and reads its own register, and an access has to pass all of them", () => {
    const script = (page: number) => [load(page, 0), enter, load(page, 8), leave, load(page, 16)]
    expect(faulty([one, other], script)).toEqual([0, 16])
    expect(faulty([register({ blind: "yes" }), other], script)).toEqual([0, 16])
    expect(faulty([register({ blind: "yes" }), register({ blind: "yes" })], script)).toEqual([])
  })

  test("CO1 each has handle registers of its own, and an access through one brings the value of both", () => {
    const derive: OperationRecord = { verb: Verb.derive, region: 1, toHandle: 5 }
    const script = (page: number) => [load(page, 0, 5), derive, load(page, 8, 5), load(page, 16), load(page, 24, 4)]
    expect(faulty([one, other], script)).toEqual([0, 16, 24])
  })

  test("their gates cost what each costs, one after the other", () => {
    const gate = (mechanisms: ReadonlyArray<MechanismInstance>) =>
      run(mechanisms, () => [enter, { verb: Verb.compute, bytes: 1 }, leave, { verb: Verb.compute, bytes: 1 }]).summary
        .cyclesPerInvocation.p50
    const [x, y] = [gate([register({ gate: 10 })]), gate([register({ gate: 25 })])]
    expect(gate([register({ gate: 10 }), register({ gate: 25 })])).toBe(x + y)
  })

  test("their checks run in parallel: the longest delays a load", () => {
    const blind = (ticks: number) => register({ blind: "yes", ticks })
    const cycles = (mechanisms: ReadonlyArray<MechanismInstance>) =>
      run(mechanisms, (page) => [load(page, 0), load(page, 0), load(page, 0)]).summary.cycles
    expect(cycles([blind(7)])).toBe(cycles([blind(0)]) + 3 * 7)
    expect(cycles([blind(7), blind(11)])).toBe(cycles([blind(11)]))
  })

  test.each(["keyRights", "secondLevel", "tableEntries", "tags", "capabilities"] as const)(
    "two that take the %s are refused with the reason",
    (takes) => {
      const workload = programWorkload({ domains: ["a", "b"], regions: [], threads: () => [] })
      const make = () => Scenario.make({ machine, mechanisms: [register({ takes }), register({ takes })], workload })
      expect(make).toThrow("register and register each need")
      expect(() => Scenario.make({ machine, mechanisms: [register({ takes }), one, other], workload })).not.toThrow()
      expect(() => Scenario.make({ machine, mechanisms: [one, one, one], workload })).toThrow("there are 2 sets")
    }
  )
})
