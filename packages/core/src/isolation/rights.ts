/**
 * The access matrix: what policy intends (law L4). Rows are domains, columns regions. Enforcement never
 * reads it; the monitor compares it with what each hardware thread would allow.
 */

/** Access modes and rights share one bit set. */
export const Right = { none: 0, read: 1, write: 2, readWrite: 3, execute: 4 } as const
export type Rights = number

export class AccessMatrix {
  readonly #regions: number
  readonly #rights: Uint8Array // [domain][region]

  constructor(domains: number, regions: number) {
    this.#regions = regions
    this.#rights = new Uint8Array(domains * regions)
  }

  rights(domain: number, region: number): Rights {
    return this.#rights[domain * this.#regions + region]
  }

  set(domain: number, region: number, rights: Rights): void {
    this.#rights[domain * this.#regions + region] = rights
  }
}
