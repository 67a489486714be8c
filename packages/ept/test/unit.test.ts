/** The timed unit against the rule (law L8): every load and store of random programs faults where the rule says. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { Entry } from "@isolde/core/memory/pages"
import { type Program, type ProgramMemory, programRunner } from "@isolde/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { Access, permits, vmfunc, walkRights } from "../src/ept-walk.ts"
import { ept } from "../src/index.ts"

const run = programRunner(ept)

const DOMAINS = 3
const REGIONS = 4
const guestEntries = [0, Entry.present, Entry.present | Entry.writable]
const rightsGiven = [Right.none, Right.read, Right.readWrite]

interface Step {
  readonly kind: "switch" | "grant" | "revoke" | "protect" | "access" | "compute"
  readonly region: number
  readonly domain: number
  readonly choice: number
  readonly store: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("switch", "grant", "revoke", "protect", "access", "access", "access", "compute"),
  region: fc.nat(REGIONS - 1),
  domain: fc.nat(DOMAINS - 1),
  choice: fc.nat(2),
  store: fc.boolean()
})

/** What the rule knows: entries of both dimensions, per page, and the context of the one thread. */
class Rule {
  readonly script: Array<OperationRecord> = []
  readonly faults: Array<string> = []
  readonly #held: ReadonlyArray<Array<Rights>> = Array.from({ length: REGIONS }, (_, region) =>
    Array.from({ length: DOMAINS }, (_unused, domain) => (region % DOMAINS === domain ? Right.readWrite : Right.none))
  )
  readonly #guest = new Map<number, number>()
  readonly #memory: ProgramMemory
  #context = 0
  #accesses = 0

  constructor(memory: ProgramMemory) {
    this.#memory = memory
  }

  step({ choice, domain, kind, region, store }: Step): void {
    const page = this.#memory.regions[region]?.page ?? -1
    const rights = rightsGiven[choice] ?? 0
    if (kind === "switch" && domain !== this.#context) {
      this.script.push({ verb: Verb.enter, from: this.#context, to: domain })
      this.#context = vmfunc(0, domain, true)
    } else if (kind === "grant" || kind === "revoke") {
      const subject = kind === "grant" ? { to: domain } : { from: domain }
      this.script.push({ verb: Verb[kind], region, rights, bytes: 64, ...subject })
      ;(this.#held[region] ?? [])[domain] = rights
    } else if (kind === "protect") {
      const entry = guestEntries[choice] ?? 0
      this.script.push({ verb: Verb.protect, page, bytes: 1, rights: entry })
      this.#guest.set(page, entry)
    } else if (kind === "access") this.#access(page, store)
    else if (kind === "compute") this.script.push({ verb: Verb.compute, bytes: 5 })
  }

  /** Each access has an offset of its own, by which it is known. */
  #access(page: number, store: boolean): void {
    const offset = 1024 + 8 * this.#accesses++
    this.script.push({ verb: store ? Verb.store : Verb.load, page, offset, bytes: 8 })
    const entry = this.#memory.regions
      .map((placed, other) => (placed.page === page ? (this.#held[other]?.[this.#context] ?? 0) : 0))
      .reduce((all, rights) => all | rights, 0)
    const guest = this.#guest.get(page) ?? Entry.present | Entry.writable
    const allowed = permits(guest, walkRights([7, 7, 7, entry]), store ? Access.write : Access.read)
    if (!allowed) this.faults.push(`${page}+${offset}`)
  }
}

test("EPT1 to EPT9 the unit faults exactly where the rule does, through TLBs, walks, edits and VMFUNC", () => {
  let faulted = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), fc.boolean(), (steps, inOrder) => {
      let rule: Rule | undefined
      const program: Program = {
        domains: ["a", "b", "c"],
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
      const { faults } = run(program, { inOrder })
      faulted += faults.length
      // Out of order, faults are reported as accesses execute.
      expect(faults.map(({ offset, page }) => `${page}+${offset}`).sort()).toEqual(rule?.faults.sort())
    }),
    { numRuns: 80, seed: 7 }
  )
  expect(faulted).toBeGreaterThan(100)
})
