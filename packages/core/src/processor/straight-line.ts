/**
 * The way of most instructions: at most one access, which hits the DTLB and the L1D, and operands that are known.
 * One loop over many blocks, its state in locals and in the tile's cells, in place of the calls of
 * stream-execution.ts; what it does to the thread is the same, access by access.
 *
 *   ST1  an instruction that needs care is left to stream-execution.ts before it has changed anything
 *   ST2  no access waits here, and no event is scheduled but by a prefetcher
 */
import * as fromPages from "../memory/pages.ts"
import * as fromCause from "./cause.ts"
import * as fromForwarding from "./forwarding.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import * as fromMemoryPort from "./memory-port.ts"
import * as fromOperands from "./operands.ts"
import { StraightCells, type StraightParts } from "./straight-cells.ts"
import * as code from "./straight-code.ts"
import * as fromStraightSteps from "./straight-steps.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { LINE_BYTES } = fromPages
const { execute, pageWalk } = fromCause.Cause
const { Forward, forwardSlot, isBuffered, noteStore } = fromForwarding
const { FIELDS } = fromInstructionTable
const { know, laterOf, latestOf } = fromOperands
const { ADDED_LATENCY_MASK, ADDED_LATENCY_SHIFT, ADDED_MASK, ADDED_SHIFT, Block, BLOCK_SHIFT, BYTES_SHIFT } = code
const { CarefulCode, CONTROL_MASK, CONTROL_SHIFT, Exempt, LATENCY_SHIFT, Load, NewLine, NoSources, Plain } = code
const { PLAIN_LATENCY_SHIFT, REGISTER, REGISTER_BITS, ROW_SHIFT, Store } = code
const { addFirst, awaitOperands, bufferStore, doneAt, isHeldBack, leaveEmpty } = fromStraightSteps
const { noteAdded, noteProgress, noteWindow, Stop, stopAt } = fromStraightSteps
type Stop = fromStraightSteps.Stop
const { Unresolved } = fromWindow
const { VERDICT_BITS } = fromMemoryPort
const CONTROL = CONTROL_MASK << CONTROL_SHIFT
const ROW = 1 << ROW_SHIFT

export class StraightLine {
  readonly #parts: StraightParts
  readonly #cells: StraightCells

  constructor(parts: StraightParts) {
    this.#parts = parts
    this.#cells = new StraightCells(parts)
  }

  /** Execute on from where `t` is; why it stopped. */
  run(t: HardwareThread): Stop {
    const { branches, caches, fetch, pipeline } = this.#parts
    const { loads, stores, stream, window } = t
    if (stream === undefined) return Stop.over
    const { check, loadBytes, observer, ways } = pipeline.port
    // What looks at every dispatch, or judges accesses, sees them in stream-execution.ts.
    if (isHeldBack(t) || observer.judges || pipeline.port.careful) return Stop.care
    const at = this.#cells
    if (t !== at.thread || stream !== at.stream) at.turnTo(t, stream)
    const { causes, cells, commits, completes, forwards, queue, registers } = at
    const { blocks, rows } = at.code
    const { accessOffset, accessPage, blockInstructions, blocks: order, pageOf } = stream
    const { ahead, forwardLatency, size, width } = at
    const { rows: lines } = stream.table
    const { mask } = window
    const stop = stopAt(t, stream)
    const firstInstruction = window.next
    let settled = window.settled
    let row = t.blockAt << ROW_SHIFT
    let end = t.blockEnd << ROW_SHIFT
    // Row whose line has been fetched: the first may be in another line than what was fetched last.
    let fetched = row
    if (row !== end && !fetch.has(t, lines, blockInstructions[row >> ROW_SHIFT] * FIELDS)) return Stop.fetching
    let streamAt = t.streamAt | 0
    let access = t.access
    let added = 0
    let now = t.tick
    let position = t.position
    let next = firstInstruction
    let lastCommit = window.lastCommit
    let limit = t.limit < caches.limit ? t.limit : caches.limit
    let hold = t.front > t.barrier ? t.front : t.barrier
    // Instructions before this one find a place in the window.
    let clear = next
    let buffered = false
    let why: Stop = Stop.care
    for (;;) {
      if (row === end) {
        if (streamAt === stop) {
          why = Stop.over
          break
        }
        const block = order[streamAt] << BLOCK_SHIFT
        streamAt = (streamAt + 1) | 0
        row = blocks[block + Block.first]
        end = blocks[block + Block.end]
        if (row === end) continue
        fetched = blocks[block + Block.line] === t.fetchLine ? row : -1
      }
      const facts = rows[row]
      if ((facts & (NewLine | CarefulCode)) !== 0) {
        if ((facts & CarefulCode) !== 0) break
        if (row !== fetched) {
          fetched = row
          t.tick = now
          if (!fetch.has(t, lines, blockInstructions[row >> ROW_SHIFT] * FIELDS)) {
            why = Stop.fetching
            break
          }
          if (t.front > hold) hold = t.front
          limit = caches.limit < limit ? caches.limit : limit
          continue
        }
      }

      // When it can dispatch, as Pipeline.dispatch does.
      let tick = hold > now ? hold : now
      if (next >= clear) {
        const later = cells[commits + ((next - size + ahead) & mask)]
        if (later >= 0 && later <= now) clear = next + ahead + 1
        const free = cells[commits + ((next - size) & mask)]
        if (free < 0) break
        if (free > tick) tick = free
      }
      if (tick >= limit) break
      const word = rows[row + 1]
      const place = next & mask
      let complete = 0
      let fault = 0
      let from = 0
      if ((facts & Plain) !== 0) {
        const a = cells[registers + (word & REGISTER)]
        const b = cells[registers + ((word >>> REGISTER_BITS) & REGISTER)]
        if ((a | b) < 0) {
          if (know(t, next, word, 2)) continue
          if (tick > now) {
            leaveEmpty(t, next, now * width + position, tick, width, 0)
            now = tick
            position = 0
          }
          noteWindow(t, next, settled, lastCommit)
          settled = false
          complete = Unresolved
          pipeline.port.site = blockInstructions[row >> ROW_SHIFT] * FIELDS + 1
          awaitOperands(t, pipeline.wakeUp, word, tick, facts >>> PLAIN_LATENCY_SHIFT)
        } else {
          complete = laterOf(laterOf(laterOf(a, b), tick) + (facts >>> PLAIN_LATENCY_SHIFT), tick + 1)
          cells[registers + ((word >>> (2 * REGISTER_BITS)) & REGISTER)] = complete
          cells[registers + ((word >>> (3 * REGISTER_BITS)) & REGISTER)] = complete
          cells[causes + place] = execute
        }
      } else {
        let address = latestOf(cells, registers, word)
        const other = rows[row + 2]
        const data = other === NoSources ? 0 : latestOf(cells, registers, other)
        if ((address | data) < 0) {
          if (!know(t, next, word, 4) || !know(t, next, other, 4)) break
          continue
        }
        const kind = facts & (Load | Store)
        if (kind === Load) {
          const holder = cells[queue + loads.at]
          if (holder + mask >= next) from = cells[commits + (holder & mask)]
        } else if (kind === Store) from = stores.freeAt()
        if (from < 0) break
        const extra = ((facts >>> ADDED_SHIFT) & ADDED_MASK) - added
        let slot = position
        if (extra > 0) {
          if (tick > now || from > now) {
            // What is added has to wait.
            noteWindow(t, next, settled, lastCommit)
            const dispatched = addFirst(t, pipeline, now, position, added + extra)
            now = t.tick
            position = t.position
            if (!dispatched) break
            added += extra
            continue
          }
          for (slot += extra; slot >= width; slot -= width) tick++
        }
        if (from > tick) tick = from
        if (tick >= limit) break
        address = laterOf(address, tick) + ((facts >>> ADDED_LATENCY_SHIFT) & ADDED_LATENCY_MASK)
        // Where its access goes: one load or one store, or none.
        let page = 0
        let offset = 0
        let forward = 0
        let supplied = Unresolved
        let reads = false
        const bytes = facts >>> BYTES_SHIFT
        if (kind !== 0) {
          page = pageOf[accessPage[access]]
          offset = accessOffset[access]
          if ((offset & (LINE_BYTES - 1)) + bytes > LINE_BYTES) break
          forward = forwards + forwardSlot(offset >>> 3, page)
          const known = cells[forward + Forward.word] === offset >>> 3 && cells[forward + Forward.page] === page
          if (kind === Load && known && isBuffered(stores, cells[forward + Forward.store], address)) {
            supplied = doneAt(window, next, cells[forward + Forward.ready])
            if (supplied < 0) break
            caches.cause = execute
          } else {
            reads = at.table !== undefined && (facts & Exempt) === 0
            if (reads && !at.findsEntry(t, page, offset, kind === Store)) break
            if (!at.finds(t, page, offset, kind === Store) || (kind === Load && bytes > loadBytes)) break
          }
        }
        if (extra > 0) {
          noteAdded(t, extra)
          position = slot
          now = tick
        }
        if (added > 0) added = t.addedAt = 0
        complete = laterOf(address, data)
        const results = rows[row + 3]
        const latency = results >>> LATENCY_SHIFT
        let cause: number = execute
        const checked = reads ? at.loadEntry(address) : address
        let start = checked
        let done = address
        if (check !== undefined && kind !== 0 && supplied < 0 && (facts & Exempt) === 0) {
          const verdict = check.checkAccess(t.number, page, offset, bytes, kind === Store, checked)
          fault = verdict & ((1 << VERDICT_BITS) - 1)
          start += verdict >>> VERDICT_BITS
        }
        if (kind === Load) {
          access++
          cells[queue + loads.at] = next
          loads.at = loads.at + 1 === loads.size ? 0 : loads.at + 1
          if (supplied >= 0) done = laterOf(address, supplied) + forwardLatency
          else done = at.load(start, blockInstructions[row >> ROW_SHIFT] * FIELDS + 1)
          if (done > complete) {
            complete = done
            cause = caches.cause
            if (start > address) window.waits(place, pageWalk, start)
          }
        } else if (kind === Store) {
          access++
          if (checked > complete) {
            complete = checked
            window.waits(place, pageWalk, checked)
          }
          done = at.store(checked)
          noteStore(cells, forward, offset >>> 3, page, complete, stores.next)
          const soonest = laterOf(lastCommit, laterOf(laterOf(complete + latency, tick + 1), done))
          const kept = ways.streams ? ways.next(t.number, page, offset, bytes, at.line, false) : 0
          if (!settled || kept !== 0 || !stores.drainAtOnce(at.line, bytes, soonest)) {
            buffered = bufferStore(stores, next, at.line, bytes, kept, done)
          }
        }
        const sampled = observer.on && kind !== 0 && supplied < 0
        if (sampled) observer.sample(t, page, offset, bytes, kind >> 1, address, done, caches.cause)
        if (caches.limit < limit) limit = caches.limit
        if (fault !== 0) {
          noteWindow(t, next, settled, lastCommit)
          pipeline.port.raise(t, fault, page, offset, kind === Store, checked)
        }
        complete = laterOf(complete + latency, tick + 1)
        cells[registers + (results & REGISTER)] = complete
        cells[registers + ((results >>> REGISTER_BITS) & REGISTER)] = complete
        cells[registers + ((results >>> (2 * REGISTER_BITS)) & REGISTER)] = complete
        cells[causes + place] = cause
      }

      if (tick > now) {
        leaveEmpty(t, next, now * width + position, tick, width, from)
        now = tick
        position = 0
      }
      // -1 where the last slot of a tick is used, and 0 elsewhere.
      const last = (width - 2 - position) >> 31
      position = (position + 1) & ~last
      now = (now - last) | 0

      if (settled) cells[commits + place] = lastCommit = laterOf(lastCommit, complete)
      else {
        cells[completes + place] = complete
        cells[commits + place] = Unresolved
      }
      next = (next + 1) | 0
      row += ROW
      if ((facts & CONTROL) !== 0) {
        branches.steer(t, (facts >>> CONTROL_SHIFT) & CONTROL_MASK, complete < 0 ? -next : complete)
        if (t.front > hold) hold = t.front
        if (t.mispredicted >= 0) break
      }
      if (!buffered && fault === 0) continue
      noteWindow(t, next, settled, lastCommit)
      pipeline.commitStores(stores, window)
      buffered = false
      if (fault !== 0) break
    }
    noteWindow(t, next, settled, lastCommit)
    t.tick = now
    t.position = position
    t.streamAt = streamAt
    t.blockAt = row >> ROW_SHIFT
    t.blockEnd = end >> ROW_SHIFT
    noteProgress(t, access, next - firstInstruction)
    return why
  }
}
