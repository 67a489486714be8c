/** The timed unit against the rule (law L8): every load and store of random programs faults where the rule says. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type Program, type ProgramMemory, programRunner } from "@isolde/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { Access, entryOf, mapped, permits, rightsTo, serves } from "../src/address-space-view.ts"
import { processes } from "../src/index.ts"

type Input = Parameters<typeof processes>[0]

const run = programRunner(processes)

/** More than a CPU has slots of identifiers. */
const DOMAINS = 8
const REGIONS = 5
const rightsGiven = [Right.none, Right.read, Right.readWrite]

interface Step {
  readonly kind: "switch" | "grant" | "revoke" | "access" | "compute"
  readonly region: number
  readonly domain: number
  readonly choice: number
  readonly store: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("switch", "switch", "grant", "revoke", "access", "access", "access", "compute"),
  region: fc.nat(REGIONS - 1),
  domain: fc.nat(DOMAINS - 1),
  choice: fc.nat(2),
  store: fc.boolean()
})

/** What the rule knows: who holds what, and the address space of the one thread. */
class Rule {
  readonly script: Array<OperationRecord> = []
  readonly faults: Array<string> = []
  readonly #held: ReadonlyArray<Array<Rights>> = Array.from({ length: REGIONS }, (_, region) =>
    Array.from({ length: DOMAINS }, (_unused, domain) => (region % DOMAINS === domain ? Right.readWrite : Right.none))
  )
  readonly #memory: ProgramMemory
  #space = 0
  #accesses = 0

  constructor(memory: ProgramMemory) {
    this.#memory = memory
  }

  step({ choice, domain, kind, region, store }: Step): void {
    const page = this.#memory.regions[region]?.page ?? -1
    const rights = rightsGiven[choice] ?? 0
    if (kind === "switch" && domain !== this.#space) {
      this.script.push({ verb: Verb.enter, from: this.#space, to: domain })
      this.#space = domain
    } else if (kind === "grant" || kind === "revoke") {
      const subject = kind === "grant" ? { to: domain } : { from: domain }
      this.script.push({ verb: Verb[kind], region, rights, bytes: 64, ...subject })
      ;(this.#held[region] ?? [])[domain] = rights
    } else if (kind === "access") this.#access(page, store)
    else if (kind === "compute") this.script.push({ verb: Verb.compute, bytes: 5 })
  }

  /** Each access has an offset of its own, by which it is known. */
  #access(page: number, store: boolean): void {
    const offset = 1024 + 8 * this.#accesses++
    this.script.push({ verb: store ? Verb.store : Verb.load, page, offset, bytes: 8 })
    const held = this.#memory.regions.flatMap((placed, at) =>
      placed.page === page ? [this.#held[at]?.[this.#space] ?? 0] : []
    )
    if (!permits(mapped(held), store ? Access.write : Access.read)) this.faults.push(`${page}+${offset}`)
  }
}

const variants: ReadonlyArray<Input> = [{}, { identifiers: "flushed" }, { crossing: "pipe" }, { crossing: "direct" }]

test.each(variants)("PR1, PR2 and PR4 the unit of %o faults exactly where the rule does", (config) => {
  let faulted = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), fc.boolean(), (steps, inOrder) => {
      let rule: Rule | undefined
      const program: Program = {
        domains: Array.from({ length: DOMAINS }, (_, domain) => `domain ${domain}`),
        exchange: "borrow",
        // The last lies on the page of the one before it.
        regions: Array.from({ length: REGIONS }, (_, region) => ({
          name: `region ${region}`,
          kind: RegionKind.exchange,
          owner: region % DOMAINS,
          bytes: 64,
          packed: region === REGIONS - 1
        })),
        threads: (memory) => {
          rule = new Rule(memory)
          for (const each of steps) rule.step(each)
          return [{ script: [...rule.script, { verb: Verb.compute, bytes: 1 }] }]
        }
      }
      const { faults } = run(program, { config, inOrder })
      faulted += faults.length
      // Out of order, faults are reported as accesses execute.
      expect(faults.map(({ offset, page }) => `${page}+${offset}`).sort()).toEqual(rule?.faults.sort())
    }),
    { numRuns: 25, seed: 7 }
  )
  expect(faulted).toBeGreaterThan(40)
})

test("PR1 to PR4 the rule: entries, their union, their intersection over pages, and identifiers", () => {
  expect([0, 1, 2, 3].map(entryOf)).toEqual([0, 1, 0, 3])
  expect(permits(1, Access.read)).toBe(true)
  expect(permits(1, Access.write)).toBe(false)
  expect(mapped([1, 0])).toBe(1)
  expect(mapped([1, 3])).toBe(3)
  expect(mapped([])).toBe(0)
  expect(rightsTo([3, 1])).toBe(1)
  expect(rightsTo([3, 0])).toBe(0)
  expect(serves({ identifier: 2, entry: 3 }, 2, Access.write)).toBe(true)
  expect(serves({ identifier: 2, entry: 3 }, 1, Access.read)).toBe(false)
})
