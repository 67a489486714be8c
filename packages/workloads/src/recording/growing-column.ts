/**
 * A column that grows while it is filled.
 * Law: rows are only appended, and growing doubles, so n rows cost O(n).
 */
export type ColumnData =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

export class GrowingColumn<A extends ColumnData> {
  /** Rows in front are valid, `length` of them. */
  data: A
  length = 0
  readonly #make: new (
    length: number
  ) => A

  constructor(make: new (length: number) => A, capacity = 1024) {
    this.#make = make
    this.data = new make(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) this.#grow()
    this.data[this.length++] = value
  }

  /** Append `count` rows of `value`. */
  fill(value: number, count: number): void {
    while (this.length + count > this.data.length) this.#grow()
    this.data.fill(value, this.length, this.length + count)
    this.length += count
  }

  /** The rows, in an array of exactly their number. */
  rows(): A {
    return this.data.slice(0, this.length) as A
  }

  #grow(): void {
    const wider = new this.#make(this.data.length * 2)
    wider.set(this.data)
    this.data = wider
  }
}
