/**
 * One hardware thread as straight-line.ts and its loop see it: its frame, and the part of its stream that is staged
 * there. Law: between `enter` and `leave` the frame says where the thread is, and the thread itself doesn't.
 */
import type { PrivateCaches } from "../coherence/private-caches.ts"
import type { Cache } from "../memory/cache.ts"
import type { Pages } from "../memory/pages.ts"
import * as fromPages from "../memory/pages.ts"
import type { Cells } from "./cells.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import type { OpenPages } from "./open-pages.ts"
import * as fromOpenPages from "./open-pages.ts"
import { type PlacedCode, placedCode } from "./placed-code.ts"
import * as fromStraightCode from "./straight-code.ts"
import * as fromFrame from "./straight-frame.ts"
import * as fromStraightSteps from "./straight-steps.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Handle } = fromHardwareThread
const { MAX_PAGES } = fromPages
const { ADDED_MASK, ADDED_SHIFT, BLOCK_SHIFT, ROW_SHIFT } = fromStraightCode
const { Open } = fromOpenPages
const { ACCESS_CELLS, ACCESSES_AT, BLOCKS_AT, Frame, OPEN_AT, STAGED_ACCESSES, STAGED_BLOCKS } = fromFrame
const { noteAdded, noteDrains, noteProgress, noteWindow } = fromStraightSteps

/** Bytes of a row, of a block, of a staged access. */
const ROW_BYTES = 4 << ROW_SHIFT
const BLOCK_BYTES = 4 << BLOCK_SHIFT
const ACCESS_BYTES = 4 * ACCESS_CELLS
/** Bits below the DTLB's set in a staged access. */
const OFFSET_BITS = 12

export class StraightThread {
  /** Address of its frame. */
  readonly at: number
  readonly thread: HardwareThread
  stream: InstructionStream
  code: PlacedCode
  readonly #cells: Cells
  readonly #all: Int32Array
  readonly #frame: number
  readonly #pages: Pages
  readonly #tlb: Cache
  readonly #caches: PrivateCaches
  // What is staged: from this position of the stream, and from this access, so many.
  #firstBlock = 0
  #blocks = 0
  #firstAccess = 0
  #accesses = 0
  readonly #open: OpenPages | undefined
  /** Pages that had closed when accesses were staged. */
  #closed = 0
  /** Instructions that the window had had at `enter`. */
  #entered = 0

  constructor(
    cells: Cells,
    thread: HardwareThread,
    stream: InstructionStream,
    random: Int32Array,
    pages: Pages,
    tlb: Cache,
    caches: PrivateCaches,
    open: OpenPages | undefined
  ) {
    const { frame } = thread
    this.at = cells.addressOf(frame)
    this.thread = thread
    this.#cells = cells
    this.#all = cells.all
    this.#frame = cells.placeOf(frame)
    this.#pages = pages
    this.#tlb = tlb
    this.#caches = caches
    this.#open = open
    frame[Frame.random] = cells.addressOf(random)
    this.stream = stream
    this.code = this.#placed(stream)
  }

  /** It goes on with `stream`. */
  follow(stream: InstructionStream): void {
    this.stream = stream
    this.code = this.#placed(stream)
    this.#blocks = this.#accesses = 0
  }

  /** Have the frame say where the thread is; it comes to something else at position `stop` of the stream. */
  enter(stop: number): void {
    const cells = this.#all
    const frame = this.#frame
    const t = this.thread
    const { window } = t
    const { limit } = this.#caches
    const position = t.streamAt | 0
    if (position < this.#firstBlock || position >= this.#firstBlock + this.#blocks) this.#stageBlocks(position)
    if (this.#open !== undefined) this.#enterOpen(this.#open)
    if (t.access < this.#firstAccess || t.access >= this.#firstAccess + this.#accesses) this.#stageAccesses(t.access)
    const blocksAt = this.at + 4 * BLOCKS_AT
    const accessesAt = this.at + 4 * ACCESSES_AT
    const staged = this.#firstBlock + this.#blocks
    cells[frame + Frame.now] = t.tick
    cells[frame + Frame.position] = t.position
    cells[frame + Frame.row] = this.code.rows + t.blockAt * ROW_BYTES
    cells[frame + Frame.end] = this.code.rows + t.blockEnd * ROW_BYTES
    cells[frame + Frame.order] = blocksAt + 4 * (position - this.#firstBlock)
    cells[frame + Frame.orderEnd] = blocksAt + 4 * ((stop < staged ? stop : staged) - this.#firstBlock)
    cells[frame + Frame.access] = accessesAt + ACCESS_BYTES * (t.access - this.#firstAccess)
    cells[frame + Frame.accessEnd] = accessesAt + ACCESS_BYTES * this.#accesses
    cells[frame + Frame.next] = this.#entered = window.next
    cells[frame + Frame.lastCommit] = window.lastCommit
    cells[frame + Frame.settled] = window.firstUnresolved === window.next ? 1 : 0
    cells[frame + Frame.limit] = t.limit < limit ? t.limit : limit
    cells[frame + Frame.hold] = t.front > t.barrier ? t.front : t.barrier
    cells[frame + Frame.added] = t.addedAt
    cells[frame + Frame.hits] = cells[frame + Frame.extra] = 0
    cells[frame + Frame.fetchLine] = t.fetchLine
    cells[frame + Frame.queueAt] = t.loads.at
    cells[frame + Frame.context] = t.context * MAX_PAGES
    cells[frame + Frame.keyRights] = t.keyRights
    this.enterStores()
    cells[frame + Frame.cause] = this.#caches.cause
  }

  /** Have the frame say who accesses (OP1). */
  #enterOpen(open: OpenPages): void {
    const t = this.thread
    const cells = this.#all
    const asked = t.handle !== Handle.implicit
    cells[this.#frame + Frame.subject] = asked ? Open.none : open.subject(t)
    cells[this.#frame + Frame.ungoverned] = asked ? Open.none : Open.ungoverned
    if (open.closed !== this.#closed) this.#accesses = 0
    this.#closed = open.closed
  }

  /** A page may have closed since (OP2). */
  lookAtOpen(): void {
    if (this.#open !== undefined && this.#open.closed !== this.#closed)
      this.#all[this.#frame + Frame.subject] = Open.none
  }

  /** Have the frame say what the store buffer holds. */
  enterStores(): void {
    const cells = this.#all
    const frame = this.#frame
    const { stores } = this.thread
    cells[frame + Frame.stores] = stores.next
    cells[frame + Frame.firstStore] = stores.firstUnresolved
    cells[frame + Frame.lastDrain] = stores.lastDrain
    cells[frame + Frame.storesWait] = stores.fenced || stores.delay !== undefined ? 1 : 0
  }

  /** Have the store buffer know what has drained. */
  leaveStores(): void {
    const cells = this.#all
    noteDrains(this.thread.stores, cells[this.#frame + Frame.stores], cells[this.#frame + Frame.lastDrain])
  }

  /** Have the thread be where the frame says. */
  leave(): void {
    const cells = this.#all
    const frame = this.#frame
    const t = this.thread
    const next = cells[frame + Frame.next]
    const rows = this.code.rows
    const access = (cells[frame + Frame.access] - this.at - 4 * ACCESSES_AT) / ACCESS_BYTES
    const extra = cells[frame + Frame.extra]
    this.leaveStores()
    noteProgress(t, this.#firstAccess + access, next - this.#entered)
    if (extra > 0) noteAdded(t, extra)
    noteWindow(t, next, cells[frame + Frame.settled] !== 0, cells[frame + Frame.lastCommit])
    t.tick = cells[frame + Frame.now]
    t.position = cells[frame + Frame.position]
    t.blockAt = (cells[frame + Frame.row] - rows) / ROW_BYTES
    t.blockEnd = (cells[frame + Frame.end] - rows) / ROW_BYTES
    t.streamAt = this.#firstBlock + ((cells[frame + Frame.order] - this.at - 4 * BLOCKS_AT) >> 2)
    t.addedAt = cells[frame + Frame.added]
    t.fetchLine = cells[frame + Frame.fetchLine]
    t.loads.at = cells[frame + Frame.queueAt]
    this.#caches.hitsL1 += cells[frame + Frame.hits]
    this.#caches.cause = cells[frame + Frame.cause] as PrivateCaches["cause"]
  }

  /** Instructions that a mechanism adds before the one at `place`. */
  addedBefore(place: number): number {
    return (this.#all[(this.code.rows >> 2) + (place << ROW_SHIFT)] >>> ADDED_SHIFT) & ADDED_MASK
  }

  /** Place in its code of the row at `address`. */
  placeAt(address: number): number {
    return (address - this.code.rows) / ROW_BYTES
  }

  #placed(stream: InstructionStream): PlacedCode {
    const code = placedCode(this.#cells, stream, this.#pages)
    this.#all[this.#frame + Frame.lines] = code.lines
    return code
  }

  #stageBlocks(from: number): void {
    const { blocks, last } = this.stream
    const cells = this.#all
    const to = this.#frame + BLOCKS_AT
    const count = Math.max(0, Math.min(STAGED_BLOCKS, last - from))
    const first = this.code.blocks
    for (let k = 0; k < count; k++) cells[to + k] = first + blocks[from + k] * BLOCK_BYTES
    this.#firstBlock = from
    this.#blocks = count
  }

  #stageAccesses(from: number): void {
    const { accessOffset, accessPage, pageOf } = this.stream
    const cells = this.#all
    const { low } = this.#pages
    const count = Math.max(0, Math.min(STAGED_ACCESSES, accessPage.length - from))
    let to = this.#frame + ACCESSES_AT
    for (let access = from; access < from + count; access++, to += ACCESS_CELLS) {
      const page = pageOf[accessPage[access]]
      cells[to] = page
      cells[to + 1] = accessOffset[access] | (this.#tlb.setOf(low[page]) << OFFSET_BITS)
    }
    this.#firstAccess = from
    this.#accesses = count
    if (this.#open !== undefined) this.#stageOpen(this.#open, from, count)
  }

  #stageOpen(open: OpenPages, from: number, count: number): void {
    const { accessPage, pageOf } = this.stream
    const cells = this.#all
    const to = this.#frame + OPEN_AT
    for (let k = 0; k < count; k++) cells[to + k] = open.of(pageOf[accessPage[from + k]])
  }
}
