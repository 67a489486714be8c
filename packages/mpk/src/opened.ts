/**
 * Which domains a thread's PKRU opens: the one that runs, and between `open` and the next gate a second one, for copies.
 *
 *   MPK20  a write of PKRU that is no gate's leaves open what is open for copies, as far as the table allows it still
 */

/** In place of a second domain. */
export const NoOther = -1

export class Opened {
  /** [software thread] domain that runs. */
  readonly domain: Int16Array
  /** [software thread] domain that is open beside it, or NoOther. */
  readonly other: Int16Array

  constructor(threads: number) {
    this.domain = new Int16Array(threads)
    this.other = new Int16Array(threads).fill(NoOther)
  }

  /** A gate leads into `domain`. */
  select(thread: number, domain: number): void {
    this.domain[thread] = domain
    this.other[thread] = NoOther
  }

  /** True if what `domain` may reach is open in `thread`. */
  has(thread: number, domain: number): boolean {
    return domain === this.domain[thread] || (domain !== NoOther && domain === this.other[thread])
  }

  /** PKRU of what is open, where `of` is that of one domain. */
  pkru(thread: number, of: (domain: number) => number): number {
    const own = of(this.domain[thread])
    return this.other[thread] === NoOther ? own : own & of(this.other[thread])
  }
}
