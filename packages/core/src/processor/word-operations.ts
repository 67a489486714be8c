/**
 * Operations on memory that carries a value: words and table entries. A thread goes on when its value is
 * there; a load reads while the line is readable, a store writes while it is writable (law L3).
 *
 *   WO2  nobody waits with interrupts masked: two that waited for each other so would wait for ever
 *   WO1  a word operation performs in the event that brings its line, before the line can be given away
 */
import type { LineHold } from "../coherence/line-hold.ts"
import type { PrivateCaches } from "../coherence/private-caches.ts"
import * as fromRetry from "../coherence/retry.ts"
import { ModelDefect } from "../kernel/model-defect.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import type { CheckedWalk, WalkPath } from "../translation/walk-path.ts"
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromHardwareThread from "./hardware-thread.ts"
import * as fromOperation from "./operation.ts"
import type { Pipeline } from "./pipeline.ts"
import * as fromPipeline from "./pipeline.ts"
import type { Program } from "./program.ts"
import type { TileContext } from "./tile-context.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Retry } = fromRetry
const { Cause } = fromCause
const { Block } = fromHardwareThread
const { Operation, ROW } = fromOperation
const { Stopped } = fromPipeline
const { Unresolved } = fromWindow
type Cause = fromCause.Cause

export class WordOperations {
  /** Called when this tile changes a word, so that a sibling thread may see it. */
  onStored: (line: number, tick: number) => void = () => undefined
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #hold: LineHold
  readonly #pages: Pages
  readonly #words: Words
  readonly #walkPath: WalkPath
  /** Ticks for which a line stays held behind the result of a locked instruction. */
  readonly #write: number

  constructor(
    pipeline: Pipeline,
    caches: PrivateCaches,
    hold: LineHold,
    { numbers, pages, walkPath, words }: TileContext
  ) {
    const { locked, lockedHold } = numbers.core
    this.#pipeline = pipeline
    this.#caches = caches
    this.#hold = hold
    this.#pages = pages
    this.#words = words
    this.#walkPath = walkPath
    this.#write = lockedHold > locked ? lockedHold - locked : 0
  }

  /** Execute the word operation at hand; false when stopped by the limit or blocked. */
  step(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    if (program.repeat > 0) {
      return this.#perform(t, program, t.front > t.tick ? t.front : t.tick)
    }
    const from = this.#pipeline.drained(t, t.stores.values > 0 || !isRead(program.rows[program.at]))
    if (from === Unresolved) return false
    const waiting = slotClass === Cause.lockWait || slotClass === Cause.revocationWait
    const tick = this.#pipeline.dispatch(t, from, waiting ? Cause.kernel : slotClass)
    if (tick === Stopped) return false
    t.added++
    t.wordEntry = t.window.appendUnresolved(tick, -1, waiting ? slotClass : Cause.l1)
    program.repeat = 1
    return this.#perform(t, program, tick)
  }

  /** WO1: the line that the thread waits for is here, from where `cause` says. */
  resume(t: HardwareThread, now: number, cause: Cause): void {
    if (t.window.cause[t.wordEntry] === Cause.l1) t.window.cause[t.wordEntry] = cause
    this.#perform(t, t.programs[t.depth], now)
  }

  /** True while a word operation of the thread has its slot but not its value. */
  underWay(t: HardwareThread): boolean {
    if (t.depth < 0) return false
    const program = t.programs[t.depth]
    return program.repeat > 0 && program.at < program.length && isWord(program.rows[program.at])
  }

  /** False when the thread is to wait: blocked, or until it is due. */
  #perform(t: HardwareThread, program: Program, tick: number): boolean {
    const { at, rows } = program
    const operation = rows[at]
    const word = rows[at + 6]
    const isEntry = operation === Operation.storeEntry || operation === Operation.loadEntry
    const line = isEntry
      ? this.#entryLine(rows[at + 4], rows[at + 3], rows[at + 5])
      : this.#pages.line(this.#words.page[word], this.#words.offset[word])
    const free = this.#hold.freeFor(t.number, line, tick)
    if (free > tick) {
      t.block = Block.none
      t.front = free
      t.due = free
      return false
    }
    const ready = isRead(operation) ? this.#caches.load(line, tick) : this.#caches.store(line, tick)
    if (ready < 0) {
      t.block = Block.word
      t.waits = ready === Retry ? -1 : -1 - ready
      return false
    }
    const values = this.#words.values
    t.block = Block.none
    if (!isEntry) t.value = values[word]
    if (operation === Operation.spin && t.value !== rows[at + 7]) return this.#spin(t, line)
    if (operation === Operation.lock) {
      if (t.value !== 0) {
        t.window.cause[t.wordEntry] = Cause.lockWait
        return this.#spin(t, line)
      }
      values[word] = 1
    } else if (operation === Operation.storeWord || operation === Operation.swapWord) values[word] = rows[at + 7]
    else if (operation === Operation.orWord) values[word] |= rows[at + 7]
    else if (operation === Operation.addWord) values[word] += rows[at + 7]
    else if (operation === Operation.loadEntry) this.#loadEntry(t, rows[at + 3], rows[at + 5])
    else if (isEntry) this.#storeEntry(t, rows[at + 4], rows[at + 3], rows[at + 5], word, rows[at + 7], tick)
    else if (operation === Operation.compareSwap && t.value === rows[at + 3]) values[word] = rows[at + 7]
    const complete = ready + rows[at + 2]
    if (rows[at + 2] > 0) this.#hold.take(line, t.number, complete + this.#write)
    t.window.complete[t.wordEntry] = complete
    t.window.settle()
    t.barrier = complete
    t.due = complete
    program.at += ROW
    program.repeat = 0
    if (!isRead(operation)) this.onStored(line, complete)
    return true
  }

  #entryLine(context: number, page: number, space: number): number {
    if (context > 0) return (this.#walkPath as CheckedWalk).entryLine(context - 1, page)
    return this.#pages.entryLine(page, space)
  }

  #loadEntry(t: HardwareThread, page: number, space: number): void {
    const table = this.#pages.tableOf(space)
    t.value = table.entry[this.#pages.headOf(page)]
    t.frameValue = table.frame[page]
  }

  #storeEntry(
    t: HardwareThread,
    context: number,
    page: number,
    space: number,
    value: number,
    frame: number,
    tick: number
  ): void {
    if (context === 0) {
      const table = this.#pages.tableOf(space)
      const head = this.#pages.headOf(page)
      const before = table.entry[head]
      table.entry[head] = value
      if (frame >= 0) table.frame[page] = frame
      this.#pages.onEntry?.(t.number, space, page, before, value, tick)
    } else (this.#walkPath as CheckedWalk).setRights(context - 1, page, value)
  }

  #spin(t: HardwareThread, line: number): false {
    if (t.masked) throw new ModelDefect("WO2", `thread ${t.number} waits for line ${line} with interrupts masked`)
    t.block = Block.spin
    t.waitLine = line
    return false
  }
}

const isRead = (operation: number): boolean =>
  operation === Operation.loadWord || operation === Operation.spin || operation === Operation.loadEntry

const isWord = (operation: number): boolean =>
  (operation >= Operation.loadWord && operation <= Operation.spin) ||
  operation === Operation.storeEntry ||
  (operation >= Operation.swapWord && operation <= Operation.loadEntry)
