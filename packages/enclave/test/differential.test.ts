/** The timed unit against the rule (law L8): every load and store of random programs faults where the rule says. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { type Program, privateOf, programRunner } from "@isolde/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { evictable, loadable, look, OUTSIDE, reaches } from "../src/enclave-page.ts"
import { enclave } from "../src/index.ts"

type Input = Parameters<typeof enclave>[0]

const run = programRunner(enclave, "ice-lake-sp")

const DOMAINS = 3
/** Private memory of each domain, then an exchanged object. */
const REGIONS = DOMAINS + 1

const step = fc.record({ enter: fc.boolean(), place: fc.nat(REGIONS - 1), store: fc.boolean() })

const valid = (owner: number) => ({ valid: true, blocked: false, owner })

const variants: ReadonlyArray<Input> = [
  { application: "outside" },
  { application: "enclave" },
  { application: "outside", epcPages: 1 },
  { application: "enclave", epcPages: 2 }
]

test.each(variants)("SGX1, SGX2 the unit of %o faults exactly where the rule does", (config) => {
  const first = config?.application === "enclave" ? 1 : OUTSIDE
  let faulted = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), fc.boolean(), (steps, inOrder) => {
      const expected: Array<string> = []
      const program: Program = {
        domains: ["application", "one", "two"],
        regions: [
          ...Array.from({ length: DOMAINS }, (_, owner) => privateOf(owner)),
          { name: "object", kind: RegionKind.exchange, owner: 0 }
        ],
        threads: ({ regions }) => {
          let domain = 0
          const script = steps.map(({ enter, place, store }, at): OperationRecord => {
            if (enter && place < DOMAINS && place !== domain) {
              const from = domain
              domain = place
              return { verb: Verb.enter, from, to: place }
            }
            const page = regions[place]?.page ?? 0
            const mode = place + first
            const entry = place < DOMAINS && mode !== OUTSIDE ? valid(mode) : undefined
            if (!reaches(domain + first, entry)) expected.push(`${page}+${8 * at}`)
            return { verb: store ? Verb.store : Verb.load, page, offset: 8 * at, bytes: 8 }
          })
          return [{ script: [...script, { verb: Verb.compute, bytes: 1 }] }]
        }
      }
      const { faults } = run(program, { config, inOrder })
      faulted += expected.length
      expect(faults.map(({ offset, page }) => `${page}+${offset}`).sort()).toEqual(expected.sort())
    }),
    { numRuns: 25, seed: 11 }
  )
  expect(faulted).toBeGreaterThan(40)
})

test("SGX1, SGX2, SGX3, SGX4 the rule: abort page and fault, blocked pages, eviction, versions", () => {
  expect(look(OUTSIDE, valid(1))).toBe("abort")
  expect(look(1, valid(1))).toBe("reached")
  expect(look(2, valid(1))).toBe("fault")
  expect(look(1, { ...valid(1), blocked: true })).toBe("fault")
  expect(look(1, { ...valid(1), valid: false })).toBe("fault")
  expect(reaches(2, undefined)).toBe(true)
  expect(evictable({ ...valid(1), blocked: true }, true)).toBe(true)
  expect(evictable({ ...valid(1), blocked: true }, false)).toBe(false)
  expect(evictable(valid(1), true)).toBe(false)
  expect([loadable(7, 7), loadable(7, 8), loadable(0, 0)]).toEqual([true, false, false])
})
