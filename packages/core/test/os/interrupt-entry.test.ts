/** What an interrupt takes at the core that it comes to, seen by who waits for its answer. */
import { type MachineOptions, numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import type { Overrides } from "../small-system.ts"
import { CALLS, oneInitiator, type Step, shootingMachine, storm } from "./shootdown-storm.ts"

describe("the way of an interrupt", () => {
  /** The responder waits for no memory when it is interrupted. */
  const script = (thread: number): Array<Step> =>
    thread === 0
      ? oneInitiator()(0)
      : [
          { do: "load", page: 0 },
          { do: "work", ticks: 40_000 }
        ]
  /** Ticks until the initiator has ended, with one responder. */
  const span = (options: MachineOptions, interrupt: Overrides["interrupt"] = {}) => {
    // Locked instructions that take no time, so that no forward waits for one under way.
    const parts = { core: { locked: 0 }, interrupt: { send: 100, ...interrupt } }
    const machine = shootingMachine({ cores: 2, ...options }, parts)
    const { system } = storm(machine, 1, script)
    return system.threads[0]?.endedAt ?? Number.NaN
  }
  const guest: MachineOptions = { kernel: { virtualised: true } }

  test("what sending, flight and entry take, the initiator waits", () => {
    for (const stage of ["send", "flight", "entry"] as const) {
      const usual = numbersOf(shootingMachine({ cores: 2 }, { interrupt: { send: 100 } })).interrupt[stage]
      expect(span({}, { [stage]: usual + 50 }) - span({})).toBe(50 * CALLS)
    }
  })

  test("KE1: work in flight holds no interrupt up, and none of it is done for nothing", () => {
    const cost = (window: number) => {
      const parts = { core: { locked: 0, window }, interrupt: { send: 100 } }
      const ended = (steps: typeof script) =>
        storm(shootingMachine({ cores: 2 }, parts), 1, steps).system.threads.map(({ endedAt }) => endedAt)
      const [initiator = 0, responder = 0] = ended(script)
      const [, alone = 0] = ended((thread) => (thread === 0 ? [{ do: "load", page: 0 }] : script(1)))
      return { initiator, responder: responder - alone }
    }
    const [few, many] = [cost(64), cost(128)]
    // What was thrown away is done again: as long as it would have taken.
    expect(many.responder).toBe(few.responder)
    expect(many.initiator).toBeLessThanOrEqual(few.initiator)
  })

  test("in a guest sending and entry cost at least what the hypervisor takes", () => {
    const { guestEntry, guestSend } = numbersOf(shootingMachine({ cores: 2 })).interrupt
    expect(span(guest) - span({})).toBeGreaterThanOrEqual((guestEntry + guestSend) * CALLS)
  })
})
