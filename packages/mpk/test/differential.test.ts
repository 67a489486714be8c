/**
 * Rule and machine side by side (law L8): loads and stores under random PKRU values, to pages with random keys,
 * through TLB, walker and pipeline, fault exactly where the rule says so.
 */
import { RegionKind, Right, Verb } from "@isolde/core"
import { Entry } from "@isolde/core/memory/pages"
import { advance } from "@isolde/core/scenario/run"
import { Scenario } from "@isolde/core/scenario/scenario"
import { System } from "@isolde/core/scenario/system"
import { programWorkload, tinyMachine } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mpk } from "../src/index.ts"
import { KEYS, permits } from "../src/pkru.ts"

const access = fc.record({ key: fc.nat(KEYS - 1), store: fc.boolean(), line: fc.nat(63) })
const pkru = fc.oneof(fc.constant(0), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))

interface Access {
  readonly key: number
  readonly store: boolean
  readonly line: number
}

/** Numbers of the accesses that fault on a thread with PKRU `value`. Page k carries key k. */
function faultsOf(value: number, accesses: ReadonlyArray<Access>, inOrder: boolean): Array<number> {
  let first = 0
  const workload = programWorkload({
    domains: ["application", "library"],
    regions: [{ name: "private", kind: RegionKind.private, owner: 0 }],
    freePages: KEYS,
    threads: ({ free }) => {
      first = free
      const script = accesses.map(({ key, line, store }, at) => ({
        verb: store ? Verb.store : Verb.load,
        page: free + key,
        offset: line * 64 + (at % 8) * 8,
        bytes: 8
      }))
      return [{ script }]
    }
  })
  const machine = tinyMachine({ cores: 1, inOrder })
  const system = new System(Scenario.make({ machine, mechanisms: [mpk()], workload }), undefined)
  const { monitor, pages, threads } = system
  for (let key = 0; key < KEYS; key++)
    pages.entry[first + key] = Entry.present | Entry.writable | (key << Entry.keyShift)
  for (const t of threads) t.keyRights = value
  const faulted = new Set<string>()
  monitor.fault = (_t, page, offset, store) => faulted.add(`${page - first} ${offset} ${store}`)
  while (advance(system, 1_000_000) === undefined);
  return accesses.flatMap(({ key, line, store }, at) =>
    faulted.has(`${key} ${line * 64 + (at % 8) * 8} ${store}`) ? [at] : []
  )
}

describe("the machine enforces the rule", () => {
  test.each([true, false])("MPK1 every access faults where the rule refuses it (in order: %s)", (inOrder) => {
    fc.assert(
      fc.property(pkru, fc.array(access, { minLength: 1, maxLength: 24 }), (value, accesses) => {
        const refused = accesses.flatMap(({ key, store }, at) =>
          permits(value, key, store ? Right.write : Right.read) ? [] : [at]
        )
        expect(faultsOf(value, accesses, inOrder)).toEqual(refused)
      }),
      { numRuns: 40, seed: 7 }
    )
  })
})
