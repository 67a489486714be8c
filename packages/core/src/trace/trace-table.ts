/**
 * Rows of one table on their way out. Owners that run ahead emit early in wall time, so rows wait here until
 * no earlier one can come, and leave sorted by (tick, owner, sequence) in batches of a fixed number of rows:
 * what is written depends on nothing but the run (law L2). An observer that is off costs one comparison.
 *
 *   TT1  no row comes with a tick below one that was released, or the order would depend on when
 *   TR2  no value changes on its way: one that its column can't hold is a ModelDefect
 */
import { grown } from "../kernel/grown.ts"
import { ModelDefect } from "../kernel/model-defect.ts"
import { RowOrder } from "../kernel/row-order.ts"
import { type TableSchema, type TraceColumn, traceColumn } from "./table-schema.ts"

/** Takes the rows of a trace, batch by batch. Columns are reused: copy or write before returning. */
export interface TraceSink {
  write(table: TableSchema, columns: ReadonlyArray<TraceColumn>, rows: number): void
}

/** Rows of a full batch. */
export const BATCH_ROWS = 16_384

/** Rows that a table has room for at first, staged and in its batch: most tables of most runs stay small. */
const FIRST_ROWS = 64

/** Most values of a row, the leading tick and owner included. */
export const WIDEST = 13

/** Rows that are turned into columns at a time: their values stay in the L1D. */
const FEW = 256

/** Values beside tick and owner of which a row stages so many at least. */
const NARROW = 7

/** Of all tables that nobody wants: nothing is ever added. */
const noRows = new RowOrder(0)

export class TraceTable {
  /** Whether anybody looks. */
  readonly on: boolean
  readonly schema: TableSchema
  emitted = 0
  readonly #sink: TraceSink | undefined
  readonly #order: RowOrder
  readonly #stride: number
  #values: Float64Array // [row][column behind tick and owner]
  #batch: ReadonlyArray<TraceColumn>
  #batched = 0
  #released = Number.NEGATIVE_INFINITY

  constructor(schema: TableSchema, sink: TraceSink | undefined) {
    this.schema = schema
    this.on = sink !== undefined
    this.#sink = sink
    const rows = this.on ? FIRST_ROWS : 0
    this.#stride = schema.columns.length - 2 > NARROW ? WIDEST - 2 : NARROW
    this.#order = this.on ? new RowOrder(rows) : noRows
    this.#values = new Float64Array(rows * this.#stride)
    this.#batch = this.on ? schema.columns.map(({ type }) => traceColumn(type, rows)) : []
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
    const order = this.#order
    if (order.count === order.capacity) this.#grow()
    const row = order.count++
    this.emitted++
    order.tick[row] = tick
    order.owner[row] = owner
    const values = this.#values
    const at = row * this.#stride
    values[at] = c2
    values[at + 1] = c3
    values[at + 2] = c4
    values[at + 3] = c5
    values[at + 4] = c6
    values[at + 5] = c7
    values[at + 6] = c8
    if (this.#stride === NARROW) return
    values[at + 7] = c9
    values[at + 8] = c10
    values[at + 9] = c11
    values[at + 10] = c12
  }

  /** True when it is worth releasing rows. */
  get full(): boolean {
    return this.#order.count >= BATCH_ROWS
  }

  /** No row with a tick below `safe` can come any more: write what is complete. */
  release(safe: number): void {
    const order = this.#order
    if (order.count === 0) return
    const ready = order.sort(safe)
    const earliest = order.rows[0]
    if (order.tick[earliest] < this.#released) {
      const row = `a row of owner ${order.owner[earliest]} in ${this.schema.name} at tick ${order.tick[earliest]}`
      throw new ModelDefect("TT1", `${row} came after tick ${this.#released} was released`)
    }
    if (safe > this.#released) this.#released = safe
    for (let from = 0; from < ready; ) {
      const to = Math.min(ready, from + BATCH_ROWS - this.#batched)
      this.#makeRoom(this.#batched + to - from)
      this.#take(from, to)
      from = to
      if (this.#batched === BATCH_ROWS) this.#flush()
    }
    this.#keep(ready)
  }

  /** The run is over: write everything. */
  close(): void {
    this.release(Number.POSITIVE_INFINITY)
    if (this.on) this.#flush()
  }

  /** The batch has room for `rows` rows, at most BATCH_ROWS. */
  #makeRoom(rows: number): void {
    let room = this.#batch[0].length
    if (rows <= room) return
    while (room < rows) room *= 2
    this.#batch = this.#batch.map((column) => grown(column, room))
  }

  /** The sorted rows from `from` up to `to` go into the batch, a few at a time, column by column. */
  #take(from: number, to: number): void {
    const { owner, rows, tick } = this.#order
    const [ticks, owners] = this.#batch
    for (let begin = from; begin < to; begin += FEW) {
      const end = Math.min(to, begin + FEW)
      const into = this.#batched + begin - from
      gather(ticks, into, tick, 1, 0, rows, begin, end)
      gatherOwners(owners, into, owner, rows, begin, end)
      for (let column = 2; column < this.#batch.length; column++) {
        const target = this.#batch[column]
        if (target instanceof Float64Array)
          gather(target, into, this.#values, this.#stride, column - 2, rows, begin, end)
        else this.#gatherWhole(column, target, into, rows, begin, end)
      }
    }
    this.#batched += to - from
  }

  #gatherWhole(
    column: number,
    target: Int32Array | Uint8Array,
    into: number,
    rows: Int32Array,
    begin: number,
    end: number
  ): void {
    const values = this.#values
    const stride = this.#stride
    for (let i = begin; i < end; i++) {
      const value = values[rows[i] * stride + column - 2]
      target[into + i - begin] = value
      if (target[into + i - begin] !== value)
        throw new ModelDefect("TR2", `${this.schema.name}.${this.schema.columns[column].name} can't hold ${value}`)
    }
  }

  /** Rows stay in the order of their emission, which is the sequence of each owner. */
  #keep(taken: number): void {
    const order = this.#order
    const stride = this.#stride
    order.keep(taken)
    for (let i = 0; i < order.count; i++) {
      const from = order.rows[i] * stride
      this.#values.copyWithin(i * stride, from, from + stride)
    }
  }

  #flush(): void {
    if (this.#batched > 0) this.#sink?.write(this.schema, this.#batch, this.#batched)
    this.#batched = 0
  }

  #grow(): void {
    const rows = this.#order.capacity * 2
    this.#order.grow(rows)
    this.#values = grown(this.#values, rows * this.#stride)
  }
}

function gather(
  target: TraceColumn,
  into: number,
  values: Float64Array,
  stride: number,
  offset: number,
  rows: Int32Array,
  begin: number,
  end: number
): void {
  for (let i = begin; i < end; i++) target[into + i - begin] = values[rows[i] * stride + offset]
}

function gatherOwners(
  target: TraceColumn,
  into: number,
  owner: Int32Array,
  rows: Int32Array,
  begin: number,
  end: number
): void {
  for (let i = begin; i < end; i++) target[into + i - begin] = owner[rows[i]]
}
