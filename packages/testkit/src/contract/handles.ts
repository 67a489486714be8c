/**
 * Contract tests of handles (MC13): an authority that is made from another, kept in memory, loaded and forgotten opens
 * what its maker could reach, and never more. Law: a mechanism without rights in pointers passes by its domains alone.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { expect, test } from "vitest"
import { privateOf } from "../program-runner.ts"
import { programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { observe } from "./observed-run.ts"
import type { Protection } from "./protection.ts"
import { demandOf } from "./vocabulary.ts"

/** An object of the domain that runs, and one of another domain. */
const [OWN, OTHERS] = [2, 3]
const SLOT = 3

export function describeHandles(protection: Protection): void {
  if (protection.refuse({ ...demandOf("borrow", 2, 2), operations: ["handles"] }) !== undefined) return
  test("MC13 an authority that is derived, kept, recalled and dropped opens what its maker has, and no more", () => {
    const object = (owner: number) => ({ name: `object of ${owner}`, kind: RegionKind.exchange, owner })
    const workload = programWorkload({
      domains: ["application", "library"],
      regions: [privateOf(0), privateOf(1), object(0), object(1)],
      exchange: "borrow",
      operations: ["handles"],
      threads: ({ regions }) => {
        const via = (region: number, offset: number, handle: number): OperationRecord => ({
          verb: Verb.load,
          page: regions[region]?.page ?? 0,
          offset,
          bytes: 8,
          handle
        })
        const derive = (region: number, toHandle: number): OperationRecord => ({
          verb: Verb.derive,
          region,
          toHandle,
          rights: Right.readWrite
        })
        return [
          {
            script: [
              derive(OWN, 1),
              via(OWN, 0, 1),
              { verb: Verb.keep, region: OWN, toOffset: SLOT, handle: 1 },
              { verb: Verb.drop, region: OWN, handle: 1 },
              { verb: Verb.recall, toOffset: SLOT, handle: 2 },
              via(OWN, 8, 2),
              derive(OTHERS, 4),
              via(OTHERS, 16, 4),
              via(OTHERS, 24, 2),
              via(OTHERS, 32, 5),
              { verb: Verb.compute, bytes: 1 }
            ]
          }
        ]
      }
    })
    const machine = tinyMachine({ base: protection.traits.nativeMachine, cores: 1 })
    const { faults } = observe({ machine, mechanisms: protection.mechanisms, workload })
    expect(faults.map(({ offset }) => offset).sort((x, y) => x - y)).toEqual([16, 24, 32])
  })
}
