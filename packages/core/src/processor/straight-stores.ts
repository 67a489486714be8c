/**
 * What the loop in straight-loop.ts asks of the store buffer; integer-code.ts makes WebAssembly of it as well.
 * Law: each answers as StoreBuffer and forwarding.ts would.
 */
import { claim } from "./straight-look-ups.ts"
import type { LoopNumbers } from "./straight-numbers.ts"
import { doneAt, laterOf } from "./straight-registers.ts"

declare const cells: Int32Array
declare const m: LoopNumbers

/** StoreBuffer.freeAt: tick from which a row is free, or -1. */
export function freeStore(t: number): number {
  const leaving = cells[(t + m.stores) >> 2] - m.storeSize
  if (leaving < 0) return 0
  if (leaving >= cells[(t + m.firstStore) >> 2]) return -1
  return cells[(t + m.drains + ((leaving & m.storeMask) << 2)) >> 2]
}

/** Tick of the data that the store in slot `forward` has for a load of `address`, -1 if that isn't known, or -2 if it has drained. */
export function suppliedBy(t: number, next: number, forward: number, address: number): number {
  const store = cells[(forward + 12) >> 2]
  const ready = cells[(forward + 8) >> 2]
  if (store < cells[(t + m.firstStore) >> 2]) {
    if (cells[(t + m.stores) >> 2] - store > m.storeMask) return -2
    if (cells[(t + m.drains + ((store & m.storeMask) << 2)) >> 2] <= address) return -2
  }
  if (ready >= 0) return ready
  return doneAt(t, next, -1 - ready)
}

/** StoreBuffer.drainAtOnce: the store's number, doubled, or -1 if that is left to the buffer itself. */
export function drainedAtOnce(
  t: number,
  tile: number,
  access: number,
  settled: number,
  line: number,
  bytes: number,
  soonest: number
): number {
  if (!settled) return -1
  const number = cells[(t + m.stores) >> 2]
  if (cells[(t + m.storesWait) >> 2]) return -1
  if (number !== cells[(t + m.firstStore) >> 2]) return -1
  if (soonest < cells[(t + m.entering + 12) >> 2]) return -1
  if (bytes > m.entryBytes) return -1
  if (m.streams)
    if (!isOwned(cells[(t + m.run) >> 2], cells[access >> 2], cells[(access + 4) >> 2] & 4095, bytes)) return -1
  const last = cells[(t + m.lastDrain) >> 2]
  const together = cells[(t + m.entering + 8) >> 2] + bytes
  let tick = last
  let count = cells[(t + m.entering + 4) >> 2] + 1
  let entered = together
  if (
    (cells[(t + m.entering) >> 2] ^ line) |
    (soonest > last ? 1 : 0) |
    (count > m.entries ? 1 : 0) |
    (together > m.entryBytes ? 1 : 0)
  ) {
    tick = claim(tile + m.waysIn, 1, laterOf(soonest, last + 1))
    count = 1
    entered = bytes
    cells[(t + m.entering) >> 2] = line
  }
  cells[(t + m.entering + 4) >> 2] = count
  cells[(t + m.entering + 8) >> 2] = entered
  cells[(t + m.drains + ((number & m.storeMask) << 2)) >> 2] = tick
  cells[(t + m.lastDrain) >> 2] = tick
  cells[(t + m.stores) >> 2] = number + 1
  cells[(t + m.firstStore) >> 2] = number + 1
  return number << 1
}

/** StoreWays.next of a line that the L1D has: 0, and nothing has changed, if the store doesn't own its line like any other. */
export function isOwned(run: number, page: number, offset: number, bytes: number): number {
  const line = (page << 6) + (offset >>> 6)
  const same = cells[run >> 2] === line ? 1 : 0
  if (same & (cells[(run + 4) >> 2] === 64 ? 0 : 1)) {
    if (cells[(run + 8) >> 2]) return 0
  } else {
    cells[run >> 2] = line
    cells[(run + 4) >> 2] = 0
    cells[(run + 8) >> 2] = 0
    cells[(run + 12) >> 2] = 0
    cells[(run + 16) >> 2] = 0
  }
  const end = cells[(run + 4) >> 2]
  if ((offset & 63) === end) {
    cells[(run + 4) >> 2] = end + bytes
    if (end + bytes === 64) cells[(run + 12) >> 2] = cells[(run + 12) >> 2] + cells[(run + 16) >> 2]
  } else {
    cells[(run + 4) >> 2] = 128
    cells[(run + 12) >> 2] = 0
  }
  return 1
}
