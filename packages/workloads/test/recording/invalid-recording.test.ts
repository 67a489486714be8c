/** Files that are no recording, side tables of other programs, and columnar files that can't be read. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { type Field, makeTable, RecordBatch, Schema, Struct, Table, tableFromIPC, tableToIPC } from "apache-arrow"
import { describe, expect, test } from "vitest"
import { importRecording } from "../../src/recording/import-recording.ts"
import { InvalidRecording } from "../../src/recording/invalid-recording.ts"
import { readRecording, writeRecording } from "../../src/recording/recording-file.ts"
import { Handwritten, opening, temporaryFolder } from "./handwritten.ts"

const app = 0x400000
const hand = (): Handwritten => new Handwritten().run(app, "nop").run(app + 1, "load", "L 1fff000010,8")

/** The error that an import of `text` ends with. */
const refusal = async (attempt: Promise<unknown>): Promise<InvalidRecording> => {
  const error = await attempt.then(
    () => "no error",
    (cause: unknown) => cause
  )
  expect(error).toBeInstanceOf(InvalidRecording)
  return error as InvalidRecording
}

describe("a text that is no recording", () => {
  test.each([
    ["another text", "Dear reader,\nthis is a letter.\n", "line 1", '"Dear reader,"'],
    ["bytes of anything", "\x7fELF\x02\x01\x01\x00", "line 1", String.raw`"?ELF????"`],
    [
      "the output of another tool",
      opening.replace("Lackey, an example Valgrind", "Memcheck, a memory error"),
      "line 1",
      "that of Memcheck"
    ],
    ["a recording without instructions", new Handwritten().text, "line 8", "none"],
    ["an empty file", "", "", "an empty file"]
  ])("%s is refused with its place and what stands there", async (_, text, at, actual) => {
    const error = await refusal(hand().import({ text }))
    expect({ at: error.at, actual: error.actual }).toEqual({ at, actual })
    expect(error.message).toContain(error.path)
    expect(error.remedy).toMatch(/--tool=lackey|--trace-mem=yes/)
  })

  test("a recording mixed with the program's output is refused at its first line of that", async () => {
    const mixed = hand().lines(...Array.from({ length: 101 }, (_, line) => `output ${line}`))
    const error = await refusal(mixed.import())
    expect(error).toMatchObject({ at: "line 7", actual: '"output 0" and 100 more such lines' })
  })

  test("a compressed file that is damaged is refused", async () => {
    const path = join(temporaryFolder(), "hand.lackey.gz")
    const bytes = gzipSync(hand().text)
    bytes.fill(0xff, 12, 40)
    writeFileSync(path, bytes)
    expect(await refusal(importRecording({ path }))).toMatchObject({ path, expected: "a whole compressed file" })
  })

  test("a folder is refused", async () => {
    const path = temporaryFolder()
    expect(await refusal(importRecording({ path }))).toMatchObject({ path, expected: "a readable file" })
  })
})

describe("a side table", () => {
  test("that lacks an address is refused with the first such address", async () => {
    const other = hand()
    other.table = other.table.replace("400001 0 488b00\n", "")
    const error = await refusal(other.import())
    expect(error).toMatchObject({ at: "address 00400001", actual: "no entry" })
    expect(error.path).toMatch(/hand\.code$/)
  })

  test("whose bytes have another length, or are no instruction of that length, is refused", async () => {
    const longer = hand()
    longer.table = longer.table.replace("400000 0 90\n", "400000 0 6690\n")
    expect(await refusal(longer.import())).toMatchObject({ at: "address 00400000", actual: "2 bytes (6690)" })
    const several = hand()
    several.table = several.table.replace("488b00", "909090")
    expect(await refusal(several.import())).toMatchObject({ at: "address 00400001", actual: "3 bytes (909090)" })
  })

  test("with a line of another form, or without its last newline, is refused with the line", async () => {
    const odd = hand()
    odd.table += "what?\n"
    expect(await refusal(odd.import())).toMatchObject({ at: "line 5", actual: '"what?"' })
    const cut = hand()
    cut.table = cut.table.slice(0, -1)
    expect(await refusal(cut.import())).toMatchObject({ at: "line 4" })
  })

  test("that doesn't exist is refused", async () => {
    expect(await refusal(hand().import({ code: "/no/such/table" }))).toMatchObject({ path: "/no/such/table" })
  })
})

describe("a columnar file", () => {
  const written = async (): Promise<string> => {
    const path = join(temporaryFolder(), "hand.arrow")
    await writeRecording(await hand().import(), path)
    return path
  }

  test("that is cut short, or is another file, is refused", async () => {
    const path = await written()
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, bytes.length - 100))
    expect(await refusal(readRecording(path))).toMatchObject({ actual: "a file cut short" })
    writeFileSync(path, hand().text)
    expect(await refusal(readRecording(path))).toMatchObject({ at: "byte 0" })
    expect(await refusal(readRecording("/no/such/file"))).toMatchObject({ expected: "a readable file" })
  })

  test("of another format or version is refused", async () => {
    const path = await written()
    writeFileSync(path, tableToIPC(makeTable({ x: Int32Array.of(1) }), "file"))
    expect(await refusal(readRecording(path))).toMatchObject({ at: "schema metadata", actual: "`none`" })
    const later = await written()
    rewrite(later, (metadata) => metadata.set("version", "2"))
    expect(await refusal(readRecording(later))).toMatchObject({ expected: "version 1", actual: "version 2" })
  })

  test("that lacks a column is refused with its name", async () => {
    const path = await written()
    rewrite(path, () => {}, "stream")
    expect(await refusal(readRecording(path))).toMatchObject({ at: "column stream", actual: "one of none" })
  })

  test("whose columns don't fit together is refused with the row", async () => {
    const path = await written()
    const whole = await readRecording(path)
    await writeRecording({ ...whole, stream: Uint32Array.of(9) }, path)
    expect(await refusal(readRecording(path))).toMatchObject({ at: "column stream, row 0", actual: "9" })
    await writeRecording({ ...whole, accessPage: new Int32Array(0) }, path)
    expect(await refusal(readRecording(path))).toMatchObject({ at: "column accessPage", expected: "1 rows" })
    await writeRecording({ ...whole, instructionCount: 3 }, path)
    expect(await refusal(readRecording(path))).toMatchObject({ at: "column stream" })
  })

  test("is not there when it can't be written whole", async () => {
    const recording = await hand().import()
    const path = join(temporaryFolder(), "missing", "hand.arrow")
    await expect(writeRecording(recording, path)).rejects.toThrow("ENOENT")
  })
})

/** Write a file again with other metadata, or without a column. */
function rewrite(path: string, change: (metadata: Map<string, string>) => void, without = ""): void {
  const copy = `${path}.copy`
  copyFileSync(path, copy)
  const { batches, schema } = tableFromIPC(readFileSync(copy))
  change(schema.metadata)
  const batch = batches[0] as RecordBatch
  const kept = schema.fields.map((field, index) => [field, batch.data.children[index]] as const)
  const rest = kept.filter(([field]) => field.name !== without)
  const fields: Array<Field> = rest.map(([field]) => field)
  const data = batch.data.clone(new Struct(fields), 0, 1, 0, undefined, rest.map(([, child]) => child) as never)
  const next = new Schema(fields, schema.metadata)
  writeFileSync(path, tableToIPC(new Table(next, [new RecordBatch(next, data)]), "file"))
}
