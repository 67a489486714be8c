/**
 * Which domain holds which region, where a region has one holder: a list of regions for each domain.
 * Law: a region is on one list; it changes under the lock of who changes it (MPK15).
 */

/** Nobody, or the end of a list. */
export const Nobody = -1

export class Holdings {
  readonly #holder: Int16Array // [region] domain, or Nobody
  readonly #first: Int32Array // [domain] region
  readonly #next: Int32Array // [region]
  readonly #before: Int32Array // [region]

  constructor(domains: number, regions: number) {
    this.#holder = new Int16Array(regions).fill(Nobody)
    this.#first = new Int32Array(domains).fill(Nobody)
    this.#next = new Int32Array(regions).fill(Nobody)
    this.#before = new Int32Array(regions).fill(Nobody)
  }

  holderOf(region: number): number {
    return this.#holder[region]
  }

  /** First region of `domain`, or Nobody; `after` gives the others. */
  firstOf(domain: number): number {
    return this.#first[domain]
  }

  after(region: number): number {
    return this.#next[region]
  }

  give(region: number, domain: number): void {
    const before = this.#before[region]
    const next = this.#next[region]
    if (before !== Nobody) this.#next[before] = next
    else if (this.#holder[region] !== Nobody) this.#first[this.#holder[region]] = next
    if (next !== Nobody) this.#before[next] = before
    this.#holder[region] = domain
    this.#before[region] = Nobody
    this.#next[region] = Nobody
    if (domain === Nobody) return
    const head = this.#first[domain]
    this.#next[region] = head
    if (head !== Nobody) this.#before[head] = region
    this.#first[domain] = region
  }
}
