/**
 * The timed unit against the mechanism's executable rule, in random programs of one thread over every verb that the
 * mechanism doesn't refuse (law L8): gates, exchanges, all operations on rights, owned or not, the end of a domain,
 * signals and turns. Law: the program says who should have which rights; what that lets an access do is the rule's word.
 */
import type { OperationRecord } from "@isolde/core/isolation/operation-script"
import { Verb } from "@isolde/core/isolation/operation-script"
import type { Rights } from "@isolde/core/isolation/rights"
import type { MechanismInstance } from "@isolde/core/mechanism"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type ProgramMemory, programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { observe } from "./observed-run.ts"
import { protectionOf } from "./protection.ts"
import { VerbProgram, type VerbStep, verbRegions } from "./verb-program.ts"
import { vocabularyOf } from "./vocabulary.ts"

/** An access as a rule sees it: inside one region that the mechanism checks, by a domain that runs by itself. */
export interface RuledAccess {
  readonly domain: number
  readonly region: number
  readonly page: number
  readonly offset: number
  readonly bytes: number
  readonly store: boolean
  /** What the operations before it left `domain` of the region. */
  readonly rights: Rights
  /** … and each domain. */
  readonly all: ReadonlyArray<Rights>
}

export interface EveryVerbOptions {
  /** Whether the rule lets the access through. */
  readonly passes: (access: RuledAccess) => boolean
  /** A grant may be for reading only. Default false. */
  readonly readOnly?: boolean
  /** Instructions before each change of rights, so that older accesses have been judged (DEVIATIONS). Default none. */
  readonly before?: number
  /** Random programs; default 20. */
  readonly runs?: number
}

const drawn: fc.Arbitrary<ReadonlyArray<VerbStep>> = fc.array(
  fc.record({ kind: fc.nat(19), pick: fc.nat(999), store: fc.boolean() }),
  { minLength: 20, maxLength: 60 }
)

/** Declare the test for `mechanism`. */
export function describeEveryVerb(mechanism: MechanismInstance, options: EveryVerbOptions): void {
  const protection = protectionOf([mechanism])
  const words = vocabularyOf(protection, "borrow", options.readOnly ?? false)
  if (words === undefined) throw new Error(`${mechanism.name} can't express objects that change hands`)
  const canEnd =
    protection.refuse({
      domains: words.domains,
      exchange: "borrow",
      objects: words.objects,
      operations: ["terminate"]
    }) === undefined
  const verbs = [
    Verb.enter,
    Verb.leave,
    Verb.open,
    Verb.copy,
    Verb.move,
    Verb.touch,
    Verb.yield,
    Verb.raise,
    ...(words.canGrant ? [Verb.grant, Verb.revoke] : []),
    ...(words.canShare ? [Verb.share] : []),
    ...(words.canAllocate ? [Verb.allocate, Verb.free] : []),
    ...(canEnd ? [Verb.terminate] : [])
  ]
  test.each([true, false])("every verb leaves what the rule says (one instruction at a time: %s)", (inOrder) => {
    const machine = tinyMachine({ base: mechanism.traits.nativeMachine, cores: 1, inOrder })
    const seen = { faults: 0, passed: 0, refusals: 0, verbs: new Set<number>() }
    fc.assert(
      fc.property(drawn, fc.boolean(), (steps, signals) => {
        let program: VerbProgram | undefined
        const workload = programWorkload({
          domains: Array.from({ length: words.domains }, (_, domain) => `domain ${domain}`),
          regions: verbRegions(words),
          exchange: "borrow",
          threads: (memory: ProgramMemory) => {
            program = new VerbProgram(words, memory, options, canEnd, signals)
            for (const step of steps) program.step(step)
            return [{ script: program.finish() }, { thread: 0, script: idle }]
          }
        })
        const run = observe({ machine, mechanisms: [mechanism], workload, workers: 2 })
        const expected = program as unknown as VerbProgram
        const faults = run.faults.map(({ offset, page }) => `${page}+${offset}`)
        expect(new Set(faults)).toEqual(expected.faults)
        expect(run.refusals.map(({ region }) => region)).toEqual(expected.refusals)
        seen.faults += expected.faults.size
        seen.passed += expected.accesses - expected.faults.size
        seen.refusals += expected.refusals.length
        for (const verb of expected.verbs) seen.verbs.add(verb)
      }),
      { numRuns: options.runs ?? 20, seed: 20_26 }
    )
    // Both answers must have been asked for often.
    expect(seen.faults).toBeGreaterThan(20)
    expect(seen.passed).toBeGreaterThan(20)
    expect(seen.refusals).toBeGreaterThan(5)
    expect([...seen.verbs]).toEqual(expect.arrayContaining(verbs))
  })
}

/** Who takes turns with the program's thread. */
const idle: ReadonlyArray<OperationRecord> = Array.from({ length: 4 }, (_, at) => [
  { verb: Verb.compute, bytes: 30 + at },
  { verb: Verb.yield }
]).flat()
