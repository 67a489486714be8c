/**
 * Whether the columns of a Recording fit together, so that who reads it needs no bounds.
 * Law: every column has the length that its domain asks for, starts ascend, and every number that points into another
 * column points at a row of it.
 */
import type { Recording } from "./recording.ts"

export interface Inconsistency {
  readonly at: string
  readonly expected: string
  readonly actual: string
}

type Numbers = { readonly length: number; readonly [index: number]: number }

/** The first thing that doesn't fit, or null. */
export function inconsistency(recording: Recording): Inconsistency | null {
  const pages = recording.pages.length
  const instructions = recording.instructionAddress.length
  const blocks = recording.blockStart.length - 1
  const positions = recording.stream.length
  const r = recording
  return (
    lengths(r, ["pageObject", "pageKind", "pageNext"], pages) ??
    lengths(r, ["instructionPage", "instructionOffset", "instructionLength", "instructionObject"], instructions) ??
    lengths(r, ["instructionClass", "addressSources", "dataSources", "destinations"], instructions) ??
    lengths(r, ["stackRelative"], instructions) ??
    lengths(r, ["accessStart"], instructions + 1) ??
    lengths(r, ["accessSize"], r.accessKind.length) ??
    lengths(r, ["segmentStart"], r.segmentThread.length + 1) ??
    lengths(r, ["systemCallNumber"], r.systemCallAt.length) ??
    lengths(r, ["accessPage", "accessOffset"], r.accessCount) ??
    starts("accessStart", r.accessStart, r.accessKind.length) ??
    starts("blockStart", r.blockStart, r.blockInstructions.length) ??
    starts("segmentStart", r.segmentStart, positions) ??
    within("pageObject", r.pageObject, -1, r.objects.length) ??
    within("pageNext", r.pageNext, -1, pages) ??
    within("instructionPage", r.instructionPage, 0, pages) ??
    within("instructionObject", r.instructionObject, -1, r.objects.length) ??
    within("blockInstructions", r.blockInstructions, 0, instructions) ??
    within("stream", r.stream, 0, blocks) ??
    within("accessPage", r.accessPage, 0, pages) ??
    within("systemCallAt", r.systemCallAt, 0, positions + 1) ??
    within("gapAt", r.gapAt, 0, positions + 1) ??
    executed(recording)
  )
}

function lengths(recording: Recording, names: ReadonlyArray<keyof Recording>, expected: number): Inconsistency | null {
  for (const name of names) {
    const { length } = recording[name] as Numbers
    if (length !== expected) return { at: `column ${name}`, expected: `${expected} rows`, actual: `${length}` }
  }
  return null
}

/** Starts begin at 0, ascend, and end at the length of the column that they divide. */
function starts(name: string, column: Numbers, end: number): Inconsistency | null {
  let ascending = column[0] === 0 && column[column.length - 1] === end
  for (let row = 1; row < column.length; row++) ascending &&= column[row]! >= column[row - 1]!
  return ascending ? null : { at: `column ${name}`, expected: `starts ascending from 0 to ${end}`, actual: "others" }
}

function within(name: string, column: Numbers, least: number, end: number): Inconsistency | null {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!
    if (value >= least && value < end) continue
    return { at: `column ${name}, row ${row}`, expected: `${least} up to ${end - 1}`, actual: `${value}` }
  }
  return null
}

/** The stream executes as many instructions and accesses as the counts say. */
function executed(recording: Recording): Inconsistency | null {
  const { accessStart, blockInstructions, blockStart, stream } = recording
  const accessesOf = new Uint32Array(blockStart.length - 1)
  for (let block = 0; block < accessesOf.length; block++)
    for (let place = blockStart[block]!; place < blockStart[block + 1]!; place++)
      accessesOf[block]! += accessStart[blockInstructions[place]! + 1]! - accessStart[blockInstructions[place]!]!
  let instructions = 0
  let accesses = 0
  for (let at = 0; at < stream.length; at++) {
    const block = stream[at]!
    instructions += blockStart[block + 1]! - blockStart[block]!
    accesses += accessesOf[block]!
  }
  if (instructions === recording.instructionCount && accesses === recording.accessCount) return null
  return {
    at: "column stream",
    expected: `${recording.instructionCount} instructions and ${recording.accessCount} accesses`,
    actual: `${instructions} and ${accesses}`
  }
}
