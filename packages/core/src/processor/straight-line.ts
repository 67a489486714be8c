/**
 * The way of most instructions: at most one access, which hits the DTLB and the L1D, and operands that are known.
 * One loop over many blocks, its state in locals, in place of the calls of stream-execution.ts; what it does to the
 * thread is the same, access by access.
 *
 *   ST1  an instruction that needs care is left to stream-execution.ts before it has changed anything
 *   ST2  nothing here waits, and no event is scheduled but by a prefetcher
 */
import * as fromCacheLevels from "../coherence/cache-levels.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Translation } from "../translation/translation.ts"
import type { Branches } from "./branches.ts"
import * as fromCause from "./cause.ts"
import * as fromForwarding from "./forwarding.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { InstructionFetch } from "./instruction-fetch.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import * as fromMemoryPort from "./memory-port.ts"
import * as fromOperands from "./operands.ts"
import type { Pipeline } from "./pipeline.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { L1State } = fromCacheLevels
const { Entry, LINE_BYTES, LINES_PER_PAGE, MAX_PAGES } = fromPages
const { Cause } = fromCause
const { forwardSlot, isBuffered, noteStore } = fromForwarding
const { CAREFUL, FIELDS, Field } = fromInstructionTable
const { VERDICT_BITS } = fromMemoryPort
const { readyOf } = fromOperands
const { Unresolved } = fromWindow
const READABLE = Entry.present
const FAULTS = (1 << VERDICT_BITS) - 1
/** No buffered store has a load's data. */
const None = -1
const WRITABLE = Entry.present | Entry.writable

/** The block is over where an operation, or the end, is due. */
export const Over = 0
/** The instruction at hand needs care. */
export const NeedsCare = 1
/** The front end waits. */
export const Fetching = 2

export class StraightLine {
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #branches: Branches
  readonly #fetch: InstructionFetch
  readonly #pages: Pages
  readonly #tlb: Cache
  readonly #entries: Int32Array
  readonly #frames: Int32Array
  readonly #l1: Cache
  readonly #width: number
  readonly #size: number

  constructor(
    pipeline: Pipeline,
    caches: PrivateCaches,
    translation: Translation,
    fetch: InstructionFetch,
    branches: Branches,
    pages: Pages,
    { core }: MachineNumbers
  ) {
    this.#pipeline = pipeline
    this.#caches = caches
    this.#branches = branches
    this.#fetch = fetch
    this.#pages = pages
    this.#tlb = translation.dtlb.arrays[0]
    this.#entries = translation.dtlb.entries[0]
    this.#frames = translation.dtlb.frames[0]
    this.#l1 = caches.levels.l1d
    this.#width = core.width
    this.#size = core.window
  }

  /** Execute on from where `t` is; why it stopped. */
  run(t: HardwareThread): number {
    const { stream, window } = t
    if (stream === undefined) return Over
    // What looks at every dispatch, or judges accesses, sees them in stream-execution.ts.
    if (t.markCount > 0 || t.serialiser >= 0 || t.addedAt > 0) return NeedsCare
    if (this.#pipeline.port.observer.judges || this.#pipeline.port.careful) return NeedsCare
    const { accessOffset, accessPage, blockInstructions, blocks, blockStart, operationAt, pageOf, table } = stream
    const { accessSize, rows } = table
    const { forwardKey, forwardPage, ready: registers, stores } = t
    const { cause: causes, commit: commits, complete: completes, mask, split: splits } = window
    const caches = this.#caches
    const pipeline = this.#pipeline
    const port = pipeline.port
    const tlb = this.#tlb
    const l1 = this.#l1
    const check = port.check
    const observer = port.observer
    const width = this.#width
    const size = this.#size
    const stop = t.operation < operationAt.length ? operationAt[t.operation] : stream.last
    const first = t.blockAt
    let blockAt = first
    let blockEnd = t.blockEnd
    let executed = 0
    let now = t.tick
    let position = t.position
    let next = window.next
    let why = NeedsCare
    while (t.mispredicted < 0) {
      if (blockAt === blockEnd) {
        if (
          t.streamAt === stop ||
          t.streamAt === stream.last ||
          t.depth >= 0 ||
          t.trapCount + t.pendingInterrupts > 0
        ) {
          why = Over
          break
        }
        const block = blocks[t.streamAt++]
        blockAt = blockStart[block]
        blockEnd = blockStart[block + 1]
        continue
      }
      const at = blockInstructions[blockAt] * FIELDS
      if (rows[at + Field.line] !== t.fetchLine) {
        t.tick = now
        if (!this.#fetch.fetch(t, rows, at)) {
          why = Fetching
          break
        }
      }
      const facts = rows[at + Field.facts]
      if ((facts & CAREFUL) !== 0) break

      let address = readyOf(t, rows[at + Field.addressSources])
      if (address < 0) break
      const data = readyOf(t, rows[at + Field.dataSources])
      if (data < 0) break

      // Where its access goes: one load or one store, or none.
      const loading = (facts >>> 28) & 1
      const storing = (facts >>> 20) & 1
      let from = 0
      let page = 0
      let offset = 0
      let bytes = 0
      let line = 0
      let set = 0
      let row = 0
      let tlbSet = 0
      let translated = 0
      let slot = 0
      let supplied = None
      if ((loading | storing) !== 0) {
        page = pageOf[accessPage[t.access]]
        offset = accessOffset[t.access]
        bytes = accessSize[rows[at + Field.accessStart]]
        if ((offset & (LINE_BYTES - 1)) + bytes > LINE_BYTES) break
        slot = forwardSlot(offset >>> 3, page)
        from = storing !== 0 ? stores.freeAt() : t.loads.freeAt()
        if (from === Unresolved) break
        if (loading !== 0 && forwardKey[slot] === offset >>> 3 && forwardPage[slot] === page) {
          supplied = t.forwardReady[slot]
          if (supplied < 0) supplied = window.doneAt(-1 - supplied)
          if (supplied < 0) break
        }
        if (supplied < 0 || t.forwardStore[slot] < stores.firstUnresolved) {
          tlbSet = tlb.setOf(this.#pages.low[page])
          translated = tlb.find(tlbSet, t.context * MAX_PAGES + page)
          if (translated < 0) break
          const entry = this.#entries[translated]
          const need = storing !== 0 ? WRITABLE : READABLE
          if ((entry & need) !== need) break
          if (t.keyRights !== 0) {
            const bits = (t.keyRights >>> (2 * ((entry >>> Entry.keyShift) & Entry.keyMask))) & 3
            if ((bits & 1) !== 0 || (storing !== 0 && bits !== 0)) break
          }
          line = this.#frames[translated] * LINES_PER_PAGE + (offset >>> 6)
          set = l1.setOf(line)
          row = l1.find(set, line)
          if (row < 0 || (storing !== 0 && l1.state[row] < L1State.exclusive)) break
          if (loading !== 0 && bytes > port.loadBytes) break
        }
      }
      if (((facts >>> 24) & 15) !== 0) {
        t.tick = now
        t.position = position
        const dispatched = this.#pipeline.added(t, (facts >>> 24) & 15)
        now = t.tick
        position = t.position
        if (!dispatched) break
      }

      // Dispatch, as Pipeline.dispatch does.
      let tick = from > t.barrier ? from : t.barrier
      if (next >= size) {
        if (next - size >= window.firstUnresolved) break
        const free = commits[(next - size) & mask]
        if (free > tick) tick = free
      }
      if (t.front > tick) tick = t.front
      if (tick < now) tick = now
      if (tick >= t.limit || tick >= caches.limit) break
      if (tick > now) {
        const otherwise = tick === t.front ? t.frontCause : tick === from ? Cause.storeBuffer : Cause.execute
        window.leaveEmpty(now * width + position, tick * width, otherwise)
        now = tick
        position = 0
      }
      if (++position === width) {
        position = 0
        now = tick + 1
      }

      t.addedAt = 0
      if (address < tick) address = tick
      address += rows[at + Field.accesses] >>> 8
      let complete = address > data ? address : data
      let cause: number = Cause.execute
      let start = address
      let fault = 0
      if (loading !== 0) {
        t.access++
        t.accesses++
        t.loads.take()
        let ready: number
        if (supplied >= 0 && isBuffered(stores, t.forwardStore[slot], address)) {
          caches.cause = Cause.execute
          ready = (address > supplied ? address : supplied) + pipeline.forward
        } else {
          tlb.touch(tlbSet, translated)
          if (check !== undefined && facts >>> 30 !== 1) {
            const verdict = check.checkAccess(t.number, page, offset, bytes, false, address)
            start += verdict >>> VERDICT_BITS
            fault = verdict & FAULTS
          }
          ready = caches.loadHit(line, set, row, port.loads.claim(start), at + 1)
          if (observer.on) observer.sample(t, page, offset, bytes, 0, address, ready, caches.cause)
          if (fault !== 0) port.raise(t, fault, page, offset, false, address)
        }
        if (ready > complete) {
          complete = ready
          cause = caches.cause
        } else start = address
      } else if (storing !== 0) {
        t.access++
        t.accesses++
        const number = stores.next
        const buffer = stores.append(next)
        tlb.touch(tlbSet, translated)
        if (check !== undefined && facts >>> 30 !== 1) {
          fault = check.checkAccess(t.number, page, offset, bytes, true, address) & FAULTS
          if (fault !== 0) port.raise(t, fault, page, offset, true, address)
        }
        stores.line[buffer] = line
        stores.bytes[buffer] = bytes
        if (port.ways.streams) port.ways.choose(t, buffer, page, offset, bytes)
        stores.writable[buffer] = caches.store(line, address)
        if (observer.on) observer.sample(t, page, offset, bytes, 1, address, stores.writable[buffer], caches.cause)
        noteStore(t, slot, offset >>> 3, page, complete, number)
      }
      complete += facts & 0xffff
      if (complete === tick) complete = tick + 1

      // Window.append.
      const place = next & mask
      completes[place] = complete
      causes[place] = cause
      splits[place] = 0
      if (start > address) {
        window.earlyCause[place] = Cause.pageWalk
        splits[place] = start
      }
      if (window.firstUnresolved === next) {
        window.firstUnresolved = next + 1
        if (complete > window.lastCommit) window.lastCommit = complete
        commits[place] = window.lastCommit
      } else commits[place] = Unresolved
      window.next = ++next

      if (storing !== 0) pipeline.commitStores(stores, window)
      for (let fields = rows[at + Field.destinations]; fields !== 0; fields >>>= 6) registers[fields & 63] = complete
      const control = (facts >>> 16) & 15
      if (control !== 0) this.#branches.steer(t, control, complete)
      blockAt++
      executed++
      if (fault !== 0) break
    }
    t.tick = now
    t.position = position
    t.blockAt = blockAt
    t.blockEnd = blockEnd
    t.instructions += executed
    t.slots[Cause.application] += executed
    return why
  }
}
