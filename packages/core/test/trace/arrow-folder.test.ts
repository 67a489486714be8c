import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type ArrowFolder, arrowFolder } from "@isolde/core/trace/arrow/arrow-folder"
import { openTrace } from "@isolde/core/trace/arrow/open-trace"
import { TraceFailed } from "@isolde/core/trace/arrow/trace-failed"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import type { Table } from "apache-arrow"
import polars from "nodejs-polars"
import { afterAll, describe, expect, test } from "vitest"
import { allTypes, columnsOf, names, shownRows, writeRows } from "./trace-of-rows.ts"

const scratch = mkdtempSync(join(tmpdir(), "isolde-trace-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let folders = 0
const freshPath = (): string => join(scratch, String(folders++))

const rowsOf = (table: Table): Array<unknown> => table.toArray().map((row) => row.toJSON())
const failureOf = (action: () => unknown): TraceFailed => {
  try {
    action()
  } catch (failure) {
    if (failure instanceof TraceFailed) return failure
    throw failure
  }
  throw new Error("nothing failed")
}

/** A finished trace of one table with batches of these sizes. */
const written = (...batches: ReadonlyArray<number>): string => {
  const path = freshPath()
  const folder = arrowFolder(path, names, [allTypes])
  let first = 0
  for (const rows of batches) {
    writeRows(folder, first, rows)
    first += rows
  }
  folder.close({ isolde: "0.1.0" })
  return path
}

describe("a finished trace", () => {
  test("comes back through apache-arrow as it was written, though the columns were reused", () => {
    const trace = openTrace(written(5, 1, 300))
    expect(rowsOf(trace.table("everything"))).toEqual(shownRows(306))
    expect(trace.table("everything").batches.map((batch) => batch.numRows)).toEqual([5, 1, 300])
    expect(trace.run).toEqual({ isolde: "0.1.0" })
  })

  test("comes back through an independent reader as it was written", () => {
    const frame = polars.readIPC(readFileSync(join(written(5, 1, 300), "everything.arrow")))
    expect(frame.columns).toEqual(allTypes.columns.map((column) => column.name))
    expect(frame.toRecords()).toEqual(shownRows(306))
    expect(frame.schema["delta"]?.toString()).toContain("Int32")
    expect(frame.schema["flag"]?.toString()).toContain("UInt8")
    expect(frame.schema["tick"]?.toString()).toContain("Float64")
    expect(frame.schema["from"]?.toString()).toContain("Categorical")
  })

  test("says what its tables and columns mean and in which units", () => {
    const { schema } = openTrace(written(2)).table("everything")
    expect(Object.fromEntries(schema.metadata)).toEqual({ table: "everything", meaning: "one column of each type" })
    for (const [i, column] of allTypes.columns.entries()) {
      const { unit, meaning } = column
      expect(Object.fromEntries(schema.fields[i]?.metadata ?? [])).toEqual({ unit, meaning })
    }
  })

  test("stores names once per dictionary, and columns of the same names share it", () => {
    const bytes = readFileSync(join(written(2000, 2000), "everything.arrow"))
    expect(bytes.toString("latin1").split("crypto").length - 1).toBe(1)
    const table = openTrace(written(4)).table("everything")
    expect(table.getChild("from")?.type.id).toBe(table.getChild("to")?.type.id)
  })

  test("has a valid file for a table without rows, for both readers", () => {
    const path = written()
    const table = openTrace(path).table("everything")
    expect(table.numRows).toBe(0)
    expect(table.schema.names).toEqual(allTypes.columns.map((column) => column.name))
    const frame = polars.readIPC(readFileSync(join(path, "everything.arrow")))
    expect([frame.height, frame.columns]).toEqual([0, allTypes.columns.map((column) => column.name)])
  })

  test("has one file for every table of the design, run.json, and nothing else", () => {
    const path = freshPath()
    const folder = arrowFolder(path, () => names)
    folder.close({ seed: 1 })
    const files = Object.keys(tableSchemas).map((name) => `${name}.arrow`)
    expect(readdirSync(path)).toEqual([...files, "run.json"].sort())
    const trace = openTrace(path)
    for (const name of trace.tables) expect(trace.table(name).schema.metadata.get("table")).toBe(name)
    for (const file of files) expect(polars.readIPC(readFileSync(join(path, file))).height).toBe(0)
  })

  test("is byte for byte the same for the same rows", () => {
    const digest = (path: string): string =>
      createHash("sha256")
        .update(readFileSync(join(path, "everything.arrow")))
        .digest("hex")
    expect(digest(written(40, 2))).toBe(digest(written(40, 2)))
    expect(digest(written(40, 2))).not.toBe(digest(written(41, 1)))
  })

  test("is readable as a stream behind the eight bytes of magic, as the format says", () => {
    const bytes = readFileSync(join(written(7, 3), "everything.arrow"))
    expect(bytes.subarray(0, 8).toString("latin1")).toBe("ARROW1\0\0")
    expect(polars.readIPCStream(Buffer.from(bytes.subarray(8))).toRecords()).toEqual(shownRows(10))
  })
})

describe("while a trace is written", () => {
  test("files have temporary names until all are complete", () => {
    const path = freshPath()
    const folder = arrowFolder(path, names, [allTypes])
    writeRows(folder, 0, 3)
    expect(readdirSync(path)).toEqual(["everything.arrow.part"])
    folder.close({})
    expect(readdirSync(path)).toEqual(["everything.arrow", "run.json"])
  })

  test("an earlier trace of the same name stays whole until the new one is complete", () => {
    const path = written(3)
    const folder = arrowFolder(path, names, [allTypes])
    writeRows(folder, 0, 8)
    expect(rowsOf(openTrace(path).table("everything"))).toEqual(shownRows(3))
    folder.close({ again: true })
    expect(rowsOf(openTrace(path).table("everything"))).toEqual(shownRows(8))
    expect(readdirSync(path)).toEqual(["everything.arrow", "run.json"])
  })

  test("the names of dictionaries are asked for once, before the first batch", () => {
    let asked = 0
    const folder = arrowFolder(freshPath(), () => (asked++, names), [allTypes])
    expect(asked).toBe(0)
    writeRows(folder, 0, 3)
    writeRows(folder, 3, 3)
    folder.close({})
    expect(asked).toBe(1)
  })

  test("two million rows take bounded memory", () => {
    const rows = 16_384
    const batches = Math.ceil(2_000_000 / rows)
    const columns = columnsOf(0, rows)
    const folder = arrowFolder(freshPath(), names, [allTypes])
    // Twice: what the first collection finds of buffers is freed while the program goes on.
    const held = (): number => {
      globalThis.gc?.()
      globalThis.gc?.()
      const { external, heapUsed } = process.memoryUsage()
      return external + heapUsed
    }
    for (let batch = 0; batch < 10; batch++) folder.write(allTypes, columns, rows)
    const before = held()
    for (let batch = 10; batch < batches; batch++) folder.write(allTypes, columns, rows)
    const growth = held() - before
    folder.close({})
    expect(globalThis.gc).toBeDefined()
    expect(openTrace(folder.path).table("everything").numRows).toBe(batches * rows)
    expect(growth).toBeLessThan(2_000_000)
  })
})

describe("what can't be written", () => {
  test("TR4: an index that its dictionary has no name for is a defect", () => {
    const folder = arrowFolder(freshPath(), names, [allTypes])
    const write = (owner: number, from: number) => {
      const columns = columnsOf(0, 1)
      columns[1]?.fill(owner)
      columns[2]?.fill(from)
      folder.write(allTypes, columns, 1)
    }
    expect(() => write(3, 0)).toThrow("TR4: everything.owner shows name 3 of 3")
    expect(() => write(0, -2)).toThrow("TR4: everything.from shows name -2 of 3")
    folder.abandon()
  })

  test("TR3: rows of a table that the trace doesn't have are a defect", () => {
    const folder = arrowFolder(freshPath(), names, [])
    expect(() => writeRows(folder, 0, 1)).toThrow("TR3: no file is open for table everything")
  })

  test("a path below a file fails at once, with the path, the reason and a remedy", () => {
    const file = freshPath()
    writeFileSync(file, "")
    const failure = failureOf(() => arrowFolder(join(file, "trace"), names))
    expect(failure.path).toBe(join(file, "trace"))
    expect(failure.reason).toContain("ENOTDIR")
    expect(failure.remedy).toBe("Choose a path whose parents are folders.")
  })

  test("a file that can't be opened fails at once and leaves no file open", () => {
    const path = freshPath()
    mkdirSync(join(path, "messages.arrow.part"), { recursive: true })
    const descriptors = (): number => readdirSync("/proc/self/fd").length
    const before = descriptors()
    expect(failureOf(() => arrowFolder(path, names)).reason).toContain("EISDIR")
    expect(descriptors()).toBe(before)
  })

  test("a name that is taken by a folder fails on close, and run.json doesn't appear", () => {
    const path = freshPath()
    const folder: ArrowFolder = arrowFolder(path, names, [allTypes])
    writeRows(folder, 0, 3)
    mkdirSync(join(path, "everything.arrow", "inside"), { recursive: true })
    const failure = failureOf(() => folder.close({}))
    expect(failure.path).toBe(join(path, "everything.arrow"))
    expect(readdirSync(path)).toEqual(["everything.arrow", "everything.arrow.part", "run.json.part"])
  })

  test("a full disk fails with the system's reason and a remedy", () => {
    const path = freshPath()
    mkdirSync(path)
    symlinkSync("/dev/full", join(path, "everything.arrow.part"))
    const folder = arrowFolder(path, names, [allTypes])
    const failure = failureOf(() => writeRows(folder, 0, 1))
    expect(failure.reason).toContain("ENOSPC: no space left on device")
    expect(failure.message).toContain("Free some space, or write the trace to another disk.")
    folder.abandon()
  })

  test("a file that outgrows the limit fails with the system's reason, and no final name appears", () => {
    const path = freshPath()
    const program = fileURLToPath(new URL("./write-until-failure.ts", import.meta.url))
    const node = `exec '${process.execPath}' --conditions=@isolde/source '${program}' '${path}'`
    const child = spawnSync("bash", ["-c", `ulimit -f 256; ${node}`], { encoding: "utf8" })
    expect(child.stderr).toBe("")
    const { tag, path: file, reason, remedy } = JSON.parse(child.stdout) as Record<string, string>
    expect([tag, file]).toEqual(["TraceFailed", join(path, "everything.arrow.part")])
    expect(reason).toMatch(/^EFBIG: file too large, write/)
    expect(remedy).toBe("Raise the limit on file sizes, or write fewer tables.")
    expect(readdirSync(path)).toEqual(["everything.arrow.part"])
  })
})
