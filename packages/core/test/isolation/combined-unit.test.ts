/** CO1, CO3: what a combination does about faults that one of its mechanisms repairs. */
import { expect, test } from "vitest"
import { CombinedUnit } from "../../src/isolation/combined-unit.ts"
import { NoneUnit } from "../../src/isolation/none.ts"
import type { Traits } from "../../src/isolation/traits.ts"
import type { HardwareThread } from "../../src/processor/hardware-thread.ts"
import { Fault } from "../../src/processor/memory-port.ts"
import { Program } from "../../src/processor/program.ts"
import { crampedMachine, programmed } from "../small-system.ts"

const traits: Traits = {
  isa: ["x86-64"],
  nativeMachine: "tiger-lake",
  governs: 3,
  ungoverned: [],
  granule: 1,
  domains: 2,
  regions: 2,
  livesIn: ["register"],
  revocation: "everywhere",
  attacker: "none"
}

/** Repairs faults on `page` by an instruction chain, and notes the authority with which it was asked. */
class Repairing extends NoneUnit {
  readonly seen: Array<number> = []
  readonly #page: number
  constructor(page: number) {
    super()
    this.#page = page
  }
  heals(t: HardwareThread, _fault: number, page: number): boolean {
    this.seen.push(t.authority)
    return page === this.#page
  }
  repair(program: Program, t: HardwareThread): void {
    this.seen.push(t.authority)
    program.chain(this.#page)
  }
}

test("CO3 a fault is repaired by the unit that says so, with its own registers in place, and by no other", () => {
  const [t] = programmed(crampedMachine(1), { steps: 0, build: () => ({ emit: () => undefined }) }).threads
  if (t === undefined) throw new Error("no thread")
  t.authority = 1
  t.secondAuthority = 2
  const [one, other] = [new Repairing(3), new Repairing(5)]
  const unit = new CombinedUnit([one, other], [traits, traits])
  const repaired = (page: number): number => {
    const program = new Program()
    unit.repair(program, t, Fault.mechanism, page, 0, false)
    return program.length
  }
  expect([3, 5, 7].map((page) => unit.heals(t, Fault.mechanism, page, 0, false))).toEqual([true, true, false])
  expect(repaired(7)).toBe(0)
  expect(repaired(5)).toBeGreaterThan(0)
  expect(new Set(one.seen)).toEqual(new Set([1]))
  expect(new Set(other.seen)).toEqual(new Set([2]))
  expect([t.authority, t.secondAuthority]).toEqual([1, 2])
})
