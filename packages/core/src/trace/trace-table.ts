/**
 * Rows of one table on their way out. Owners that run ahead emit early in wall time, so rows wait here until
 * no earlier one can come, and leave sorted by (tick, owner, sequence) in batches of a fixed number of rows:
 * what is written depends on nothing but the run (law L2). An observer that is off costs one comparison.
 *
 * Invariant TT1: no row comes with a tick below one that was released, or the order would depend on when.
 */
import { grown } from "../kernel/grown.ts"
import { ModelDefect } from "../kernel/model-defect.ts"
import type { TableSchema } from "./table-schema.ts"

/** Takes the rows of a trace, batch by batch. Columns are reused: copy or write before returning. */
export interface TraceSink {
  write(table: TableSchema, columns: ReadonlyArray<Float64Array>, rows: number): void
}

/** Rows of a full batch. */
export const BATCH_ROWS = 16_384

/** Most values of a row, the leading tick and owner included. */
export const WIDEST = 13

export class TraceTable {
  /** Whether anybody looks. */
  readonly on: boolean
  readonly schema: TableSchema
  emitted = 0
  readonly #sink: TraceSink | undefined
  #count = 0
  #columns: Array<Float64Array>
  readonly #batch: Array<Float64Array>
  #batched = 0
  #order: Int32Array
  #released = Number.NEGATIVE_INFINITY

  constructor(schema: TableSchema, sink: TraceSink | undefined) {
    this.schema = schema
    this.on = sink !== undefined
    this.#sink = sink
    const rows = this.on ? BATCH_ROWS : 0
    this.#columns = Array.from({ length: WIDEST }, () => new Float64Array(rows))
    this.#batch = schema.columns.map(() => new Float64Array(rows))
    this.#order = new Int32Array(rows)
  }

  /** Add a row: its tick, its owner, then the schema's other columns in order. */
  emit(
    tick: number,
    owner: number,
    c2 = 0,
    c3 = 0,
    c4 = 0,
    c5 = 0,
    c6 = 0,
    c7 = 0,
    c8 = 0,
    c9 = 0,
    c10 = 0,
    c11 = 0,
    c12 = 0
  ): void {
    if (!this.on) return
    if (this.#count === this.#order.length) this.#grow()
    const columns = this.#columns
    const row = this.#count++
    this.emitted++
    columns[0][row] = tick
    columns[1][row] = owner
    columns[2][row] = c2
    columns[3][row] = c3
    columns[4][row] = c4
    columns[5][row] = c5
    columns[6][row] = c6
    columns[7][row] = c7
    columns[8][row] = c8
    columns[9][row] = c9
    columns[10][row] = c10
    columns[11][row] = c11
    columns[12][row] = c12
  }

  /** True when it is worth releasing rows. */
  get full(): boolean {
    return this.#count >= BATCH_ROWS
  }

  /** No row with a tick below `safe` can come any more: write what is complete. */
  release(safe: number): void {
    if (!this.on || this.#count === 0) return
    const columns = this.#columns
    const [ticks, owners] = columns
    const order = this.#order.subarray(0, this.#count)
    for (let row = 0; row < order.length; row++) order[row] = row
    // Emission order within one owner is the sequence; sort() is stable on equal keys only by the last term.
    order.sort((x, y) => ticks[x] - ticks[y] || owners[x] - owners[y] || x - y)
    const earliest = order[0]
    if (ticks[earliest] < this.#released) {
      const row = `a row of owner ${owners[earliest]} in ${this.schema.name} at tick ${ticks[earliest]}`
      throw new ModelDefect("TT1", `${row} came after tick ${this.#released} was released`)
    }
    if (safe > this.#released) this.#released = safe
    let ready = 0
    while (ready < order.length && ticks[order[ready]] < safe) ready++
    for (let i = 0; i < ready; i++) {
      for (let c = 0; c < this.#batch.length; c++) this.#batch[c][this.#batched] = columns[c][order[i]]
      if (++this.#batched === BATCH_ROWS) this.#flush()
    }
    this.#keep(order.subarray(ready))
  }

  /** The run is over: write everything. */
  close(): void {
    this.release(Number.POSITIVE_INFINITY)
    if (this.on) this.#flush()
  }

  /** Rows stay in the order of their emission, which is the sequence of each owner. */
  #keep(rows: Int32Array): void {
    rows.sort()
    for (const column of this.#columns) for (let i = 0; i < rows.length; i++) column[i] = column[rows[i]]
    this.#count = rows.length
  }

  #flush(): void {
    if (this.#batched > 0) this.#sink?.write(this.schema, this.#batch, this.#batched)
    this.#batched = 0
  }

  #grow(): void {
    const size = this.#order.length * 2
    this.#order = new Int32Array(size)
    this.#columns = this.#columns.map((column) => grown(column, size))
  }
}
