/**
 * The way of most instructions: at most one access, which hits the DTLB and the L1D, and operands that are known.
 * A loop over many blocks (straight-loop.ts) in place of the calls of stream-execution.ts; what it does to the thread is
 * the same, access by access. Here it is entered, and what it stops for is done.
 *
 *   ST1  an instruction that needs care is left to stream-execution.ts before it has changed anything
 *   ST2  no access waits here, and no event is scheduled but by a prefetcher
 */
import type { HardwareThread } from "./hardware-thread.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import * as fromInstructionTable from "./instruction-table.ts"
import { loopCalls } from "./straight-calls.ts"
import * as fromFrame from "./straight-frame.ts"
import { type Loop, loopOf } from "./straight-loops.ts"
import { loopNumbers } from "./straight-numbers.ts"
import type { StraightParts } from "./straight-parts.ts"
import * as fromStraightSteps from "./straight-steps.ts"
import { StraightThread } from "./straight-thread.ts"
import { TableEntries } from "./table-entries.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { FIELDS } = fromInstructionTable
const { Frame, Left, Looks } = fromFrame
const { isHeldBack, Stop, stopAt } = fromStraightSteps
type Stop = fromStraightSteps.Stop

export class StraightLine {
  readonly #parts: StraightParts
  readonly #threads: Array<StraightThread> = []
  readonly #looks: number
  /** Where the tile's cells begin. */
  readonly #tile: number
  readonly #entries: TableEntries
  #at: StraightThread | undefined
  #loop: Loop | undefined

  constructor(parts: StraightParts) {
    const { check, observer, table } = parts.pipeline.port
    const { cells, first } = parts.caches.levels
    this.#parts = parts
    this.#tile = cells.addressOf(first)
    this.#entries = new TableEntries(parts)
    this.#looks =
      (check === undefined ? 0 : Looks.check) |
      (table === undefined ? 0 : Looks.table) |
      (check?.openPages === undefined ? 0 : Looks.open) |
      (observer.on ? Looks.sample : 0)
  }

  /** Execute on from where `t` is; why it stopped. */
  run(t: HardwareThread): Stop {
    const { fetch, pipeline } = this.#parts
    const { stream } = t
    if (stream === undefined) return Stop.over
    // What looks at every dispatch, or judges accesses, sees them in stream-execution.ts.
    if (isHeldBack(t) || pipeline.port.observer.judges || pipeline.port.careful) return Stop.care
    const stop = stopAt(t, stream)
    if (t.blockAt === t.blockEnd && t.streamAt === stop) return Stop.over
    const at = this.#turnTo(t, stream)
    const loop = this.#loop ?? this.#made(at)
    const { blockInstructions, table } = stream
    if (t.blockAt !== t.blockEnd && !fetch.has(t, table.rows, blockInstructions[t.blockAt] * FIELDS))
      return Stop.fetching
    for (;;) {
      at.enter(stop)
      const why = loop(at.at, this.#tile)
      at.leave()
      if (why === Left.care) return Stop.care
      if (why === Left.fetching) {
        if (!fetch.fetch(t, table.rows, blockInstructions[t.blockAt] * FIELDS)) return Stop.fetching
      } else if (why === Left.adding) {
        if (!pipeline.added(t, at.addedBefore(t.blockAt))) return Stop.care
      } else if (t.blockAt === t.blockEnd && t.streamAt === stop) return Stop.over
    }
  }

  #turnTo(t: HardwareThread, stream: InstructionStream): StraightThread {
    let at = this.#at
    if (at === undefined || at.thread !== t) at = this.#threads.find(({ thread }) => thread === t)
    if (at === undefined) {
      const { branches, caches, pages, pipeline, translation } = this.#parts
      const { cells } = caches.levels
      const random = branches.stateOf(t)
      t.frame[Frame.run] = cells.addressOf(this.#parts.pipeline.port.ways.runOf(t.number))
      at = new StraightThread(
        cells,
        t,
        stream,
        random,
        pages,
        translation.dtlb.arrays[0],
        caches,
        pipeline.port.check?.openPages
      )
      this.#threads.push(at)
    }
    if (at.stream !== stream) at.follow(stream)
    this.#at = at
    return at
  }

  /** Machines whose threads have no instructions need none. */
  #made(first: StraightThread): Loop {
    const { cells } = this.#parts.caches.levels
    const calls = loopCalls(this.#parts, this.#entries, () => this.#at ?? first)
    this.#loop = loopOf(loopNumbers(this.#parts, this.#tile, first.thread, this.#looks), calls, cells)
    return this.#loop
  }
}
