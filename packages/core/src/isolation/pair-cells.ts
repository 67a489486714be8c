/**
 * Where numbers of pairs of a domain and a region stand in columns: most pairs never have one that differs from the
 * start, so pairs get cells sixty-four at a time, when the first of them is written.
 * Law: columns grow in proportion to the pairs in use, not to domains times regions; a pair without cells reads those
 * that all such pairs share, which nobody writes.
 */

/** Pairs that get their cells together, as a power of two. */
const BITS = 6
const TOGETHER = 1 << BITS

export class PairCells {
  /** Cells that every column has to have. */
  length = TOGETHER
  readonly #regions: number
  readonly #chunk: Int32Array // [pair >>> BITS] which cells, or 0 for the shared ones
  #opened = 1

  constructor(domains: number, regions: number) {
    this.#regions = regions
    this.#chunk = new Int32Array(Math.ceil((domains * regions) / TOGETHER))
  }

  /** Cell to read. */
  find(domain: number, region: number): number {
    const pair = domain * this.#regions + region
    return (this.#chunk[pair >>> BITS] << BITS) | (pair & (TOGETHER - 1))
  }

  /** Cell to write, once columns shorter than `length` have grown to it. */
  open(domain: number, region: number): number {
    const pair = domain * this.#regions + region
    if (this.#chunk[pair >>> BITS] === 0) this.#openChunk(pair >>> BITS)
    return this.find(domain, region)
  }

  #openChunk(chunk: number): void {
    this.#chunk[chunk] = this.#opened++
    if (this.#opened << BITS > this.length) this.length *= 2
  }
}
