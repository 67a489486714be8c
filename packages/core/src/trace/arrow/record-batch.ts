/**
 * Rows of a trace as an Arrow record batch, made of the columns as they are: nothing is copied, so a batch is written
 * before its columns are used again.
 * Law TR4: a dictionary column holds indices of its names, or "none".
 */
import {
  type Data,
  type Dictionary,
  type Float64,
  type Int32,
  makeData,
  RecordBatch,
  Struct,
  type Uint8,
  type Utf8,
  type Vector
} from "apache-arrow"
import { ModelDefect } from "../../kernel/model-defect.ts"
import type { TraceColumn } from "../table-schema.ts"
import type { ArrowSchema } from "./arrow-schema.ts"

/** The index of a dictionary column that means "none": stored as null. */
const NONE = -1

/** The first `rows` rows of `columns`, one column of its own type per column of the schema; "none" becomes 0 in them. */
export function recordBatch(of: ArrowSchema, columns: ReadonlyArray<TraceColumn>, rows: number): RecordBatch {
  const children = of.table.columns.map((_, i) => columnData(of, i, columns[i].subarray(0, rows)))
  const type = new Struct(of.schema.fields)
  return new RecordBatch(of.schema, makeData({ type, length: rows, nullCount: 0, children }))
}

function columnData(of: ArrowSchema, i: number, values: TraceColumn): Data {
  const column = of.table.columns[i]
  const type: unknown = of.schema.fields[i].type
  const shape = { length: values.length, nullCount: 0 }
  switch (column.type) {
    case "float64":
      return makeData({ ...shape, type: type as Float64, data: values as Float64Array })
    case "int32":
      return makeData({ ...shape, type: type as Int32, data: values as Int32Array })
    case "uint8":
      return makeData({ ...shape, type: type as Uint8, data: values as Uint8Array })
    case "dictionary": {
      const dictionary = of.dictionaries[i] as Vector<Utf8>
      const data = values as Int32Array
      const validity = checkedIndices(data, dictionary.length, `${of.table.name}.${column.name}`)
      return makeData({ ...shape, ...validity, type: type as Dictionary<Utf8, Int32>, data, dictionary })
    }
  }
}

/** Holds indices to their dictionary, and turns those that mean "none" into nulls. */
function checkedIndices(
  indices: Int32Array,
  names: number,
  where: string
): { nullCount: number; nullBitmap?: Uint8Array } {
  let nulls = 0
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row]
    if (index === NONE) nulls++
    else if (index < 0 || index >= names) throw new ModelDefect("TR4", `${where} shows name ${index} of ${names}`)
  }
  if (nulls === 0) return { nullCount: 0 }
  const nullBitmap = new Uint8Array(((indices.length + 63) >> 6) << 3)
  for (let row = 0; row < indices.length; row++) {
    if (indices[row] === NONE) indices[row] = 0
    else nullBitmap[row >> 3] |= 1 << (row & 7)
  }
  return { nullCount: nulls, nullBitmap }
}
