/**
 * What the loop in straight-loop.ts asks of registers and of the window; integer-code.ts makes WebAssembly of it as well.
 * Law: looking at a register whose producer has completed makes its tick known for good.
 */
import type { LoopNumbers } from "./straight-numbers.ts"

declare const cells: Int32Array
declare const m: LoopNumbers

/** The later of two ticks: integer-code.ts takes no branch for it. */
export function laterOf(a: number, b: number): number {
  return a > b ? a : b
}

/** Window.doneAt, while `next` is the number of the next instruction. */
export function doneAt(t: number, next: number, instruction: number): number {
  if (next > instruction + m.mask + 1) return 0
  return cells[(t + m.completes + ((instruction & m.mask) << 2)) >> 2]
}

/**
 * Look at the first `count` registers of `word`, which instruction `next` reads: 0 if the producer of one has not
 * completed. That of one that has is known for good.
 */
export function know(t: number, next: number, word: number, count: number): number {
  let all = 1
  let left = word
  for (let k = 0; k < count; k = k + 1) {
    const register = t + m.registers + ((left << 2) & 508)
    const ready = cells[register >> 2]
    if (ready < 0) {
      const done = doneAt(t, next, -1 - ready)
      if (done < 0) all = 0
      else cells[register >> 2] = done
    }
    left = left >>> 7
  }
  return all
}

/** Latest ready tick of the four registers of `word`, or below 0 if one isn't known. */
export function latestOf(t: number, word: number): number {
  const a = cells[(t + m.registers + ((word << 2) & 508)) >> 2]
  const b = cells[(t + m.registers + ((word >>> 5) & 508)) >> 2]
  const c = cells[(t + m.registers + ((word >>> 12) & 508)) >> 2]
  const d = cells[(t + m.registers + ((word >>> 19) & 508)) >> 2]
  return (a | b | c | d) < 0 ? -1 : laterOf(laterOf(a, b), laterOf(c, d))
}
