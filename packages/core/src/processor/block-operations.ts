/**
 * Rows of programs that repeat themselves over memory: copies, physical lines, tag stores. Law: a row remembers in
 * `repeat` how much of it is done, so that what it waits for resumes it there.
 */
import { LINE_BYTES, PAGE_BYTES } from "../memory/pages.ts"
import { Cause } from "./cause.ts"
import type { FrontEnd } from "./front-end.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { Operation } from "./operation.ts"
import { type Pipeline, Stopped } from "./pipeline.ts"
import { type Program, SITES } from "./program.ts"
import { Unresolved } from "./window.ts"

/** Register through which a copy passes its data; no program's own. */
const COPY_REGISTER = 63

export class BlockOperations {
  readonly #pipeline: Pipeline
  readonly #frontEnd: FrontEnd

  constructor(pipeline: Pipeline, frontEnd: FrontEnd) {
    this.#pipeline = pipeline
    this.#frontEnd = frontEnd
  }

  /** Execute the row at hand as far as it goes; true when all of it is done. */
  step(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const operation = program.rows[program.at]
    if (operation === Operation.copy) return this.#copy(t, program, slotClass)
    if (operation === Operation.tagStore) return this.#tagStore(t, program, slotClass)
    return this.#lines(t, program, slotClass)
  }

  /** Load and store by turns, `repeat` halves done. */
  #copy(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const chunk = rows[at + 2] & 0xffff
    const bytes = rows[at + 5]
    for (;;) {
      const done = (program.repeat >> 1) * chunk
      if (done >= bytes) return true
      const size = bytes - done < chunk ? bytes - done : chunk
      if ((program.repeat & 1) === 0) {
        const from = this.#pipeline.loadSlot(t)
        if (from === Unresolved) return false
        const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
        if (tick === Stopped) return false
        this.#pipeline.port.site = SITES + at
        const place = rows[at + 4] + done
        t.through(((rows[at + 2] >>> 16) & 0xff) - 1, 0, 0)
        this.#pipeline.load(t, rows[at + 3] + ((place / PAGE_BYTES) | 0), place % PAGE_BYTES, size, tick, COPY_REGISTER)
      } else {
        const from = this.#pipeline.storeSlot(t)
        if (from === Unresolved) return false
        const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
        if (tick === Stopped) return false
        const place = rows[at + 7] + done
        t.through((rows[at + 2] >>> 24) - 1, 0, 0)
        this.#pipeline.store(
          t,
          rows[at + 6] + ((place / PAGE_BYTES) | 0),
          place % PAGE_BYTES,
          size,
          tick,
          t.ready[COPY_REGISTER]
        )
      }
      t.throughNone()
      program.repeat++
    }
  }

  /** Physical lines, `repeat` halves done: the even ones load, the odd ones store. */
  #lines(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const to = rows[at + 6]
    const from = rows[at + 7]
    for (; program.repeat < 2 * rows[at + 5]; program.repeat++) {
      const line = program.repeat >> 1
      if ((program.repeat & 1) === 0) {
        if (from < 0) continue
        const tick = this.#pipeline.dispatchAdded(t, 0, slotClass)
        if (tick === Stopped) return false
        this.#pipeline.load(t, -1 - (from + line), 0, LINE_BYTES, tick, COPY_REGISTER)
      } else if (to >= 0) {
        const free = this.#pipeline.storeSlot(t)
        if (free === Unresolved) return false
        const tick = this.#pipeline.dispatchAdded(t, free, slotClass)
        if (tick === Stopped) return false
        this.#pipeline.store(t, -1 - (to + line), 0, LINE_BYTES, tick, from < 0 ? tick : t.ready[COPY_REGISTER])
      }
    }
    return true
  }

  /** A store and the instructions of its loop by turns: `repeat` instructions done. */
  #tagStore(t: HardwareThread, program: Program, slotClass: Cause): boolean {
    const { at, rows } = program
    const chunk = rows[at + 2] & 0xffff
    const loop = rows[at + 2] >>> 16
    for (;;) {
      const inLoop = program.repeat % (loop + 1)
      const done = ((program.repeat - inLoop) / (loop + 1)) * chunk
      if (done >= rows[at + 5]) return true
      if (inLoop > 0) {
        if (!this.#looped(t, slotClass, inLoop === loop && done + chunk < rows[at + 5])) return false
      } else {
        const from = this.#pipeline.storeSlot(t)
        if (from === Unresolved) return false
        const tick = this.#pipeline.dispatchAdded(t, from, slotClass)
        if (tick === Stopped) return false
        const place = rows[at + 4] + done
        const page = rows[at + 3] + ((place / PAGE_BYTES) | 0)
        this.#pipeline.storeTag(t, page, place % PAGE_BYTES, chunk, rows[at + 6], tick, rows[at + 7])
      }
      program.repeat++
    }
  }

  /** One instruction of a loop; `back`: the taken branch at its end. */
  #looped(t: HardwareThread, slotClass: Cause, back: boolean): boolean {
    const tick = this.#pipeline.dispatchAdded(t, 0, slotClass)
    if (tick === Stopped) return false
    t.window.append(tick + 1, Cause.execute)
    if (back) this.#frontEnd.taken(t, false, tick)
    return true
  }
}
