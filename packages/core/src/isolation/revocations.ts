/**
 * When each right was last taken away, and when that operation had completed: what tells racing from leaked, and how
 * old a right is that should be gone.
 */
import { grown } from "../kernel/grown.ts"
import { PairCells } from "./pair-cells.ts"
import type { Rights } from "./rights.ts"
import { Verdict } from "./verdict.ts"

/** No revocation. */
const Never = -1
/** The operation has not completed. */
const UnderWay = Number.POSITIVE_INFINITY

export class Revocations {
  readonly #cells: PairCells
  #committed: Float64Array // [cell][read, write] tick, or Never
  #completed: Float64Array // [cell][read, write] tick, or UnderWay

  constructor(domains: number, regions: number) {
    this.#cells = new PairCells(domains, regions)
    this.#committed = new Float64Array(this.#cells.length * 2).fill(Never)
    this.#completed = new Float64Array(this.#cells.length * 2)
  }

  /** `domain` loses `rights` at `tick`. */
  committed(domain: number, region: number, rights: Rights, tick: number): void {
    const cell = this.#cells.open(domain, region)
    this.#grow()
    for (let bit = 0; bit < 2; bit++) {
      if (((rights >>> bit) & 1) === 0) continue
      this.#committed[2 * cell + bit] = tick
      this.#completed[2 * cell + bit] = UnderWay
    }
  }

  /** The operation that took `rights` away, committed at `committed`, completes at `tick`. */
  completed(domain: number, region: number, rights: Rights, committed: number, tick: number): void {
    for (let bit = 0; bit < 2; bit++) {
      const at = 2 * this.#cells.find(domain, region) + bit
      if (((rights >>> bit) & 1) === 1 && this.#committed[at] === committed) this.#completed[at] = tick
    }
  }

  /** Verdict on an access with `right` at `tick`, allowed and not intended. Reports until `tick` have been seen. */
  allowed(domain: number, region: number, right: Rights, tick: number): Verdict {
    const at = 2 * this.#cells.find(domain, region) + (right >>> 1)
    return this.#committed[at] >= 0 && tick < this.#completed[at] ? Verdict.racing : Verdict.leaked
  }

  /** Ticks since the right was taken away, or -1 if it never was. */
  age(domain: number, region: number, right: Rights, tick: number): number {
    if (region < 0) return -1
    const committed = this.#committed[2 * this.#cells.find(domain, region) + (right >>> 1)]
    return committed < 0 ? -1 : tick - committed
  }

  #grow(): void {
    const length = this.#cells.length * 2
    if (this.#committed.length >= length) return
    this.#committed = grown(this.#committed, length, Never)
    this.#completed = grown(this.#completed, length)
  }
}
