/**
 * The access matrix: what policy intends (law L4). Rows are domains, columns regions. Enforcement never
 * reads it; the monitor compares it with what each hardware thread would allow.
 */
import { grown } from "../kernel/grown.ts"
import { PairCells } from "./pair-cells.ts"

/** Access modes and rights share one bit set. */
export const Right = { none: 0, read: 1, write: 2, readWrite: 3, execute: 4 } as const
export type Rights = number

export class AccessMatrix {
  readonly #cells: PairCells
  #rights: Uint8Array // [cell]

  constructor(domains: number, regions: number) {
    this.#cells = new PairCells(domains, regions)
    this.#rights = new Uint8Array(this.#cells.length)
  }

  rights(domain: number, region: number): Rights {
    return this.#rights[this.#cells.find(domain, region)]
  }

  set(domain: number, region: number, rights: Rights): void {
    const cell = this.#cells.open(domain, region)
    if (this.#rights.length < this.#cells.length) this.#rights = grown(this.#rights, this.#cells.length)
    this.#rights[cell] = rights
  }
}
