/**
 * Allocation tags: four bits per 16-byte granule, stored with the line and travelling with it. Whoever reads
 * them holds the line readable, whoever writes them holds it writable; the tile's access sees to that.
 */
export class Tags {
  readonly #tags: Uint16Array // [line] four tags of four bits

  constructor(lines: number) {
    this.#tags = new Uint16Array(lines)
  }

  /** Tag of the granule at `offset` of a line. */
  of(line: number, offset: number): number {
    return (this.#tags[line] >>> (((offset >>> 4) & 3) * 4)) & 15
  }

  /** Tag the granules that `bytes` from `offset` in the line touch. */
  set(line: number, offset: number, bytes: number, tag: number): void {
    const first = (offset >>> 4) & 3
    const last = Math.min(3, ((offset & 63) + bytes - 1) >>> 4)
    let tags = this.#tags[line]
    for (let granule = first; granule <= last; granule++)
      tags = (tags & ~(15 << (granule * 4))) | (tag << (granule * 4))
    this.#tags[line] = tags
  }
}
