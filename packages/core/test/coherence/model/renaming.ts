/** Names given to caches and lines anew: what a key is made canonical with. Law: all names are equally good. */

/** Every order of `size` things: [thing] name. */
export function permutations(size: number): Array<Uint8Array> {
  if (size === 0) return [new Uint8Array(0)]
  return permutations(size - 1).flatMap((rest) =>
    Array.from({ length: size }, (_, at) => Uint8Array.from([...rest.slice(0, at), size - 1, ...rest.slice(at)]))
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

/** Whether the first key comes before the second: the shorter one, then by bytes. */
export function less(a: Uint8Array, aLength: number, b: Uint8Array, bLength: number): boolean {
  if (aLength !== bLength) return aLength < bLength
  for (let i = 0; i < aLength; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number)
  return false
}
