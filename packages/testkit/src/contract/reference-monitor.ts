/**
 * A slow monitor for tests: everything that the monitor says of a run, recomputed from all reports at once by scanning
 * them. It shares no state and no algorithm with the fast one.
 *
 * Law: a question about a moment is answered from the reports up to that moment, each time anew.
 */

import { RegionKind } from "@isolde/core/isolation/regions"
import { Report } from "@isolde/core/isolation/report-log"
import { Right } from "@isolde/core/isolation/rights"
import { Verdict, verdictNames } from "@isolde/core/isolation/verdict"
import type { System } from "@isolde/core/scenario/system"
import type { Protection } from "./protection.ts"
import { ReferenceMoment } from "./reference-moment.ts"
import { type Copies, inOrder, type Reported, type Reporting } from "./reports-of.ts"

/** What a monitor says of a run. */
export interface Said {
  readonly verdicts: Readonly<Record<string, number>>
  readonly exposure: number
  /** Operations that took something away: verb, thread, committed, completed, quiet. */
  readonly transfers: ReadonlyArray<ReadonlyArray<number>>
}

/** What the reports of a run of `cycles` come to. */
export function referenceOf(
  run: Reporting,
  { traits }: Pick<Protection, "traits">,
  share: boolean,
  cycles: number
): Said {
  return new ReferenceMonitor(run, traits.governs, traits.leaves ?? [RegionKind.shared], share).said(cycles)
}

class ReferenceMonitor {
  readonly #system: System
  readonly #governs: number
  readonly #leaves: ReadonlyArray<number>
  readonly #share: boolean
  readonly #reports: ReadonlyArray<Reported>
  readonly #copies: Copies
  /** Every mechanism reports what of its rights lies in memory. */
  readonly #explicit: boolean

  constructor({ copies, reports, system }: Reporting, governs: number, leaves: ReadonlyArray<number>, share: boolean) {
    this.#system = system
    this.#governs = governs
    this.#leaves = leaves
    this.#share = share
    this.#reports = inOrder(reports)
    this.#copies = copies
    this.#explicit = (system.unit.each ?? [system.unit]).every((unit) => unit.copies !== undefined)
  }

  said(cycles: number): Said {
    return { verdicts: this.#verdicts(), exposure: this.#exposure(cycles), transfers: this.#transfers() }
  }

  /** Rights that policy gives `domain` to `region` after the first `count` reports. */
  #intended(domain: number, region: number, count: number): number {
    const { regions } = this.#system
    const shared = this.#share && regions.kind[region] === RegionKind.exchange
    let rights: number = shared || regions.owner[region] === domain ? Right.readWrite : Right.none
    for (const { facts, kind } of this.#reports.slice(0, count))
      if (kind === Report.intent && facts[0] === domain && facts[1] === region) rights = facts[2] ?? 0
    return rights
  }

  #verdicts(): Record<string, number> {
    const counts = new Map<number, number>()
    const count = (verdict: number) => counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
    this.#reports.forEach((report, at) => {
      const [domain = 0, region = 0, right = 0, what = 0, row = -1] = report.facts
      if (report.kind === Report.checked) count(this.#verdict(domain, region, right, what === 1, at))
      else if (report.kind === Report.performed && right === Right.write && row >= 0) {
        const before = this.#checkOf(report, at)
        const checked = this.#reports[before] as Reported
        if (checked.facts[3] === 1) return
        const now = this.#verdict(domain, region, right, false, at)
        if (now !== Verdict.permitted && now !== this.#verdict(domain, region, right, false, before)) count(now)
      } else if (report.kind === Report.fault) {
        const intended = region < 0 || (this.#intended(domain, region, at) & right) !== 0
        if (what === 2) count(Verdict.healed)
        else if (intended) count(Verdict.spurious)
        else count(what === 1 ? Verdict.detected : Verdict.prevented)
      }
    })
    return Object.fromEntries(verdictNames.map((name, verdict) => [name, counts.get(verdict) ?? 0]))
  }

  /** Place of the check of a store that performs at place `at`. */
  #checkOf({ facts, thread }: Reported, at: number): number {
    for (let before = at - 1; before >= 0; before--) {
      const each = this.#reports[before] as Reported
      if (each.kind === Report.checked && each.thread === thread && each.facts[2] === Right.write)
        if (each.facts[1] === facts[1] && each.facts[4] === facts[4]) return before
    }
    throw new Error(`a store of thread ${thread} performs without a check`)
  }

  /** Verdict on an access that was allowed at report `at`. */
  #verdict(domain: number, region: number, right: number, exempt: boolean, at: number): number {
    if ((this.#intended(domain, region, at) & right) !== 0) return Verdict.permitted
    const kind = this.#system.regions.kind[region] ?? 0
    if (exempt || (this.#governs & right) === 0 || this.#leaves.includes(kind)) return Verdict.ungoverned
    for (let before = at - 1; before >= 0; before--) {
      const { facts, kind: what } = this.#reports[before] as Reported
      if (what !== Report.intent || facts[0] !== domain || facts[1] !== region) continue
      if ((this.#intended(domain, region, before) & ~(facts[2] ?? 0) & right) === 0) continue
      const over = this.#completionOf(before)
      return over >= 0 && over < at ? Verdict.leaked : Verdict.racing
    }
    return Verdict.leaked
  }

  /** Place of the completion of the operation that changed intent at place `at`, or -1. */
  #completionOf(at: number): number {
    const software = this.#reports[at]?.facts[3]
    return this.#reports.findIndex(
      ({ facts, kind }, place) => place > at && kind === Report.completed && facts[3] === software
    )
  }

  #start(): ReferenceMoment {
    return new ReferenceMoment(this.#system, this.#copies)
  }

  #exposure(cycles: number): number {
    const moment = this.#start()
    let sum = 0
    let since = 0
    let excess = 0
    this.#reports.forEach((report, at) => {
      sum += excess * (report.tick - since)
      since = report.tick
      moment.apply(report)
      if (report.kind === Report.checked || report.kind === Report.performed) return
      excess = 0
      for (const [thread, { beside, domain, rights }] of moment.running) {
        excess += beside
        for (const region of rights.keys()) {
          if ((moment.reaches(thread, region) & ~this.#intended(domain, region, at + 1)) !== 0)
            excess += this.#system.regions.bytes[region] ?? 0
        }
      }
    })
    return sum + excess * (cycles - since)
  }

  #transfers(): Array<Array<number>> {
    const rows: Array<Array<number>> = []
    this.#reports.forEach((report, at) => {
      if (report.kind !== Report.completed) return
      const [verb = 0, , , software] = report.facts
      const begun = this.#reports.findLastIndex(
        ({ facts, kind }, place) => place < at && kind === Report.completed && facts[3] === software
      )
      const losses = [...this.#reports.keys()].filter((place) => {
        const { facts, kind } = this.#reports[place] as Reported
        if (place <= begun || place >= at || kind !== Report.intent || facts[3] !== software) return false
        return (this.#intended(facts[0] ?? 0, facts[1] ?? 0, place) & ~(facts[2] ?? 0)) !== 0
      })
      const [first] = losses
      if (first === undefined) return
      const quiet = this.#quiet(losses, at, this.#drainOf(at))
      rows.push([verb, report.thread, this.#reports[first]?.tick ?? 0, report.tick, quiet])
    })
    return rows
  }

  /** Place at which the stores of the operation that completes at `at` have drained, or -1. */
  #drainOf(at: number): number {
    const { facts, thread } = this.#reports[at] as Reported
    if (facts[5] === 0 || this.#explicit) return at
    const waiting = this.#reports.filter(
      (each, place) => place <= at && each.kind === Report.completed && each.thread === thread && each.facts[5] === 1
    ).length
    let seen = 0
    return this.#reports.findIndex(
      (each) => each.kind === Report.drained && each.thread === thread && ++seen === waiting
    )
  }

  /** Tick from which nothing could use what was lost at places `losses`, completed at `at`, drained at `drained`; or -1. */
  #quiet(losses: ReadonlyArray<number>, at: number, drained: number): number {
    if (drained < 0) return -1
    const moment = this.#start()
    const clear = new Map<number, number>()
    const left = new Map<number, number>()
    for (const [place, report] of this.#reports.entries()) {
      moment.apply(report)
      for (const loss of losses) {
        if (loss > place) continue
        const [domain = 0, region = 0, rights = 0] = (this.#reports[loss] as Reported).facts
        const lost = left.get(loss) ?? this.#intended(domain, region, loss) & ~rights
        const given = report.kind === Report.intent && loss !== place && report.facts[0] === domain
        left.set(loss, given && report.facts[1] === region ? lost & ~(report.facts[2] ?? 0) : lost)
        if (lost === 0) continue
        if (left.get(loss) !== 0 && moment.held(domain, region, lost)) clear.delete(loss)
        else if (!clear.has(loss)) clear.set(loss, report.tick)
      }
      if (place < at || place < drained || clear.size < losses.length) continue
      return Math.max(...clear.values(), this.#explicit ? 0 : (this.#reports[drained]?.tick ?? 0))
    }
    return -1
  }
}
