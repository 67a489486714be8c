/**
 * Rows of a trace as an Arrow record batch.
 * Law TR2: no value changes on its way; one that its column can't hold is a ModelDefect. The columns given are
 * reused by their owner while Arrow's are not copied again, so every batch gets arrays of its own.
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
import type { ArrowSchema } from "./arrow-schema.ts"

/** The index of a dictionary column that means "none": stored as null. */
const NONE = -1

/** The first `rows` rows of `columns`, one column per column of the schema. */
export function recordBatch(of: ArrowSchema, columns: ReadonlyArray<Float64Array>, rows: number): RecordBatch {
  const children = of.table.columns.map((_, i) => columnData(of, i, columns[i].subarray(0, rows)))
  const type = new Struct(of.schema.fields)
  return new RecordBatch(of.schema, makeData({ type, length: rows, nullCount: 0, children }))
}

function columnData(of: ArrowSchema, i: number, values: Float64Array): Data {
  const column = of.table.columns[i]
  const where = `${of.table.name}.${column.name}`
  const type: unknown = of.schema.fields[i].type
  const shape = { length: values.length, nullCount: 0 }
  switch (column.type) {
    case "float64":
      return makeData({ ...shape, type: type as Float64, data: values.slice() })
    case "int32":
      return makeData({ ...shape, type: type as Int32, data: exact(values, new Int32Array(values.length), where) })
    case "uint8":
      return makeData({ ...shape, type: type as Uint8, data: exact(values, new Uint8Array(values.length), where) })
    case "dictionary": {
      const dictionary = of.dictionaries[i] as Vector<Utf8>
      const data = exact(values, new Int32Array(values.length), where)
      const validity = checkedIndices(data, dictionary.length, where)
      return makeData({ ...shape, ...validity, type: type as Dictionary<Utf8, Int32>, data, dictionary })
    }
  }
}

function exact<A extends Int32Array | Uint8Array>(values: Float64Array, into: A, where: string): A {
  into.set(values)
  for (let row = 0; row < into.length; row++)
    if (into[row] !== values[row]) throw new ModelDefect("TR2", `${where} can't hold ${values[row]}`)
  return into
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
    else if (index < 0 || index >= names) throw new ModelDefect("TR2", `${where} shows name ${index} of ${names}`)
  }
  if (nulls === 0) return { nullCount: 0 }
  const nullBitmap = new Uint8Array(((indices.length + 63) >> 6) << 3)
  for (let row = 0; row < indices.length; row++) {
    if (indices[row] === NONE) indices[row] = 0
    else nullBitmap[row >> 3] |= 1 << (row & 7)
  }
  return { nullCount: nulls, nullBitmap }
}
