/**
 * Look-ups of the loop in straight-loop.ts, which integer-code.ts makes WebAssembly of as well.
 * Law: each finds and leaves what Cache and InstructionFetch would.
 */
import type { LoopNumbers } from "./straight-numbers.ts"

declare const cells: Int32Array
declare const m: LoopNumbers

/** Row of `tag` among `ways` from `first` on in the tags at `at`, or -1, as Cache.find; `near` is -1 unless there is one set. */
export function find(at: number, first: number, ways: number, tag: number, near: number): number {
  const hint = near + ((tag << 2) & 1020)
  if (near >= 0) {
    const known = cells[hint >> 2]
    if (cells[(at + (known << 2)) >> 2] === tag) return known
  }
  for (let row = first; row < first + ways; row = row + 1) {
    if (cells[(at + (row << 2)) >> 2] === tag) {
      if (near >= 0) cells[hint >> 2] = row
      return row
    }
  }
  return -1
}

/** Cache.touch of a row that isn't the youngest of its set, whose place is `recent`. */
export function touch(recent: number, ages: number, clock: number, row: number): void {
  const age = cells[clock >> 2] + 1
  cells[recent >> 2] = row
  cells[clock >> 2] = age
  cells[(ages + (row << 2)) >> 2] = age
}

/** InstructionFetch: 1 if the line, the next one and their translation are at hand, so that it is fetched at once. */
export function isNear(tile: number, line: number, tag: number, low: number): number {
  const tlbSet = m.itlbMask < 0 ? low % m.itlbSets : low & m.itlbMask
  const tlbAt = tile + m.itlbRecent + (tlbSet << 2)
  let tlbRow = cells[tlbAt >> 2]
  if (cells[(tile + m.itlbTags + (tlbRow << 2)) >> 2] !== tag) {
    tlbRow = find(tile + m.itlbTags, tlbSet * m.itlbWays, m.itlbWays, tag, m.itlbNear < 0 ? -1 : tile + m.itlbNear)
    if (tlbRow < 0) return 0
  }
  const set = m.codeMask < 0 ? line % m.codeSets : line & m.codeMask
  const at = tile + m.codeRecent + (set << 2)
  let row = cells[at >> 2]
  if (cells[(tile + m.codeTags + (row << 2)) >> 2] !== line) {
    row = find(tile + m.codeTags, set * m.codeWays, m.codeWays, line, -1)
    if (row < 0) return 0
  }
  const next = line + 1
  if (next & 63) {
    const nextSet = m.codeMask < 0 ? next % m.codeSets : next & m.codeMask
    const youngest = cells[(tile + m.codeRecent + (nextSet << 2)) >> 2]
    if (cells[(tile + m.codeTags + (youngest << 2)) >> 2] !== next)
      if (find(tile + m.codeTags, nextSet * m.codeWays, m.codeWays, next, -1) < 0) return 0
  }
  if (cells[tlbAt >> 2] !== tlbRow) touch(tlbAt, tile + m.itlbAges, tile + m.itlbClock, tlbRow)
  if (cells[at >> 2] !== row) touch(at, tile + m.codeAges, tile + m.codeClock, row)
  return 1
}

/** Ports.claim, of ports whose ticks are at `ports` and which serve `most` in one. */
export function claim(ports: number, most: number, tick: number): number {
  let at = tick
  for (;;) {
    const port = ports + ((at & 1023) << 2)
    const taken = cells[port >> 2]
    const served = taken - (at << 3)
    if (served >>> 0 > 7) {
      cells[port >> 2] = (at << 3) | 1
      break
    }
    if (served < most) {
      cells[port >> 2] = taken + 1
      break
    }
    at = at + 1
  }
  return at
}

/** RandomStream.isBelow of the machine's rate of mispredictions, whose state is in the cell at `at`. */
export function isWrong(at: number): number {
  let state = cells[at >> 2]
  state = state ^ (state << 13)
  state = state ^ (state >>> 17)
  state = state ^ (state << 5)
  cells[at >> 2] = state
  return state >>> 12 < m.threshold ? 1 : 0
}

/** What of a staged access has to be asked about (Asked). */
export function askedOf(t: number, access: number): number {
  if (!(m.looks & m.open)) return m.askedCheck | m.askedTable
  const open = cells[(t + ((access - t) >> 1) + m.openOffset) >> 2]
  if (open === cells[(t + m.ungoverned) >> 2]) return 0
  return open === cells[(t + m.subject) >> 2] ? m.askedTable : m.askedCheck | m.askedTable
}

/** Row of the DTLB's `set` that translates the page of `tag`, or -1. */
export function pageRow(tile: number, set: number, tag: number): number {
  const row = cells[(tile + m.tlbRecent + (set << 2)) >> 2]
  if (cells[(tile + m.tlbTags + (row << 2)) >> 2] === tag) return row
  return find(tile + m.tlbTags, set * m.tlbWays, m.tlbWays, tag, m.tlbNear < 0 ? -1 : tile + m.tlbNear)
}

/** Row of the L1D's `set` that has `line`, or -1. */
export function lineRow(tile: number, set: number, line: number): number {
  const row = cells[(tile + m.l1Recent + (set << 2)) >> 2]
  if (cells[(tile + m.l1Tags + (row << 2)) >> 2] === line) return row
  return find(tile + m.l1Tags, set * m.l1Ways, m.l1Ways, line, -1)
}
