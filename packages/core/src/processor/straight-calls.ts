/**
 * What the loop of straight-line.ts leaves to others: what happens now and then, and what other parts own.
 * Law: each leaves the thread as the loop goes on; the loop's numbers come as arguments and in the frame.
 */
import * as fromCause from "./cause.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import type { LoopCalls } from "./loop-calls.ts"
import * as fromStraightCode from "./straight-code.ts"
import * as fromFrame from "./straight-frame.ts"
import type { StraightParts } from "./straight-parts.ts"
import * as fromStraightSteps from "./straight-steps.ts"
import type { StraightThread } from "./straight-thread.ts"
import type { TableEntries } from "./table-entries.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { pageWalk } = fromCause.Cause
const { FIELDS } = fromInstructionTable
const { PLAIN_LATENCY_SHIFT } = fromStraightCode
const { Frame } = fromFrame
const { awaitOperands, bufferStore, leaveEmpty, noteWindow } = fromStraightSteps

/** Offset of a staged access. */
const OFFSET = 0xfff

/** The calls of a tile's loop, for the thread that `at` is. */
export function loopCalls(parts: StraightParts, entries: TableEntries, at: () => StraightThread): LoopCalls {
  const { branches, caches, numbers, pipeline } = parts
  const { check, observer, ways } = pipeline.port
  const cells = caches.levels.cells.all
  const { l1d } = caches.levels
  const { width } = numbers.core

  /** The horizon may have come nearer. */
  function lookAgain(frame: number): void {
    if (caches.limit < cells[frame + Frame.limit]) cells[frame + Frame.limit] = caches.limit
    at().lookAtOpen()
  }
  const siteOf = (row: number): number => {
    const { stream } = at()
    return stream.blockInstructions[at().placeAt(row)] * FIELDS + 1
  }

  return {
    leaveEmpty: (next, from, tick, free) => leaveEmpty(at().thread, next, from, tick, width, free),
    awaitOperands: (next, settled, lastCommit, word, tick, row) => {
      const { thread } = at()
      noteWindow(thread, next, settled !== 0, lastCommit)
      pipeline.port.site = siteOf(row)
      awaitOperands(thread, pipeline.wakeUp, word, tick, cells[row >> 2] >>> PLAIN_LATENCY_SHIFT)
    },
    findsEntry: (page, offset, store) => (entries.finds(at().thread, page, offset, store !== 0) ? 1 : 0),
    loadEntry: (tick) => {
      const frame = at().at >> 2
      caches.cause = cells[frame + Frame.cause] as typeof caches.cause
      const from = entries.load(tick)
      cells[frame + Frame.cause] = caches.cause
      lookAgain(frame)
      return from
    },
    check: (page, offset, bytes, store, tick) =>
      check === undefined ? 0 : check.checkAccess(at().thread.number, page, offset, bytes, store !== 0, tick),
    loadLate: (line, way, tick, row) => {
      const frame = at().at >> 2
      caches.hitsL1-- // The loop has counted it.
      const ready = caches.loadHit(line, l1d.setOf(line), way, tick, siteOf(row))
      cells[frame + Frame.cause] = caches.cause
      lookAgain(frame)
      return ready
    },
    storeLate: (line, way, tick) => {
      const frame = at().at >> 2
      caches.cause = cells[frame + Frame.cause] as typeof caches.cause
      caches.hitsL1--
      const ready = caches.storeHit(line, l1d.setOf(line), way, tick)
      cells[frame + Frame.cause] = caches.cause
      lookAgain(frame)
      return ready
    },
    waits: (place, split) => at().thread.window.waits(place, pageWalk, split),
    drain: (settled, line, bytes, soonest, next, done, access) => {
      const { at: address, thread } = at()
      const { stores } = thread
      at().leaveStores()
      const number = stores.next
      stores.freeAt() // It says what the store would have waited for.
      const kept = ways.streams
        ? ways.next(thread.number, cells[access >> 2], cells[(access >> 2) + 1] & OFFSET, bytes, line, false)
        : 0
      const buffered = settled === 0 || kept !== 0 || !stores.drainAtOnce(line, bytes, soonest)
      if (buffered) bufferStore(stores, next, line, bytes, kept, done)
      at().enterStores()
      lookAgain(address >> 2)
      return number * 2 + (buffered ? 1 : 0)
    },
    commit: (next, settled, lastCommit) => {
      const { at: address, thread } = at()
      noteWindow(thread, next, settled !== 0, lastCommit)
      at().leaveStores()
      pipeline.commitStores(thread.stores, thread.window)
      at().enterStores()
      lookAgain(address >> 2)
    },
    sample: (access, bytes, store, tick, done, cause) => {
      const offset = cells[(access >> 2) + 1] & OFFSET
      observer.sample(at().thread, cells[access >> 2], offset, bytes, store, tick, done, cause as typeof caches.cause)
    },
    raise: (fault, access, store, tick, next, settled, lastCommit) => {
      const { at: address, thread } = at()
      noteWindow(thread, next, settled !== 0, lastCommit)
      at().leaveStores()
      pipeline.port.raise(thread, fault, cells[access >> 2], cells[(access >> 2) + 1] & OFFSET, store !== 0, tick)
      at().enterStores()
      lookAgain(address >> 2)
    },
    mispredict: (result) => {
      const { thread } = at()
      branches.mispredict(thread, result)
      return thread.mispredicted >= 0 ? -1 : thread.front
    }
  }
}
