/**
 * Verdicts: what the monitor says of each access, by intent at its tick and by what has become of the right.
 * Fed in the order of ticks; rows of `violations` come from here alone.
 *
 *   JU1  an access that was allowed is permitted if it is intended; ungoverned if the mechanism doesn't check such
 *        accesses or such memory; racing while the operation that took the right away is under way; else leaked
 *   JU2  a store has a second row when its verdict as it drains is another than at its check
 *   JU3  a fault that is reported late has its row when it is reported: at the next way into the kernel, or the end
 */
import type { TraceTable } from "../trace/trace-table.ts"
import type { RegionKind, Regions } from "./regions.ts"
import type { Revocations } from "./revocations.ts"
import { type AccessMatrix, Right, type Rights } from "./rights.ts"
import { Verdict, verdictNames } from "./verdict.ts"

/** What mechanisms check: access modes, but for kinds of region that they leave alone. */
export interface Governed {
  readonly modes: Rights
  readonly leaves: ReadonlyArray<RegionKind>
}

/** How a fault ended. */
export const FaultKind = { raised: 0, late: 1, repaired: 2 } as const
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind]

/** In place of the tick of a report, and of a delay. */
export const NeverReported = -1

interface LateFault {
  readonly domain: number
  readonly region: number
  readonly right: Rights
  readonly age: number
  readonly tick: number
}

export class Judge {
  readonly verdicts = new Float64Array(verdictNames.length) // [verdict] judgements
  readonly #regions: Regions
  readonly #intended: AccessMatrix
  readonly #revocations: Revocations
  readonly #governed: Governed
  readonly #table: TraceTable
  readonly #ownerOf: Int32Array // [thread]
  readonly #stores = new Map<number, Verdict>() // thread, row and region -> verdict at the check of a buffered store
  readonly #late: ReadonlyArray<Array<LateFault>> // [thread]

  constructor(
    regions: Regions,
    intended: AccessMatrix,
    revocations: Revocations,
    governed: Governed,
    table: TraceTable,
    ownerOf: Int32Array
  ) {
    this.#regions = regions
    this.#intended = intended
    this.#revocations = revocations
    this.#governed = governed
    this.#table = table
    this.#ownerOf = ownerOf
    this.#late = Array.from(ownerOf, () => [])
  }

  /**
   * JU1: an access was allowed at its check; the mechanism's own check left an `exempt` one alone. `row`: of a store
   * that is judged again, else -1.
   */
  checked(
    thread: number,
    domain: number,
    region: number,
    right: Rights,
    exempt: boolean,
    row: number,
    tick: number
  ): void {
    const verdict = this.#allowed(domain, region, right, exempt, tick)
    if (row >= 0) this.#stores.set(this.#keyOf(thread, row, region), verdict)
    if (verdict === Verdict.permitted) this.verdicts[Verdict.permitted]++
    else this.#emit(verdict, thread, domain, region, right, tick, false)
  }

  /** JU2: an access that was allowed performs; `row` as at its check. */
  performed(thread: number, domain: number, region: number, row: number, tick: number): void {
    const key = this.#keyOf(thread, row, region)
    const before = this.#stores.get(key)
    if (before === undefined) return
    this.#stores.delete(key)
    const verdict = this.#allowed(domain, region, Right.write, false, tick)
    if (verdict === before || verdict === Verdict.permitted) return
    this.#emit(verdict, thread, domain, region, Right.write, tick, true)
  }

  #allowed(domain: number, region: number, right: Rights, exempt: boolean, tick: number): Verdict {
    if ((this.#intended.rights(domain, region) & right) !== 0) return Verdict.permitted
    if (exempt || !this.#governs(region, right)) return Verdict.ungoverned
    return this.#revocations.allowed(domain, region, right, tick)
  }

  /** Rows are below 2^16. */
  #keyOf(thread: number, row: number, region: number): number {
    return ((thread + 1) * 0x1_0000 + row) * this.#regions.count + region
  }

  faulted(thread: number, domain: number, region: number, right: Rights, kind: FaultKind, tick: number): void {
    const intended = region < 0 || (this.#intended.rights(domain, region) & right) !== 0
    if (kind === FaultKind.repaired) return this.#emit(Verdict.healed, thread, domain, region, right, tick, false)
    if (intended) return this.#emit(Verdict.spurious, thread, domain, region, right, tick, false)
    if (kind === FaultKind.late) {
      const age = this.#revocations.age(domain, region, right, tick)
      this.#late[thread].push({ domain, region, right, age, tick })
    } else this.verdicts[Verdict.prevented]++
  }

  /** JU3: the late faults of `thread` are reported at `tick`. */
  reported(thread: number, tick: number): void {
    this.#report(thread, tick, tick)
  }

  /** The run ends at `tick`. */
  end(tick: number): void {
    for (const thread of this.#late.keys()) this.#report(thread, tick, NeverReported)
  }

  #report(thread: number, tick: number, reported: number): void {
    const owner = this.#ownerOf[thread]
    for (const { age, domain, region, right, tick: since } of this.#late[thread]) {
      this.verdicts[Verdict.detected]++
      const delay = reported === NeverReported ? NeverReported : reported - since
      this.#table.emit(tick, owner, Verdict.detected, thread, domain, region, storeOf(right), age, delay)
    }
    this.#late[thread].length = 0
  }

  #emit(
    verdict: Verdict,
    thread: number,
    domain: number,
    region: number,
    right: Rights,
    tick: number,
    drained: boolean
  ): void {
    this.verdicts[verdict]++
    const age = this.#revocations.age(domain, region, right, tick)
    const owner = this.#ownerOf[thread]
    const write = storeOf(right)
    this.#table.emit(tick, owner, verdict, thread, domain, region, write, age, NeverReported, drained ? 1 : 0)
  }

  #governs(region: number, right: Rights): boolean {
    const { leaves, modes } = this.#governed
    return (modes & right) !== 0 && !leaves.includes(this.#regions.kind[region] as RegionKind)
  }
}

const storeOf = (right: Rights): number => (right === Right.write ? 1 : 0)
