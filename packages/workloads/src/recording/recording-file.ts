/**
 * A Recording as one Arrow IPC file: one row whose columns are lists, uncompressed, so that reading copies nothing.
 * Law: a file is whole under its name or not there; what is read back equals what was written. Names and counts stand
 * in the schema's metadata, domain, unit and meaning of each column in its field's.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises"
import {
  type DataType,
  Field,
  Float64,
  Int16,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
  type Vector
} from "apache-arrow"
import { InvalidRecording } from "./invalid-recording.ts"
import type { Recording } from "./recording.ts"
import { type ColumnDeclaration, type ColumnName, columnNames, recordingColumns } from "./recording-columns.ts"
import { inconsistency } from "./recording-consistency.ts"

/** What the metadata says of the format. */
const format = "isolde recording"
const version = "1"
const magic = "ARROW1"

const arrowTypes: { readonly [type in ColumnDeclaration["type"]]: new () => DataType } = {
  Float64,
  Int32,
  Uint32,
  Int16,
  Uint16,
  Uint8
}

const fieldOf = (name: ColumnName): Field => {
  const { domain, meaning, type, unit } = recordingColumns[name]
  const item = new Field("item", new arrowTypes[type](), false)
  return new Field(name, new List(item), false, new Map(Object.entries({ domain, unit, meaning })))
}

/** Write to a temporary name beside `path`, then rename. */
export async function writeRecording(recording: Recording, path: string): Promise<void> {
  const fields = columnNames.map(fieldOf)
  const { accessCount, dependences, instructionCount, name, notes, objects, program } = recording
  const metadata = {
    format,
    version,
    name,
    program,
    dependences,
    objects: JSON.stringify(objects),
    counts: JSON.stringify({ accessCount, instructionCount }),
    notes: JSON.stringify(notes)
  }
  const children = columnNames.map((column, index) => {
    const data = recording[column]
    const type = (fields[index] as Field<List>).type
    const child = makeData({ type: type.valueType, length: data.length, nullCount: 0, data } as never)
    return makeData({ type, length: 1, nullCount: 0, valueOffsets: Int32Array.of(0, data.length), child })
  })
  const schema = new Schema(fields, new Map(Object.entries(metadata)))
  const row = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children })
  const temporary = `${path}.${process.pid}.partial`
  try {
    await writeFile(temporary, tableToIPC(new Table(schema, [new RecordBatch(schema, row)]), "file"))
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

/** Read what `writeRecording` wrote. Rejects with InvalidRecording for any other file. */
export async function readRecording(path: string): Promise<Recording> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw invalid(path, "", "a readable file", cause.message, "Check the name and the permissions.")
  })
  const table = openTable(path, bytes)
  const metadata = table.schema.metadata
  if (metadata.get("format") !== format)
    throw invalid(path, "schema metadata", `format \`${format}\``, `\`${metadata.get("format") ?? "none"}\``, importIt)
  if (metadata.get("version") !== version)
    throw invalid(path, "schema metadata", `version ${version}`, `version ${metadata.get("version")}`, importIt)

  const columns = Object.fromEntries(columnNames.map((name) => [name, columnOf(path, table, name)]))
  const recording = {
    name: metadata.get("name") ?? "",
    program: metadata.get("program") ?? "",
    dependences: metadata.get("dependences"),
    objects: JSON.parse(metadata.get("objects") ?? "[]"),
    ...JSON.parse(metadata.get("counts") ?? "{}"),
    notes: JSON.parse(metadata.get("notes") ?? "{}"),
    ...columns
  } as Recording
  const wrong = inconsistency(recording)
  if (wrong !== null) throw invalid(path, wrong.at, wrong.expected, wrong.actual, importIt)
  return recording
}

const importIt = "Import the recording again with `isolde import`."

function openTable(path: string, bytes: Buffer): Table {
  const isArrow = bytes.subarray(0, magic.length).toString("latin1") === magic
  if (!isArrow) throw invalid(path, "byte 0", "an Arrow file (`ARROW1`)", "another file", importIt)
  if (bytes.length < 2 * magic.length || bytes.subarray(-magic.length).toString("latin1") !== magic)
    throw invalid(path, `byte ${bytes.length}`, "the end of an Arrow file (`ARROW1`)", "a file cut short", importIt)
  try {
    return tableFromIPC(bytes)
  } catch (cause) {
    throw invalid(path, "", "a whole Arrow file", (cause as Error).message, importIt)
  }
}

/** The values of a column: a view into the file's bytes. */
function columnOf(path: string, table: Table, name: ColumnName): Recording[ColumnName] {
  const { type } = recordingColumns[name]
  const column = table.getChild(name) as Vector<List> | null
  const list = column?.length === 1 ? column.get(0) : null
  const data = list?.data[0]
  const found = data === undefined ? "none" : String(data.type)
  // A list that is empty has no buffer in the file.
  const values = data?.length === 0 ? new typedArrays[type](0) : data?.values?.subarray(0, data.length)
  if (!(values instanceof typedArrays[type]))
    throw invalid(path, `column ${name}`, `one list of ${type}`, `one of ${found}`, importIt)
  return values
}

const typedArrays = {
  Float64: Float64Array,
  Int32: Int32Array,
  Uint32: Uint32Array,
  Int16: Int16Array,
  Uint16: Uint16Array,
  Uint8: Uint8Array
}

const invalid = (path: string, at: string, expected: string, actual: string, remedy: string): InvalidRecording =>
  new InvalidRecording({ path, at, expected, actual, remedy })
