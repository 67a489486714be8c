/**
 * The laws every mechanism obeys, on real machines with overlapping operations. A package proves them in one line:
 *
 *     describeMechanism(mpk)
 *
 *   MC1  safety        when a revocation or move is complete, what it took is refused wherever its traits promise
 *   MC2  precision     a right that is granted and complete is usable; no intended access faults
 *   MC3  completion    every operation resumes its thread exactly once, and every script runs to its end
 *   MC4  quiescence    at the end nothing is pending
 *   MC5  determinism   the same scenario and seed give the same rows, with run-ahead and without
 *   MC6  accounting    slots add up, and a gate costs something
 *   MC7  refusal       what a mechanism refuses, Scenario.make refuses with its reason
 *   MC8  monitoring    verdicts, quiet ticks and exposure are what a slow monitor recomputes from all reports
 *   MC9  order         overlapping operations on one right, and accesses to it, have an order in the access matrix
 *   MC10 termination   nobody is left inside a terminated domain, and what it had is the application's or nobody's
 *   MC11 switches      threads that take turns or go to other cores have their own domain's rights there
 *   MC12 signals       a handler has no more than its domain, and behind it everything is as before
 *   MC13 handles       an authority that is derived, kept, recalled and dropped opens what its maker has, and no more
 */
import { Verb } from "@isolde/core/isolation/operation-script"
import type { Mechanism, MechanismInstance } from "@isolde/core/mechanism"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Drawn, drawn, runCase } from "./drawn-case.ts"
import { describeExpressible } from "./expressible.ts"
import { describeHandles } from "./handles.ts"
import { type Case, difference, judgeEnding, judgeRights } from "./laws.ts"
import { columnOf, type Rows } from "./observed-run.ts"
import { describeOverlap } from "./overlap.ts"
import type { Vocabulary } from "./planned-program.ts"
import { type Protection, protectionOf } from "./protection.ts"
import { referenceOf } from "./reference-monitor.ts"
import { describeRevocation } from "./revocation-scope.ts"
import { describeThreads } from "./threads.ts"
import { exchanges, vocabularyOf } from "./vocabulary.ts"

/** What a package may say about its mechanism beside its traits. */
export interface ContractOptions<Input> {
  /** Configuration under test; default: every default. */
  readonly config?: Input
  /** A grant may be for reading only. Default false. */
  readonly readOnly?: boolean
  /** Random programs per law and exchange policy; default 12. */
  readonly runs?: number
}

/** Declare the contract's tests for `mechanism`. */
export function describeMechanism<Config, Input>(
  mechanism: Mechanism<Config, Input>,
  options: ContractOptions<Input> = {}
): void {
  const instance = mechanism(options.config)
  describe(`${mechanism.mechanism} obeys the mechanism contract`, () => {
    describeExpressible(mechanism, instance)
    describeLaws(protectionOf([instance]), options)
  })
}

/** Declare the contract's tests for `mechanisms` together, at least one of them. */
export function describeCombination(
  mechanisms: readonly [MechanismInstance, ...Array<MechanismInstance>],
  options: Omit<ContractOptions<never>, "config"> = {}
): void {
  describe(`${mechanisms.map(({ name }) => name).join("+")} obeys the mechanism contract`, () => {
    describeLaws(protectionOf(mechanisms), options)
  })
}

function describeLaws(protection: Protection, { readOnly = false, runs = 12 }: Omit<ContractOptions<never>, "config">) {
  for (const exchange of exchanges) {
    const words = vocabularyOf(protection, exchange, readOnly)
    if (words === undefined) continue
    describe(`with exchange "${exchange}"`, () => {
      describePolicy(protection, words, runs)
      if (exchange === "borrow") describeOverlap(protection, words, runs)
    })
  }
  describeRevocation(protection)
  describeThreads(protection)
  describeHandles(protection)
}

function describePolicy(protection: Protection, words: Vocabulary, runs: number): void {
  const holds = (numRuns: number, law: (each: Case, of: Drawn) => void) =>
    fc.assert(
      fc.property(drawn, (of) => {
        law(runCase(protection, words, of), of)
      }),
      { numRuns, seed: 20_24, endOnFailure: false }
    )

  test("MC1 safety and MC2 precision hold at every access, at every completion and at the end", () => {
    holds(runs, (each) => {
      const { imprecise, unsafe } = judgeRights(each)
      expect(unsafe, "MC1").toEqual([])
      expect(imprecise, "MC2").toEqual([])
    })
  })

  test("MC3 every operation completes exactly once, and MC4 nothing is pending at the end", () => {
    holds(runs, (each) => expect(judgeEnding(each)).toEqual([]))
  })

  test("MC5 the same seed gives the same rows, with run-ahead and without", () => {
    holds(Math.ceil(runs / 3), (each, of) => {
      expect(difference(each.run, runCase(protection, words, of).run), "again").toBeUndefined()
      const without = runCase(protection, words, of, false).run
      expect(difference(each.run, without), "run-ahead off").toBeUndefined()
    })
  })

  test("MC8 verdicts, quiet ticks and exposure are what a slow monitor recomputes from all reports", () => {
    holds(Math.ceil(runs / 2), ({ run }) => {
      const { rows, summary } = run
      const said = referenceOf(run, protection, words.exchange === "share", summary.cycles)
      expect(summary.verdicts).toEqual(said.verdicts)
      expect(summary.exposureByteCycles).toBe(said.exposure)
      expect(takings(rows.transfers)).toEqual([...said.transfers].sort(byNumbers))
    })
  })

  test("MC8 judging every access changes nothing but what is said of it", () => {
    holds(Math.ceil(runs / 4), ({ run }, of) => {
      const { events: _, verdicts: judged, windows: followed, ...summary } = run.summary
      const unjudged = runCase(protection, words, of, true, false).run
      const { events: __, verdicts, windows, ...other } = unjudged.summary
      expect(other).toEqual(summary)
      expect(unjudged.rows.accesses).toEqual(run.rows.accesses)
      expect(verdicts.prevented).toBe(judged.prevented)
      expect(Object.keys(windows)).toEqual(Object.keys(followed))
    })
  })

  test("MC6 slots add up to cycles times slots per cycle, and added instructions fill slots of their own", () => {
    holds(Math.ceil(runs / 3), ({ run: { summary } }) => {
      const slots = Object.values(summary.slots).reduce((sum, each) => sum + each, 0)
      expect(slots).toBe(summary.cycles * summary.slotsPerCycle)
      expect(summary.gatePasses === 0 || (summary.slots.gate ?? 0) > 0).toBe(true)
    })
  })
}

/** Rows of operations that took something away: verb, thread, committed, completed, quiet. */
function takings(transfers: Rows): Array<Array<number>> {
  const columns = ["operation", "thread", "committed", "completed", "quiet"].map((name) => columnOf("transfers", name))
  const picked = transfers.map((row) => columns.map((column) => row[column] as number))
  const takes: ReadonlyArray<number | undefined> = [Verb.revoke, Verb.move, Verb.free]
  return picked.filter(([verb]) => takes.includes(verb)).sort(byNumbers)
}

const byNumbers = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): number => {
  const at = x.findIndex((value, place) => value !== y[place])
  return at < 0 ? 0 : (x[at] as number) - (y[at] as number)
}
