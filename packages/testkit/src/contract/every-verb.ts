/**
 * The timed unit against the mechanism's executable rule, in random programs of one thread over every verb that the
 * mechanism doesn't refuse (law L8): gates, exchanges, all operations on rights, owned or not, the end of a domain,
 * signals and turns. Law: the program says who should have which rights; what that lets an access do is the rule's word.
 */
import type { OperationRecord } from "@isolde/core/isolation/operation-script"
import { Verb } from "@isolde/core/isolation/operation-script"
import type { MechanismInstance } from "@isolde/core/mechanism"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type ProgramMemory, programWorkload } from "../program-workload.ts"
import { tinyMachine } from "../tiny-machine.ts"
import { observe } from "./observed-run.ts"
import { protectionOf } from "./protection.ts"
import type { RuledAccess, RuledThread } from "./ruled-thread.ts"
import { kinds, VerbProgram, type VerbStep } from "./verb-program.ts"
import { verbRegions } from "./verb-regions.ts"
import { vocabularyOf } from "./vocabulary.ts"

export interface EveryVerbOptions {
  /** Whether the rule lets an access through, of a mechanism whose rights aren't in pointers. */
  readonly passes?: (access: RuledAccess) => boolean
  /** The rule of a thread at the beginning of a program, of one whose rights are. */
  readonly rule?: () => RuledThread
  /** A grant may be for reading only. Default false. */
  readonly readOnly?: boolean
  /** Instructions before each change of rights, so that older accesses have been judged (DEVIATIONS). Default none. */
  readonly before?: number
  /** Random programs; default 20. */
  readonly runs?: number
}

/** Steps of as many kinds as a program knows. */
const stepsOf = (kinds: number): fc.Arbitrary<ReadonlyArray<VerbStep>> =>
  fc.array(fc.record({ kind: fc.nat(kinds - 1), pick: fc.nat(999), store: fc.boolean() }), {
    minLength: kinds,
    maxLength: 3 * kinds
  })

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
    ...(canEnd ? [Verb.terminate] : []),
    ...(options.rule === undefined ? [] : [Verb.derive, Verb.keep, Verb.recall, Verb.drop]),
    ...(options.rule?.().instruct === undefined ? [] : [Verb.instruction])
  ]
  test.each([true, false])("every verb leaves what the rule says (one instruction at a time: %s)", (inOrder) => {
    const machine = tinyMachine({ base: mechanism.traits.nativeMachine, cores: 1, inOrder })
    const seen = { faults: 0, passed: 0, refusals: 0, verbs: new Set<number>() }
    fc.assert(
      fc.property(
        stepsOf(options.rule === undefined ? kinds.plain : kinds.pointers),
        fc.boolean(),
        (steps, signals) => {
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
          expect(new Set(faults.filter((place) => !expected.open.has(place)))).toEqual(expected.faults)
          expect(run.refusals.map(({ region }) => region)).toEqual(expected.refusals)
          seen.faults += expected.faults.size
          seen.passed += expected.accesses - expected.faults.size
          seen.refusals += expected.refusals.length
          for (const verb of expected.verbs) seen.verbs.add(verb)
        }
      ),
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
