/**
 * Regions whose rights may have changed, in the order in which that came up: the last so many. Whoever knows rights as
 * of some place in this order looks at what came since, or, if that is more than is remembered, at every region.
 */

export class TouchedRegions {
  /** Place of what comes next. */
  end = 0
  readonly #region: Int32Array // [place]
  readonly #by: Int32Array // [place]
  readonly #tick: Float64Array // [place]
  readonly #mask: number

  /** At least as many are remembered as there are regions: looking at all costs no more then. */
  constructor(regions: number) {
    let size = 64
    while (size < regions) size *= 2
    this.#region = new Int32Array(size)
    this.#by = new Int32Array(size)
    this.#tick = new Float64Array(size)
    this.#mask = size - 1
  }

  /** `by`: the software thread that does it, or negative. */
  add(region: number, by: number, tick: number): void {
    this.#region[this.end & this.#mask] = region
    this.#by[this.end & this.#mask] = by
    this.#tick[this.end++ & this.#mask] = tick
  }

  /** Place of the oldest that is remembered. */
  get begin(): number {
    return Math.max(0, this.end - this.#region.length)
  }

  /** Whether all that came from `place` on is remembered. */
  remembers(place: number): boolean {
    return place >= this.begin
  }

  region(place: number): number {
    return this.#region[place & this.#mask]
  }

  by(place: number): number {
    return this.#by[place & this.#mask]
  }

  tick(place: number): number {
    return this.#tick[place & this.#mask]
  }
}
