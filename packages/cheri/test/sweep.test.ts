/** Revocation by sweep: what it finds that a table does not, what it costs, and what waits in quarantine. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { type ObservedRun, type ProgramMemory, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { access, compute, enter, keep, leave, move, OBJECT, run } from "./programs.ts"

const oneCore = tinyMachine({ base: "morello", cores: 1 })
const twoCores = tinyMachine({ base: "morello", cores: 2 })
const sweep = { revocation: "sweep" } as const
const offsets = ({ faults }: ObservedRun): Array<number> => faults.map(({ offset }) => offset).sort((x, y) => x - y)

const handle = (toHandle: number): OperationRecord => ({ verb: Verb.derive, region: OBJECT, toHandle, rights: 3 })
const through = (memory: ProgramMemory, register: number, offset: number): OperationRecord => ({
  ...access(memory, offset),
  handle: register
})

describe("CHERI16 a sweep", () => {
  test("ends a register copy on another thread, which the table of stored copies can't", () => {
    const outlives = (config: object) =>
      offsets(
        run({
          machine: twoCores,
          config,
          threads: (memory) => [
            [compute(60_000), move(0, 1)],
            [access(memory, 0), handle(9), compute(600_000), access(memory, 8), through(memory, 9, 16)]
          ]
        })
      )
    expect(outlives({})).toEqual([])
    expect(outlives(sweep)).toEqual([8, 16])
  })

  test("finds copies in slots, and leaves the new owner's", () => {
    const result = run({
      machine: oneCore,
      config: sweep,
      threads: (memory) => [
        [
          keep(3),
          move(0, 1),
          { verb: Verb.recall, toOffset: 3 },
          access(memory, 0),
          enter(1),
          access(memory, 8),
          leave(1)
        ]
      ]
    })
    expect(offsets(result)).toEqual([0])
  })

  test("loads each line of the pages that may hold capabilities, and interrupts the others once", () => {
    const cost = (capabilityPages: number, machine = oneCore) => {
      const moved = (times: number) =>
        run({
          machine,
          config: { ...sweep, capabilityPages },
          threads: () => [
            Array.from({ length: times }, () => [move(0, 1), move(1, 0)]).flat(),
            ...(machine === oneCore ? [] : [[compute(900_000)]])
          ]
        })
      const [less, more] = [moved(2), moved(4)]
      return {
        sweep: ((more.summary.slots.sweep ?? 0) - (less.summary.slots.sweep ?? 0)) / 4,
        interrupts: (more.summary.interrupts - less.summary.interrupts) / 4
      }
    }
    // One page of private memory a domain.
    expect(cost(100).sweep - cost(0).sweep).toBe(64)
    expect(cost(0).interrupts).toBe(0)
    expect(cost(0, twoCores).interrupts).toBe(1)
  })

  test("needs no table: storing a capability costs the store", () => {
    const stored = (config: object) =>
      run({ machine: oneCore, config, threads: () => [Array.from({ length: 20 }, () => keep(0))] }).summary.slots
        .instrumentation ?? 0
    expect(stored(sweep)).toBe(20)
    expect(stored({})).toBeGreaterThan(20 * 16)
  })
})

describe("CHERI17 quarantine", () => {
  const free: OperationRecord = { verb: Verb.free, region: OBJECT, from: 0 }
  const allocate: OperationRecord = { verb: Verb.allocate, region: OBJECT, to: 1 }

  test("keeps what was freed reachable until it is swept: at once with none, at the next allocation with all of it", () => {
    const reaches = (quarantine: number, more: ReadonlyArray<OperationRecord>) =>
      offsets(
        run({
          machine: oneCore,
          config: { ...sweep, quarantine },
          threads: (memory) => [[handle(9), free, ...more, through(memory, 9, 0)]]
        })
      )
    expect(reaches(0, [])).toEqual([0])
    expect(reaches(100, [])).toEqual([])
    expect(reaches(100, [allocate])).toEqual([0])
  })
})
