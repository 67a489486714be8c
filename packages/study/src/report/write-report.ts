/**
 * Writes a page to disk.
 * Law L7: no file is half-written under its final name; a report is replaced in one step or not at all.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** A page that could not be written. */
export class ReportFailed extends Error {
  override readonly name = "ReportFailed"
  readonly path: string
  /** What the system answered. */
  readonly reason: string
  readonly remedy = "Choose a place for the report that you may write to and that has room."

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}. Choose a place for the report that you may write to and that has room.`)
    this.path = path
    this.reason = reason
  }
}

/** Write `html` to `path`; folders on the way are made. Throws ReportFailed. */
export function writeReport(path: string, html: string): void {
  atPart(path, (part) => {
    writeFileSync(part, html)
    renameSync(part, path)
  })
}

/** Before the hours of work that a report may take: whether it could be written to `path`. Throws ReportFailed. */
export function tryReport(path: string): void {
  atPart(path, (part) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error("it is a folder")
    writeFileSync(part, "")
    rmSync(part)
  })
}

function atPart(path: string, write: (part: string) => void): void {
  const part = `${path}.part`
  try {
    mkdirSync(dirname(path), { recursive: true })
    write(part)
  } catch (cause) {
    if (existsSync(part)) rmSync(part)
    throw new ReportFailed(path, cause instanceof Error ? cause.message : String(cause))
  }
}
