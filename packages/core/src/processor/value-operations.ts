/**
 * Loads and stores of words that carry values, as ordinary instructions: a store waits in the buffer with its value,
 * its thread's younger loads take it from there, and it takes effect when it drains with the line held; a load reads
 * when its line is readable (law L3). What may pass what is the machine's memory model.
 *
 *   VO1  a load reads, and a store performs, in an event of the tile at which it holds the line
 *   VO2  tso: loads of a thread read in order. arm: those of one line do, others as their lines come
 *   VO3  a load takes the value of the youngest older store to its word that is still buffered
 *   VO4  what is younger than an acquiring load dispatches when it has read, and it waits for releasing stores
 */

import type { PrivateCaches } from "../coherence/private-caches.ts"
import { Never } from "../kernel/event-queue.ts"
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import type { Words } from "../memory/words.ts"
import { Cause } from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { Ordering, ROW } from "./operation.ts"
import { type Pipeline, Stopped } from "./pipeline.ts"
import type { Program } from "./program.ts"
import { Unresolved } from "./window.ts"

export class ValueOperations {
  /** A store of the thread took effect on `line` at `tick`. */
  onPerformed: (thread: HardwareThread, line: number, tick: number) => void = () => undefined
  readonly #pipeline: Pipeline
  readonly #caches: PrivateCaches
  readonly #pages: Pages
  readonly #words: Words
  readonly #threads: ReadonlyArray<HardwareThread>
  readonly #relaxed: boolean

  constructor(
    pipeline: Pipeline,
    caches: PrivateCaches,
    pages: Pages,
    words: Words,
    threads: ReadonlyArray<HardwareThread>,
    { memoryModel }: MachineNumbers
  ) {
    this.#pipeline = pipeline
    this.#caches = caches
    this.#pages = pages
    this.#words = words
    this.#threads = threads
    this.#relaxed = memoryModel === "arm"
  }

  /** Execute a load at hand: word, register, ordering. False when stopped or blocked. */
  load(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const { reads, window } = t
    const acquires = rows[at + 2] === Ordering.acquire
    let from = this.#pipeline.loadSlot(t)
    if (from === Unresolved) return false
    if (acquires && t.stores.releasing) {
      from = this.#pipeline.drained(t, true)
      if (from === Unresolved) return false
    }
    const tick = this.#pipeline.dispatch(t, from, slotClass)
    if (tick === Stopped) return false
    t.added++
    t.loads.take()
    const instruction = window.next
    const entry = window.appendUnresolved(tick, -1, Cause.l1)
    reads.append(instruction, rows[at + 6], this.#lineOf(rows[at + 6]), rows[at + 7])
    if (acquires) t.serialiser = entry
    this.read(t, tick)
    this.#pipeline.settle(t, -1, tick, Cause.l1)
    program.at += ROW
    return true
  }

  /** Execute a store at hand: word, value, ordering. False when stopped or blocked. */
  store(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const from = this.#pipeline.storeSlot(t)
    if (from === Unresolved) return false
    const tick = this.#pipeline.dispatch(t, from, slotClass)
    if (tick === Stopped) return false
    t.added++
    const word = rows[at + 6]
    t.stores.appendValue(t.window.next, word, rows[at + 7], rows[at + 2] === Ordering.release)
    this.#pipeline.storeLine(t, this.#lineOf(word), tick)
    program.at += ROW
    // The tile looks again before anything else of it: the store may perform before the next instruction.
    for (const each of this.#threads) each.limit = 0
    return true
  }

  /** VO2: read what can be read at `tick`; ask for the lines of what can't. */
  read(t: HardwareThread, tick: number): void {
    const { reads, window } = t
    let inOrder = true
    for (let n = reads.first; n < reads.next; n++) {
      const at = n & reads.mask
      if (reads.done[at] === 1) continue
      const word = reads.word[at]
      const line = reads.line[at]
      const free = this.#relaxed ? !reads.pendingBefore(n, line) : inOrder
      let ready: number
      const forwarded = free ? t.stores.valueRow(word, reads.instruction[at]) : -1
      if (forwarded >= 0) ready = tick + this.#pipeline.forward
      else ready = this.#caches.load(line, tick)
      if (!free || ready < 0) {
        inOrder = false
        continue
      }
      t.registers[reads.register[at]] = forwarded >= 0 ? t.stores.value[forwarded] : this.#words.values[word]
      const entry = reads.instruction[at] & window.mask
      window.complete[entry] = ready
      window.cause[entry] = forwarded >= 0 ? Cause.execute : this.#caches.cause
      reads.done[at] = 1
    }
    reads.settle()
  }

  /** Earliest tick at which a buffered store of the tile can take effect, or Never. */
  due(): number {
    let due: number = Never
    for (const t of this.#threads) {
      if (t.stores.values === 0) continue
      const tick = t.stores.valueDue()
      if (tick !== Unresolved && tick < due) due = tick
    }
    return due
  }

  /** VO1: let the stores that are due by `tick` take effect, while their lines are held. */
  perform(tick: number): void {
    for (const t of this.#threads) {
      const { stores } = t
      while (stores.values > 0) {
        const due = stores.valueDue()
        if (due === Unresolved || due > tick) break
        const row = stores.dueRow
        const line = stores.line[row]
        // The line may have been lost since it came, or be no nearer than the L2 again.
        this.#pipeline.port.ways.own(t, row, due)
        if (stores.writable[row] !== due) continue
        this.#words.values[stores.word[row]] = stores.value[row]
        stores.performValue(row, due)
        this.onPerformed(t, line, due)
      }
    }
  }

  #lineOf(word: number): number {
    return this.#pages.line(this.#words.page[word], this.#words.offset[word])
  }
}
