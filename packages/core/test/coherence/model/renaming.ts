/**
 * Names given to caches anew, and the groups that such renamings form. Law: all names are equally good.
 * A renaming is a number: its place in `permutations`; the first changes no name.
 */

/** Every order of `size` things, the unchanged one first: [thing] name. */
export function permutations(size: number): Array<Uint8Array> {
  if (size === 0) return [new Uint8Array(0)]
  return permutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, back) => {
      const at = size - 1 - back
      return Uint8Array.from([...rest.slice(0, at), size - 1, ...rest.slice(at)])
    })
  )
}

/** [set of things, a bit each] the set of their names. */
export function renamedSets(names: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 1 << names.length }, (_, things) => {
    let renamed = 0
    for (const [thing, name] of names.entries()) if ((things >> thing) & 1) renamed |= 1 << name
    return renamed
  })
}

/** How renamings of `size` caches compose; sets of them are bits of a number. */
export class Renamings {
  readonly all: ReadonlyArray<Uint8Array> // [renaming][cache] name
  readonly count: number
  /** [a * count + b] first b, then a. */
  readonly after: Uint8Array
  /** [renaming] the one that undoes it. */
  readonly inverse: Uint8Array
  readonly #least = new Map<number, Uint8Array>()

  constructor(size: number) {
    this.all = permutations(size)
    this.count = this.all.length
    const numberOf = (names: ReadonlyArray<number>) =>
      this.all.findIndex((each) => each.every((name, thing) => name === names[thing]))
    const numbers = Array.from({ length: this.count }, (_, each) => each)
    this.after = Uint8Array.from(
      numbers.flatMap((a) =>
        numbers.map((b) =>
          numberOf(Array.from(this.all[b] as Uint8Array, (name) => (this.all[a] as Uint8Array)[name] as number))
        )
      )
    )
    this.inverse = Uint8Array.from(numbers.map((a) => numbers.findIndex((b) => this.after[a * this.count + b] === 0)))
  }

  compose(a: number, b: number): number {
    return this.after[a * this.count + b] as number
  }

  /**
   * [renaming] the least of those that are as good, where what stands left of it is unchanged by the renamings in
   * `left` and what stands right by those in `right`: the least of its double coset.
   */
  least(left: number, right: number): Uint8Array {
    const key = left * 2 ** this.count + right
    const known = this.#least.get(key)
    if (known !== undefined) return known
    const least = Uint8Array.from({ length: this.count }, (_, renaming) => {
      let best = renaming
      for (let l = 0; l < this.count; l++) {
        if (((left >> l) & 1) === 0) continue
        for (let r = 0; r < this.count; r++) {
          if ((right >> r) & 1) best = Math.min(best, this.compose(l, this.compose(renaming, r)))
        }
      }
      return best
    })
    this.#least.set(key, least)
    return least
  }
}

/** Whether the first key comes before the second (less than 0), is the same (0), or comes after it. */
export function order(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): number {
  if (aLength !== bLength) return aLength - bLength
  for (let i = 0; i < aLength; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return 0
}
