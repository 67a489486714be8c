/**
 * A table's schema in Arrow's words. Units and meanings travel in field metadata, the table's in schema metadata.
 * Law: equal schemas and names give equal bytes, in any process: a dictionary's number is its place in a fixed list.
 */
import {
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Schema,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray
} from "apache-arrow"
import { ModelDefect } from "../../kernel/model-defect.ts"
import type { Column, Names, TableSchema } from "../table-schema.ts"

/** The names that dictionary columns show: the index stored in a row is a place in one of these lists. */
export type DictionaryNames = Readonly<Record<Names, ReadonlyArray<string>>>

/** A dictionary's number in every file is its place here. */
const numbered: ReadonlyArray<Names> = [
  "owner",
  "thread",
  "domain",
  "region",
  "message",
  "cause",
  "component",
  "counter",
  "operation",
  "verdict",
  "place",
  "level"
]

/** A schema, and for each column its dictionary if it has one. */
export interface ArrowSchema {
  readonly table: TableSchema
  readonly schema: Schema
  readonly dictionaries: ReadonlyArray<Vector<Utf8> | undefined>
}

/** The Arrow schema of a table whose dictionary columns show `names`. */
export function arrowSchema(table: TableSchema, names: DictionaryNames): ArrowSchema {
  const utf8 = new Utf8()
  // Columns that show the same names share one type and one vector: apache-arrow compares both by identity.
  const types = new Map<Names, Dictionary>()
  const vectors = new Map<Names, Vector<Utf8>>()
  const fields = table.columns.map((column) => {
    const metadata = new Map([
      ["unit", column.unit],
      ["meaning", column.meaning]
    ])
    if (column.type !== "dictionary") return Field.new(column.name, flatTypes[column.type], false, metadata)
    const shown = namesOf(table, column)
    const type = types.get(shown) ?? new Dictionary(utf8, new Int32(), numbered.indexOf(shown))
    types.set(shown, type)
    vectors.set(shown, vectors.get(shown) ?? vectorFromArray([...names[shown]], utf8))
    return Field.new(column.name, type, true, metadata)
  })
  const metadata = new Map([
    ["table", table.name],
    ["meaning", table.meaning]
  ])
  const dictionaries = table.columns.map((column) =>
    column.names === undefined ? undefined : vectors.get(column.names)
  )
  return { table, schema: new Schema(fields, metadata), dictionaries }
}

const flatTypes: Readonly<Record<Exclude<Column["type"], "dictionary">, DataType>> = {
  int32: new Int32(),
  float64: new Float64(),
  uint8: new Uint8()
}

function namesOf(table: TableSchema, column: Column): Names {
  if (column.names === undefined)
    throw new ModelDefect("TR1", `dictionary column ${table.name}.${column.name} doesn't say whose names it shows`)
  return column.names
}
