/** Columns that reach the run's high-water mark and stay there: growing is rare, and always the same. */
type Column = Int32Array | Int16Array | Uint8Array | Float64Array

/** A column of `length` that begins with what `column` holds; the rest is `fill`. */
export function grown<C extends Column>(column: C, length: number, fill = 0): C {
  const wider = new (column.constructor as new (length: number) => C)(length)
  if (fill !== 0) wider.fill(fill, column.length)
  wider.set(column)
  return wider
}
