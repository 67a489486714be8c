/**
 * How much a measured number tells of the symbol that was sent, in bits per observation: the plug-in estimate less its
 * expected bias. Law: it depends on the pairs alone, and never falls below 0.
 */

/** Most classes that measured numbers are put into; fewer than the observations of a symbol, or chance shows. */
const CLASSES = 16

/** Mutual information of `symbols` and `numbers`, which stand in pairs. */
export function mutualInformation(symbols: ReadonlyArray<number>, numbers: ReadonlyArray<number>): number {
  const count = Math.min(symbols.length, numbers.length)
  const classes = classesOf(numbers.slice(0, count))
  const [bySymbol, byClass, byBoth] = [new Map<number, number>(), new Map<number, number>(), new Map<string, number>()]
  const add = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  for (let i = 0; i < count; i++) {
    const [symbol, of] = [symbols[i] as number, classes[i] as number]
    add(bySymbol, symbol)
    add(byClass, of)
    add(byBoth, `${symbol} ${of}`)
  }
  const entropy = (counts: Map<unknown, number>): number =>
    [...counts.values()].reduce((sum, each) => sum - (each / count) * Math.log2(each / count), 0)
  // Miller and Madow: what chance adds to the estimate grows with the cells that are not empty.
  const bias = (byBoth.size - bySymbol.size - byClass.size + 1) / (2 * count * Math.LN2)
  return Math.max(0, entropy(bySymbol) + entropy(byClass) - entropy(byBoth) - bias)
}

/** Classes of equal numbers, or of about equally many numbers next to each other where there are too many values. */
function classesOf(numbers: ReadonlyArray<number>): ReadonlyArray<number> {
  const values = [...new Set(numbers)].sort((x, y) => x - y)
  if (values.length <= CLASSES) return numbers.map((number) => values.indexOf(number))
  const sorted = [...numbers].sort((x, y) => x - y)
  const bounds = Array.from({ length: CLASSES - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / CLASSES)])
  return numbers.map((number) => bounds.filter((bound) => bound !== undefined && number >= bound).length)
}
