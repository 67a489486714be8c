/**
 * The loop of straight-line.ts: integer-code.ts makes WebAssembly of this text, in which what is a number of the machine
 * is a constant. Addresses are in bytes: those of a tile's parts begin at `tile`, the fields of the thread's frame
 * (straight-frame.ts) at `t`; facts and words are straight-code.ts's.
 */
import type { LoopCalls } from "./loop-calls.ts"
import { askedOf, claim, isNear, isWrong, lineRow, pageRow, touch } from "./straight-look-ups.ts"
import type { LoopNumbers } from "./straight-numbers.ts"
import { know, laterOf, latestOf } from "./straight-registers.ts"
import { drainedAtOnce, freeStore, suppliedBy } from "./straight-stores.ts"

declare const cells: Int32Array
declare const states: Uint8Array
declare const m: LoopNumbers
declare const calls: LoopCalls

/** Execute on from where the frame at `t` says; why it stopped (Left of straight-frame.ts). */
export function run(t: number, tile: number): number {
  let now = cells[(t + m.now) >> 2]
  let position = cells[(t + m.position) >> 2]
  let row = cells[(t + m.row) >> 2]
  let end = cells[(t + m.end) >> 2]
  let order = cells[(t + m.order) >> 2]
  let access = cells[(t + m.access) >> 2]
  let next = cells[(t + m.next) >> 2]
  let lastCommit = cells[(t + m.lastCommit) >> 2]
  let settled = cells[(t + m.settled) >> 2]
  let hold = cells[(t + m.hold) >> 2]
  let fetchLine = cells[(t + m.fetchLine) >> 2]
  // Row whose line has been fetched; instructions before `clear` find a place in the window.
  let fetched = row
  let clear = next
  let buffered = 0
  let why: number = m.care
  for (;;) {
    if (row === end) {
      if (order === cells[(t + m.orderEnd) >> 2]) {
        why = m.staged
        break
      }
      const block = cells[order >> 2]
      order = order + 4
      row = cells[block >> 2]
      end = cells[(block + 4) >> 2]
      if (row === end) continue
      fetched = cells[(block + 8) >> 2] === fetchLine ? row : -1
    }
    const facts = cells[row >> 2]
    if (facts & (m.careful | m.newLine)) {
      if (facts & m.careful) break
      if (row !== fetched) {
        const fetch = cells[(cells[(t + m.lines) >> 2] + (row >>> 2)) >> 2]
        const fetchedLine = cells[fetch >> 2]
        if (fetchedLine !== fetchLine) {
          const tag = cells[(t + m.context) >> 2] + cells[(fetch + 4) >> 2]
          if (!isNear(tile, fetchedLine, tag, cells[(fetch + 8) >> 2])) {
            why = m.fetching
            break
          }
          fetchLine = fetchedLine
        }
      }
    }
    // When it can dispatch, as Pipeline.dispatch does.
    let tick = laterOf(hold, now)
    if (next >= clear) {
      const later = cells[(t + m.commits + (((next - m.size + m.ahead) & m.mask) << 2)) >> 2]
      if (later >= 0) if (later <= now) clear = next + m.ahead + 1
      const free = cells[(t + m.commits + (((next - m.size) & m.mask) << 2)) >> 2]
      if (free < 0) break
      tick = laterOf(tick, free)
    }
    if (tick >= cells[(t + m.limit) >> 2]) break
    let word = cells[(row + 4) >> 2]
    const place = (next & m.mask) << 2
    let complete = -1
    let fault = 0
    let from = 0
    if (facts & m.plain) {
      const a = cells[(t + m.registers + ((word << 2) & 508)) >> 2]
      const b = cells[(t + m.registers + ((word >>> 5) & 508)) >> 2]
      if ((a | b) < 0) {
        if (know(t, next, word, 2)) continue
        if (tick > now) {
          calls.leaveEmpty(next, now * m.width + position, tick, 0)
          now = tick
          position = 0
        }
        calls.awaitOperands(next, settled, lastCommit, word, tick, row)
        settled = 0
      } else {
        complete = laterOf(laterOf(laterOf(a, b), tick) + (facts >>> m.plainLatencyShift), tick + 1)
        cells[(t + m.registers + ((word >>> 12) & 508)) >> 2] = complete
        cells[(t + m.registers + ((word >>> 19) & 508)) >> 2] = complete
        cells[(t + m.causes + place) >> 2] = m.execute
      }
    } else {
      let address = latestOf(t, word)
      const data = latestOf(t, cells[(row + 8) >> 2])
      if ((address | data) < 0) {
        if (know(t, next, word, 4) & know(t, next, cells[(row + 8) >> 2], 4)) continue
        break
      }
      const kind = facts & (m.load | m.store)
      if (kind === m.load) {
        const holder = cells[(t + m.queue + (cells[(t + m.queueAt) >> 2] << 2)) >> 2]
        if (holder + m.mask >= next) from = cells[(t + m.commits + ((holder & m.mask) << 2)) >> 2]
      } else if (kind === m.store) from = freeStore(t)
      if (from < 0) break
      const extra = ((facts >>> m.addedShift) & m.addedMask) - cells[(t + m.added) >> 2]
      let slot = position
      if (extra > 0) {
        if (laterOf(tick, from) > now) {
          why = m.adding
          break
        }
        for (slot = slot + extra; slot >= m.width; slot = slot - m.width) tick = tick + 1
      }
      tick = laterOf(tick, from)
      if (tick >= cells[(t + m.limit) >> 2]) break
      address = laterOf(address, tick) + ((facts >>> m.addedLatencyShift) & m.addedLatencyMask)
      // Where its access goes: one load or one store, or none.
      const bytes = facts >>> m.bytesShift
      let page = 0
      let offset = 0
      let store = 0
      let forward = 0
      let supplied = -2
      let asked = 0
      let line = 0
      let way = 0
      let recent = 0
      let tlbSet = 0
      let tlbRow = 0
      if (kind) {
        if (access === cells[(t + m.accessEnd) >> 2]) {
          why = m.staged
          break
        }
        page = cells[access >> 2]
        offset = cells[(access + 4) >> 2]
        tlbSet = offset >>> 12
        offset = offset & 4095
        if ((offset & 63) + bytes > 64) break
        store = kind >>> 1
        forward = t + m.forwards + ((((offset >>> 3) + page * 7) & 63) << 4)
        if (kind === m.load)
          if (cells[forward >> 2] === offset >>> 3)
            if (cells[(forward + 4) >> 2] === page) {
              supplied = suppliedBy(t, next, forward, address)
              if (supplied === -1) break
              if (supplied >= 0) cells[(t + m.cause) >> 2] = m.execute
            }
        if (supplied < 0) {
          if (m.looks & m.check) if (!(facts & m.exempt)) asked = askedOf(t, access)
          if (m.looks & m.table) if (asked & m.askedTable) if (!calls.findsEntry(page, offset, store)) break
          tlbRow = pageRow(tile, tlbSet, cells[(t + m.context) >> 2] + page)
          if (tlbRow < 0) break
          const entry = cells[(tile + m.tlbEntries + (tlbRow << 2)) >> 2]
          if ((entry & (1 | (store << 1))) !== (1 | (store << 1))) break
          if (cells[(t + m.keyRights) >> 2] & ((1 | (store << 1)) << ((entry >>> 7) & 30))) break
          line = (cells[(tile + m.tlbFrames + (tlbRow << 2)) >> 2] << 6) + (offset >>> 6)
          const set = m.l1Mask < 0 ? line % m.l1Sets : line & m.l1Mask
          recent = tile + (set << 2)
          way = lineRow(tile, set, line)
          if (way < 0) break
          if (store) {
            if (states[tile + m.l1State + way] < 2) break
          } else if (bytes > m.loadBytes) break
        }
      }
      if (extra > 0) {
        cells[(t + m.extra) >> 2] = cells[(t + m.extra) >> 2] + extra
        position = slot
        now = tick
      }
      cells[(t + m.added) >> 2] = 0
      complete = laterOf(address, data)
      word = cells[(row + 12) >> 2]
      let holds: number = m.execute
      if (kind) {
        let checked = address
        if (m.looks & m.table) if (asked & m.askedTable) checked = calls.loadEntry(address)
        let start = checked
        let done = address
        if (supplied < 0) {
          if (m.looks & m.check)
            if (asked & m.askedCheck) {
              fault = calls.check(page, offset, bytes, store, checked)
              start = start + (fault >>> 8)
              fault = fault & 255
            }
          const tlbAt = tile + m.tlbRecent + (tlbSet << 2)
          if (cells[tlbAt >> 2] !== tlbRow) touch(tlbAt, tile + m.tlbAges, tile + m.tlbClock, tlbRow)
          if (cells[(recent + m.l1Recent) >> 2] !== way)
            touch(recent + m.l1Recent, tile + m.l1Ages, tile + m.l1Clock, way)
          cells[(t + m.hits) >> 2] = cells[(t + m.hits) >> 2] + 1
        }
        if (store) {
          if (checked > complete) {
            complete = checked
            calls.waits(next & m.mask, checked)
          }
          done = checked
          const ready = cells[(tile + m.l1Ready + (way << 2)) >> 2]
          if ((ready | (done - ready) | (states[tile + m.l1State + way] - 3)) < 0) {
            done = calls.storeLate(line, way, checked)
          }
          cells[forward >> 2] = offset >>> 3
          cells[(forward + 4) >> 2] = page
          cells[(forward + 8) >> 2] = complete
          const soonest = laterOf(laterOf(lastCommit, done), laterOf(complete + (word >>> m.latencyShift), tick + 1))
          let number = drainedAtOnce(t, tile, access, settled, line, bytes, soonest)
          if (number < 0) number = calls.drain(settled, line, bytes, soonest, next, done, access)
          buffered = number & 1
          cells[(forward + 12) >> 2] = number >> 1
        } else {
          const queueAt = cells[(t + m.queueAt) >> 2]
          cells[(t + m.queue + (queueAt << 2)) >> 2] = next
          cells[(t + m.queueAt) >> 2] = queueAt + 1 === m.queueSize ? 0 : queueAt + 1
          if (supplied >= 0) done = laterOf(address, supplied) + m.forwardLatency
          else {
            // Ports.claim, then PrivateCaches.loadHit.
            const claimed = claim(tile + m.loads, m.loadPorts, start)
            cells[(t + m.cause) >> 2] = m.l1
            done = claimed + m.l1Latency
            const ready = cells[(tile + m.l1Ready + (way << 2)) >> 2]
            if ((ready | (done - ready)) < 0) {
              done = calls.loadLate(line, way, claimed, row)
            }
          }
          if (done > complete) {
            complete = done
            holds = cells[(t + m.cause) >> 2]
            if (start > address) calls.waits(next & m.mask, start)
          }
        }
        if (m.looks & m.sample)
          if (supplied < 0) calls.sample(access, bytes, store, address, done, cells[(t + m.cause) >> 2])
        if (fault) {
          calls.raise(fault, access, store, checked, next, settled, lastCommit)
        }
        access = access + 8
      }
      complete = laterOf(complete + (word >>> m.latencyShift), tick + 1)
      cells[(t + m.registers + ((word << 2) & 508)) >> 2] = complete
      cells[(t + m.registers + ((word >>> 5) & 508)) >> 2] = complete
      cells[(t + m.registers + ((word >>> 12) & 508)) >> 2] = complete
      cells[(t + m.causes + place) >> 2] = holds
    }

    if (tick > now) {
      calls.leaveEmpty(next, now * m.width + position, tick, from)
      now = tick
      position = 0
    }
    // -1 where the last slot of a tick is used, and 0 elsewhere.
    const last = (m.width - 2 - position) >> 31
    position = (position + 1) & ~last
    now = now - last
    if (settled) {
      lastCommit = laterOf(lastCommit, complete)
      cells[(t + m.commits + place) >> 2] = lastCommit
    } else {
      cells[(t + m.completes + place) >> 2] = complete
      cells[(t + m.commits + place) >> 2] = -1
    }
    next = next + 1
    row = row + 16
    if (facts & m.steers) {
      if (isWrong(cells[(t + m.random) >> 2])) {
        const front = calls.mispredict(complete < 0 ? 0 - next : complete)
        if (front < 0) break
        hold = laterOf(hold, front)
      }
    }
    if (buffered | fault) {
      calls.commit(next, settled, lastCommit)
      buffered = 0
      if (fault) break
    }
  }
  cells[(t + m.now) >> 2] = now
  cells[(t + m.position) >> 2] = position
  cells[(t + m.row) >> 2] = row
  cells[(t + m.end) >> 2] = end
  cells[(t + m.order) >> 2] = order
  cells[(t + m.access) >> 2] = access
  cells[(t + m.next) >> 2] = next
  cells[(t + m.lastCommit) >> 2] = lastCommit
  cells[(t + m.settled) >> 2] = settled
  cells[(t + m.fetchLine) >> 2] = fetchLine
  return why
}
