import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { arrowFolder } from "@isolde/core/trace/arrow/arrow-folder"
import { InvalidTrace } from "@isolde/core/trace/arrow/invalid-trace"
import { openTrace } from "@isolde/core/trace/arrow/open-trace"
import { recoverTrace } from "@isolde/core/trace/arrow/recover-trace"
import type { Table } from "apache-arrow"
import { afterAll, describe, expect, test } from "vitest"
import { allTypes, names, shownRows, writeRows } from "./trace-of-rows.ts"

const scratch = mkdtempSync(join(tmpdir(), "isolde-trace-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
let folders = 0
const freshPath = (): string => join(scratch, String(folders++))

const rowsOf = (table: Table): Array<unknown> => table.toArray().map((row) => row.toJSON())
const failureOf = (action: () => unknown): InvalidTrace => {
  try {
    action()
  } catch (failure) {
    if (failure instanceof InvalidTrace) return failure
    throw failure
  }
  throw new Error("nothing failed")
}

/** What a run leaves that was interrupted behind batches of 10 and 20 rows; the size before the second is returned. */
const interrupted = (path: string): number => {
  const folder = arrowFolder(path, names, [allTypes])
  writeRows(folder, 0, 10)
  const size = readFileSync(join(path, "everything.arrow.part")).length
  writeRows(folder, 10, 20)
  folder.abandon()
  return size
}

describe("opening a trace", () => {
  test("reads a table when it is asked for, once", () => {
    const path = freshPath()
    const folder = arrowFolder(path, names, [allTypes, { ...allTypes, name: "another" }])
    writeRows(folder, 0, 4)
    folder.close({ seed: 7 })
    const trace = openTrace(path)
    expect(trace.tables).toEqual(["another", "everything"])
    writeFileSync(join(path, "another.arrow"), "spoilt")
    const table = trace.table("everything")
    expect(rowsOf(table)).toEqual(shownRows(4))
    expect(trace.table("everything")).toBe(table)
    expect(failureOf(() => trace.table("another"))).toMatchObject({
      path: join(path, "another.arrow"),
      expected: "an Arrow IPC file"
    })
  })

  test("a folder that isn't there is refused with what to do", () => {
    const path = freshPath()
    const { message } = failureOf(() => openTrace(path))
    expect(message).toBe(
      `${path}: expected the folder of a trace, found nothing. Give the folder that the run's \`traceDir\` names.`
    )
  })

  test("a file is refused with what to do", () => {
    const path = freshPath()
    writeFileSync(path, "")
    expect(failureOf(() => openTrace(path))).toMatchObject({
      path,
      actual: "a file",
      remedy: "Give the folder that the file is in."
    })
  })

  test("a folder of something else is refused with what to do", () => {
    const path = freshPath()
    mkdirSync(path)
    expect(failureOf(() => openTrace(path)).message).toContain("no run.json. Give the folder of one run")
    expect(failureOf(() => recoverTrace(path)).message).toContain("expected tables of an interrupted run, found none")
  })

  test("an unfinished trace is refused and recovery is named", () => {
    const path = freshPath()
    interrupted(path)
    const { actual, remedy } = failureOf(() => openTrace(path))
    expect(actual).toBe("an unfinished trace (1 files end in .part)")
    expect(remedy).toContain("recoverTrace")
  })

  test("a table that isn't there is refused and those that are there are named", () => {
    const path = freshPath()
    arrowFolder(path, names, [allTypes]).close({})
    const { message } = failureOf(() => openTrace(path).table("crossing"))
    expect(message).toContain('expected a table "crossing", found the tables everything.')
  })

  test("a torn table is refused, wherever it is torn", () => {
    const path = freshPath()
    const folder = arrowFolder(path, names, [allTypes])
    writeRows(folder, 0, 4)
    folder.close({})
    const file = join(path, "everything.arrow")
    const whole = readFileSync(file)
    for (const size of [0, 5, 100, whole.length - 200, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, size))
      expect(failureOf(() => openTrace(path).table("everything")).actual).toBe(`${size} bytes of something else`)
    }
  })

  test("a run.json that isn't JSON is refused by name", () => {
    const path = freshPath()
    arrowFolder(path, names, [allTypes]).close({})
    truncateSync(join(path, "run.json"), 1)
    expect(failureOf(() => openTrace(path))).toMatchObject({ path: join(path, "run.json"), expected: "JSON" })
  })
})

describe("recovering an interrupted trace", () => {
  test("finds every batch that had been written", () => {
    const path = freshPath()
    interrupted(path)
    const { table, tornBytes } = recoverTrace(path).table("everything")
    expect(rowsOf(table)).toEqual(shownRows(30))
    expect(tornBytes).toBe(0)
    expect(table.schema.metadata.get("meaning")).toBe(allTypes.meaning)
  })

  test("drops a batch torn at any byte, keeps the ones before it, and counts what it dropped", () => {
    const path = freshPath()
    const kept = interrupted(path)
    const file = join(path, "everything.arrow.part")
    const whole = readFileSync(file)
    for (let size = kept; size < whole.length; size++) {
      writeFileSync(file, whole.subarray(0, size))
      const { table, tornBytes } = recoverTrace(path).table("everything")
      expect([table.numRows, tornBytes]).toEqual([10, size - kept])
    }
    expect(rowsOf(recoverTrace(path).table("everything").table)).toEqual(shownRows(10))
  })

  test("a file torn anywhere before its first batch has no rows, or says that the run had not begun", () => {
    const path = freshPath()
    const kept = interrupted(path)
    const file = join(path, "everything.arrow.part")
    const whole = readFileSync(file)
    const outcomes = new Set<number | string>()
    for (let size = 0; size < kept; size++) {
      writeFileSync(file, whole.subarray(0, size))
      try {
        outcomes.add(recoverTrace(path).table("everything").table.numRows)
      } catch (failure) {
        outcomes.add(failure instanceof InvalidTrace ? failure.expected : String(failure))
      }
    }
    expect([...outcomes]).toEqual(["a schema", 0])
  })

  test("finds the batches of a process that was killed", () => {
    const path = freshPath()
    const program = fileURLToPath(new URL("./write-until-killed.ts", import.meta.url))
    const child = spawnSync(process.execPath, ["--conditions=@isolde/source", program, path], { encoding: "utf8" })
    expect([child.signal, child.stderr]).toEqual(["SIGKILL", ""])
    const trace = recoverTrace(path)
    expect(trace.tables).toEqual(["another", "everything"])
    expect(rowsOf(trace.table("everything").table)).toEqual(shownRows(50))
    expect(trace.table("another").table.numRows).toBe(0)
    expect(failureOf(() => trace.table("more")).message).toContain("the tables another, everything")
  })

  test("reads a table that was complete, too", () => {
    const path = freshPath()
    const folder = arrowFolder(path, names, [allTypes])
    writeRows(folder, 0, 6)
    folder.close({})
    rmSync(join(path, "run.json"))
    expect(recoverTrace(path).table("everything")).toMatchObject({ tornBytes: 0, table: { numRows: 6 } })
    renameSync(join(path, "everything.arrow"), join(path, "everything.arrow.part"))
    expect(recoverTrace(path).table("everything").table.numRows).toBe(6)
  })
})
