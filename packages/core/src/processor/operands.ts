/**
 * Registers that an instruction reads, as straight-code.ts packs them.
 * Law: looking at a register whose producer has completed makes its tick known for good.
 */
import type { HardwareThread } from "./hardware-thread.ts"
import * as fromStraightCode from "./straight-code.ts"
import * as fromWindow from "./window.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { REGISTER, REGISTER_BITS } = fromStraightCode
const { Unresolved } = fromWindow

/** The later of two ticks. Which it is is anybody's guess: no branch. */
export function laterOf(a: number, b: number): number {
  return (a - ((a - b) & ((a - b) >> 31))) | 0
}

/** Latest ready tick of the four registers of `word`, in `cells` from place `registers` on, or below 0 if one isn't known. */
export const latestOf = (cells: Int32Array, registers: number, word: number): number => {
  const a = cells[registers + (word & REGISTER)]
  const b = cells[registers + ((word >>> REGISTER_BITS) & REGISTER)]
  const c = cells[registers + ((word >>> (2 * REGISTER_BITS)) & REGISTER)]
  const d = cells[registers + ((word >>> (3 * REGISTER_BITS)) & REGISTER)]
  if ((a | b | c | d) < 0) return Unresolved
  const e = (a - ((a - b) & ((a - b) >> 31))) | 0
  const f = (c - ((c - d) & ((c - d) >> 31))) | 0
  return (e - ((e - f) & ((e - f) >> 31))) | 0
}

/** Look at the first `count` registers of `word`, which instruction `next` reads: false if the producer of one has not completed. */
export function know(t: HardwareThread, next: number, word: number, count: number): boolean {
  let all = true
  t.window.next = next
  for (let shift = 0; shift < count * REGISTER_BITS; shift += REGISTER_BITS) {
    const register = (word >>> shift) & REGISTER
    if (t.ready[register] >= 0) continue
    const done = t.window.doneAt(-1 - t.ready[register])
    if (done < 0) all = false
    else t.ready[register] = done
  }
  return all
}
