/** The timed unit faults on exactly those accesses that don't reach their memory by the rule, in every form (SFI5). */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { type DrawnStep, drawnSteps, observe, type ProgramMemory, programWorkload, tinyMachine } from "@isolde/testkit"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { sfi } from "../src/index.ts"
import { landing, reaches, SLOT, type Zone } from "../src/sandbox.ts"
import { variants } from "../src/variants.ts"

const DOMAINS = 3
const regions = [
  ...Array.from({ length: DOMAINS }, (_, owner) => ({
    name: `private ${owner}`,
    kind: RegionKind.private,
    owner,
    bytes: 8192
  })),
  { name: "runtime", kind: RegionKind.shared, owner: 0, bytes: 4096 }
]

const steps = drawnSteps({ kind: 9, offset: 8191, bytes: 32, steps: 100 })

/** Zones of 4 GB, one after another; a domain's memory begins its zone. */
const zoneOf = (domain: number): Zone => ({ base: BigInt(domain + 1) << 32n, size: 1n << 32n })

/** The script that `drawn` describes, and the places of the accesses that don't reach theirs. */
function written(drawn: ReadonlyArray<DrawnStep>, memory: ProgramMemory, variant: keyof typeof variants) {
  const script: Array<OperationRecord> = []
  const faults = new Set<string>()
  const used = new Set<string>()
  const { confinement } = variants[variant]
  let domain = 0
  let runtime = false
  for (const { bytes, kind, offset, pick, store } of drawn) {
    if (kind === 0) {
      const to = (domain + 1 + (pick % (DOMAINS - 1))) % DOMAINS
      script.push({ verb: Verb.enter, from: domain, to })
      domain = to
      runtime = false
      continue
    }
    if (kind === 1 && pick < 12) {
      script.push({ verb: Verb.open, from: domain, to: (domain + 1) % DOMAINS })
      runtime = true
      continue
    }
    const region = pick % regions.length
    const { kind: of, owner } = regions[region] ?? { kind: RegionKind.shared, owner: 0 }
    const page = (memory.regions[region]?.page ?? 0) + (of === RegionKind.shared ? 0 : offset >> 12)
    const inPage = offset % 4096
    const key = `${page}+${inPage}`
    if (used.has(key) || inPage + bytes > 4096) continue
    used.add(key)
    script.push({ verb: store ? Verb.store : Verb.load, page, offset: inPage, bytes })
    const access = { address: zoneOf(owner).base + BigInt(offset), bytes, store }
    const owns = (slot: bigint): boolean =>
      slot - (slot % BigInt(SLOT)) >= zoneOf(domain).base && slot < zoneOf(domain + 1).base
    const found = landing(confinement, access, zoneOf(domain), owns)
    if (!runtime && of !== RegionKind.shared && !reaches(found, access)) faults.add(key)
  }
  script.push({ verb: Verb.compute, bytes: 1 })
  return { script, faults }
}

describe("the unit agrees with the rule (SFI5, SFI8)", () => {
  test.each(Object.keys(variants) as Array<keyof typeof variants>)("%s", (variant) => {
    const machine = tinyMachine({ base: variants[variant].nativeMachine, cores: 1 })
    let faults = 0
    fc.assert(
      fc.property(steps, (drawn) => {
        let expected = new Set<string>()
        const workload = programWorkload({
          domains: ["application", "library", "plugin"],
          regions,
          exchange: "copy",
          threads: (memory) => {
            const made = written(drawn, memory, variant)
            expected = made.faults
            return [{ script: made.script }]
          }
        })
        const run = observe({ machine, mechanisms: [sfi({ variant })], workload })
        expect(new Set(run.faults.map(({ offset, page }) => `${page}+${offset}`))).toEqual(expected)
        faults += expected.size
      }),
      { numRuns: 8, seed: 20_24 }
    )
    expect(faults).toBeGreaterThan(40)
  })
})
