/** Random accesses and invalidations: what a tile holds, and what its walks read, is what the rule says, step by step. */
import { RandomStream } from "@isolde/core/kernel/random"
import { PageSize } from "@isolde/core/memory/page-size"
import { Entry, LEVELS, type Pages } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { System } from "@isolde/core/scenario/system"
import { Current, Invalidation } from "@isolde/core/translation/contexts"
import { Nested } from "@isolde/core/translation/nested-walk"
import { tableOf } from "@isolde/core/translation/walk-caches"
import { describe, expect, test } from "vitest"
import { crampedMachine, finished, type Overrides, programmed } from "../small-system.ts"
import { type RulePage, TranslationRule } from "./translation-rule.ts"

const STEPS = 160
const SPACES = 3

/** Everything that is ever read fits. */
const roomy: NonNullable<Overrides["tlb"]> = {
  dtlb: { sets: 1, ways: 64 },
  dtlbLarge: { sets: 1, ways: 64 },
  stlb: { sets: 1, ways: 64 },
  walkCache: { top: { ways: 64 }, middle: { ways: 64 }, last: { sets: 1, ways: 64 } },
  nestedTlb: { sets: 1, ways: 64 },
  walkers: 2,
  fracturedFlush: 0
}

/** Pages in three places of the address space, far apart and near; one of 2 MB; every third one global. */
function layOut(pages: Pages): Array<RulePage> {
  const entry = (i: number) => Entry.present | Entry.writable | (i % 3 === 0 ? Entry.global : 0)
  const vpns = [0, 1, 9, 512, 513, 512 * 512, 512 * 512 * 512 + 7]
  const small = vpns.map((vpn, i) => ({ page: pages.map(vpn, entry(i)), size: PageSize.small, global: i % 3 === 0 }))
  const large = { page: pages.map(512 * 40 + 3, entry(1), 0, PageSize.large), size: PageSize.large, global: false }
  return [...small, large].map((each) => ({
    ...each,
    frame: pages.frame[each.page] as number,
    tables: Array.from({ length: LEVELS - each.size }, (_, level) =>
      tableOf(pages.walk[each.page * LEVELS + level] as number)
    )
  }))
}

interface Step {
  readonly what: string
  readonly kind: number
  readonly page: number
  readonly argument: number
  readonly space: number
  readonly second: number
}

/** `seconds` second-level contexts, or none. */
function compared(seed: number, seconds: number): { readonly checks: number; readonly kinds: Set<number> } {
  const random = new RandomStream(seed, "invalidations")
  const rule = new TranslationRule(seconds > 0)
  const contexts = Math.max(1, seconds)
  let mapped: Array<RulePage> = []
  let before = 0
  let expected = 0
  let checks = 0
  const kinds = new Set<number>()
  const steps = Array.from({ length: STEPS }, (): Step => {
    const kind = random.below(10)
    const all = seconds > 0 ? 8 : 6
    const invalidation = kind < 5 ? -1 : kind === 5 ? -2 : random.below(all)
    const argument = invalidation === Invalidation.secondLevel ? random.below(contexts) : random.below(SPACES)
    const [page, space, second] = [random.below(8), random.below(SPACES), random.below(contexts)]
    return {
      what: `kind ${invalidation}, page ${page}, argument ${argument}`,
      kind: invalidation,
      page,
      argument,
      space,
      second
    }
  })
  const machine = crampedMachine(1, 1, { tlb: roomy, l1d: { sets: 64, ways: 16 }, l2: { sets: 64, ways: 16 } })
  const system: System = programmed(
    machine,
    {
      steps: STEPS,
      build: (parts) => {
        mapped = layOut(parts.pages)
        for (const { page } of mapped) rule.memory.set(page, parts.pages.entry[parts.pages.headOf(page)] as number)
        if (seconds > 0) parts.nest(seconds, () => Nested.write)
        return {
          emit: (program, _t, step) => {
            const { argument, kind, page, space } = steps[step] as Step
            const at = (mapped[page] as RulePage).page
            program.switchSpace(space, true, 5).act(0, step)
            if (kind === -1) program.load(at, 64 * page)
            else if (kind === -2) program.storeEntry(at, toggled(rule, at))
            else program.invalidate(kind as Invalidation, at, kind === Invalidation.page ? Current : argument, 10)
            program.serialise(Serialise.drainStores, 0).act(1, step)
          },
          act: (t, code, at) => {
            const { argument, kind, page, second, space, what } = steps[at] as Step
            const here = mapped[page] as RulePage
            const translation = (system.tiles[0] as System["tiles"][number]).translation
            if (code === 0) {
              t.enterSecondLevel(second)
              before = translation.walkers.references
              return
            }
            expected = 0
            if (kind === -1) expected = rule.access(here, space, second)
            else if (kind === -2)
              rule.memory.set(here.page, system.pages.entry[system.pages.headOf(here.page)] as number)
            else rule.invalidate(kind as Invalidation, here, kind === Invalidation.page ? space : argument)
            kinds.add(kind)
            expect(translation.walkers.references - before, `step ${at} of seed ${seed}: lines read, ${what}`).toBe(
              expected
            )
            for (const each of mapped)
              for (let s = 0; s < SPACES; s++)
                for (let n = 0; n < contexts; n++) {
                  checks++
                  const held = translation.cached(each.page, s * contexts + n)
                  expect(held, `step ${at} of seed ${seed}: page ${each.page} in ${s}, ${n}, after ${what}`).toBe(
                    rule.cached(each, s, n)
                  )
                }
          }
        }
      }
    },
    { frames: "contiguous" }
  )
  finished(system)
  return { checks, kinds }
}

/** The entry with its right to write changed. */
const toggled = (rule: TranslationRule, page: number): number => (rule.memory.get(page) as number) ^ Entry.writable

describe.each([
  ["natively", 0],
  ["under nesting", 2]
] as const)("%s", (_, seconds) => {
  test.each([1, 2, 3, 4, 5, 6])("sequence %i holds and reads what the rule says", (seed) => {
    const { checks, kinds } = compared(seed, seconds)
    expect(checks).toBe(STEPS * 8 * SPACES * Math.max(1, seconds))
    expect(kinds.size).toBe(seconds > 0 ? 10 : 8)
  })
})
