/** What straight-line.ts does now and then, apart from its loop. Law: each leaves the thread as the loop goes on. */
import * as fromCause from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import type { StoreBuffer } from "./store-buffer.ts"
import * as fromStraightCode from "./straight-code.ts"
import type { WakeUp } from "./wake-up.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { Cause } = fromCause
const { REGISTER, REGISTER_BITS } = fromStraightCode

/** Why the loop stops: an operation or the end is due; the instruction at hand needs care; the front end waits. */
export const Stop = { over: 0, care: 1, fetching: 2 } as const
export type Stop = (typeof Stop)[keyof typeof Stop]

/** True while something has to happen with, or before, the next dispatch of `t`. */
export function isHeldBack(t: HardwareThread): boolean {
  return t.markCount > 0 || t.serialiser >= 0 || t.mispredicted >= 0 || t.addedAt > 0
}

/**
 * Position of `stream` from which `t` does something else: at an operation, at the end, or at once. What comes between
 * comes in events, or with a fault, which ends the loop.
 */
export function stopAt(t: HardwareThread, { last, operationAt }: InstructionStream): number {
  if (t.depth >= 0 || t.trapCount + t.pendingInterrupts > 0) return t.streamAt | 0
  const operation = t.operation < operationAt.length ? operationAt[t.operation] : last
  return (operation < last ? operation : last) | 0
}

/** `count` instructions have been executed, with the stream's accesses up to `access`. */
export function noteProgress(t: HardwareThread, access: number, count: number): void {
  t.accesses += access - t.access
  t.access = access
  t.instructions += count
  t.slots[Cause.application] += count
}

/** The window has had `next` instructions; if they are `settled` the last commits at `lastCommit`. */
export function noteWindow({ window }: HardwareThread, next: number, settled: boolean, lastCommit: number): void {
  window.next = next
  if (!settled) return
  window.firstUnresolved = next
  window.lastCommit = lastCommit
}

/**
 * The instruction that the window gets next, dispatched at `tick`, waits for the result of one of the registers that a
 * plain row's `word` names, or of both: the window's entry of it, and the registers that it writes.
 */
export function awaitOperands(t: HardwareThread, wakeUp: WakeUp, word: number, tick: number, latency: number): void {
  const { ready, window } = t
  const number = window.next
  const first = ready[word & REGISTER]
  const second = ready[(word >>> REGISTER_BITS) & REGISTER]
  const entry = window.appendUnresolved(Math.max(first, second, tick), latency, Cause.execute)
  if (first < 0) wakeUp.operand(window, entry, -1 - first)
  if (second < 0) wakeUp.operand(window, entry, -1 - second)
  ready[(word >>> (2 * REGISTER_BITS)) & REGISTER] = -1 - number
  ready[(word >>> (3 * REGISTER_BITS)) & REGISTER] = -1 - number
  window.next = number
}

/** A mechanism has added `count` instructions. */
export function noteAdded(t: HardwareThread, count: number): void {
  t.slots[Cause.instrumentation] += count
  t.added += count
}

/**
 * Nothing dispatched from slot `at` until `tick`, in slots of `width` a tick, then instruction `next`; `from` is when a
 * queue had room for it.
 */
export function leaveEmpty(
  t: HardwareThread,
  next: number,
  at: number,
  tick: number,
  width: number,
  from: number
): void {
  t.window.next = next
  const otherwise = tick === t.front ? t.frontCause : tick === from ? Cause.storeBuffer : Cause.execute
  t.window.leaveEmpty(at, tick * width, otherwise)
}

/** The buffer has had `next` stores: those that the thread doesn't know of have drained, the last at `lastDrain`. */
export function noteDrains(stores: StoreBuffer, next: number, lastDrain: number): void {
  if (next === stores.next) return
  for (let store = stores.next; store < next; store++) stores.holds[store & stores.mask] = 0
  stores.next = next - 1
  stores.freeAt() // It says what the last one would have waited for.
  stores.next = stores.firstUncommitted = stores.firstUnresolved = next
  stores.lastDrain = lastDrain
}

/** Buffer a store of window instruction `instruction`, which can't drain at once: true. */
export function bufferStore(
  stores: StoreBuffer,
  instruction: number,
  line: number,
  bytes: number,
  way: number,
  writable: number
): boolean {
  const row = stores.append(instruction)
  stores.line[row] = line
  stores.bytes[row] = bytes
  stores.way[row] = way
  stores.writable[row] = writable
  return true
}
