/**
 * The reorder window of one hardware thread: when each instruction in flight completes, what holds it, and
 * the slots left empty while it is the oldest unfinished one (law L5). Completion times that depend on an
 * answer still under way are unresolved; they are settled, oldest first, when the answer arrives.
 *
 *   WI1  commits never decrease along the window
 *   WI2  an empty slot goes to the cause of the oldest instruction unfinished at its tick
 */
import type { Columns } from "../kernel/columns.ts"
import type { Cause } from "./cause.ts"
import type { Cells } from "./cells.ts"

/** A completion tick that is not known yet. */
export const Unresolved = -1

/** Most memory accesses of one instruction that can wait in the window. */
export const ACCESSES = 8
/** Most producers that one instruction waits for. */
export const OPERANDS = 20

/** Where and how wide an access is, in one int32: what `accessPlace` holds. */
export const placeOf = (offset: number, bytes: number, exempt: boolean): number =>
  offset | (bytes << 12) | (exempt ? 1 << 28 : 0)

/** Columns of a window that are cells. */
export const WINDOW_COLUMNS = 3

/** Entries of a ring that holds a window of `size`. */
export function windowEntries(size: number): number {
  let entries = 4
  while (entries < size + 1) entries *= 2
  return entries
}

/** Instructions that are passed at once when slots are accounted. */
const STEP = 16

export class Window {
  /** Instructions dispatched so far; the entry of instruction n is `n & mask`. */
  next = 0
  /** Oldest instruction that has not committed at the tick up to which slots are accounted. */
  oldest = 0
  /** Oldest unresolved instruction, or `next` if there is none. */
  firstUnresolved = 0
  /** Commit tick of the youngest resolved prefix. */
  lastCommit = 0
  readonly mask: number
  readonly commit: Int32Array // [entry] tick, or Unresolved
  readonly complete: Int32Array // [entry] tick, or Unresolved
  readonly cause: Int32Array // [entry] what it waits for
  readonly earlyCause: Uint8Array // [entry] … and before `split`
  /** [entry] tick; what an earlier instruction has left is over when a later one dispatches */
  readonly split: Int32Array
  // What an unresolved entry needs to be settled.
  readonly base: Int32Array // [entry] tick: dispatch, and every operand known so far
  readonly ready: Int32Array // [entry] tick: every access known so far
  readonly pending: Uint8Array // [entry] operands and accesses not known yet
  readonly operandCount: Uint8Array // [entry] operands that it has waited for
  readonly operandsLeft: Uint8Array // [entry] … and those it still waits for
  readonly firstDependent: Int32Array // [entry] operand (entry * OPERANDS + n) that is its result, or -1
  readonly lastDependent: Int32Array // [entry]
  readonly nextDependent: Int32Array // [entry][OPERANDS] next operand with the same producer, or -1
  readonly addressWaits: Uint8Array // [entry] 1 while the accesses can't be made for want of an operand
  readonly latency: Int32Array // [entry] ticks after operands and loads
  readonly accesses: Uint8Array // [entry] how many
  readonly accessPage: Int32Array // [entry][access]
  readonly accessPlace: Int32Array // [entry][access] offset | bytes << 12 | exempt << 28
  readonly accessStore: Int32Array // [entry][access] row of the store buffer, or -1 for a load
  readonly accessLine: Int32Array // [entry][access] line of a load that keeps it (MP5), or -1
  readonly accessRest: Int32Array // [entry][access] the line that it goes on into, or -1
  readonly accessSite: Int32Array // [entry][access] instruction that a stride prefetcher tells apart
  readonly keyRights: Int32Array // [entry] the thread's register as of the dispatch of an access that waits
  readonly authority: Int32Array // [entry] likewise
  readonly handle: Int32Array // [entry] value of the handle that its accesses go through
  readonly subject: Int16Array // [entry] domain by whose rights an access that waits is judged, or -1 for trusted code
  readonly accessFollowed: Uint8Array // [entry][access] 1 while a load that was allowed waits for its line
  readonly secondAuthority: Int32Array // [entry] … of a second mechanism
  readonly secondHandle: Int32Array // [entry]
  readonly #held: Int32Array // [entry] slots charged while unresolved
  readonly #slots: Float64Array // [cause]
  readonly #width: number

  constructor(size: number, width: number, slots: Float64Array, cells: Cells, columns: Columns) {
    const entries = windowEntries(size)
    this.mask = entries - 1
    this.commit = cells.take(entries)
    this.complete = cells.take(entries)
    this.cause = cells.take(entries)
    this.earlyCause = columns.uint8(entries)
    this.split = columns.int32(entries)
    this.base = columns.int32(entries)
    this.ready = columns.int32(entries)
    this.pending = columns.uint8(entries)
    this.operandCount = columns.uint8(entries)
    this.operandsLeft = columns.uint8(entries)
    this.firstDependent = columns.int32(entries)
    this.lastDependent = columns.int32(entries)
    this.nextDependent = columns.int32(entries * OPERANDS)
    this.addressWaits = columns.uint8(entries)
    this.latency = columns.int32(entries)
    this.accesses = columns.uint8(entries)
    this.accessPage = columns.int32(entries * ACCESSES)
    this.accessPlace = columns.int32(entries * ACCESSES)
    this.accessStore = columns.int32(entries * ACCESSES)
    this.accessLine = columns.int32(entries * ACCESSES)
    this.accessRest = columns.int32(entries * ACCESSES)
    this.accessSite = columns.int32(entries * ACCESSES)
    this.keyRights = columns.int32(entries)
    this.authority = columns.int32(entries)
    this.handle = columns.int32(entries)
    this.subject = columns.int16(entries)
    this.accessFollowed = columns.uint8(entries * ACCESSES)
    this.secondAuthority = columns.int32(entries)
    this.secondHandle = columns.int32(entries)
    this.#held = columns.int32(entries)
    this.#slots = slots
    this.#width = width
  }

  /** Append an instruction whose completion is known. */
  append(complete: number, cause: Cause): void {
    const entry = this.next++ & this.mask
    this.complete[entry] = complete
    this.cause[entry] = cause
    if (this.firstUnresolved === this.next - 1) {
      this.firstUnresolved = this.next
      if (complete > this.lastCommit) this.lastCommit = complete
      this.commit[entry] = this.lastCommit
    } else this.commit[entry] = Unresolved
  }

  /** `entry` waits for `cause` until `split`, and after that for its own. */
  waits(entry: number, cause: Cause, split: number): void {
    this.earlyCause[entry] = cause
    this.split[entry] = split
  }

  /** Append an instruction that something holds back; the caller adds what it waits for. */
  appendUnresolved(base: number, latency: number, cause: Cause): number {
    const entry = this.next++ & this.mask
    this.complete[entry] = Unresolved
    this.commit[entry] = Unresolved
    this.cause[entry] = cause
    this.base[entry] = base
    this.latency[entry] = latency
    this.ready[entry] = 0
    this.pending[entry] = 0
    this.operandCount[entry] = 0
    this.operandsLeft[entry] = 0
    this.firstDependent[entry] = -1
    this.lastDependent[entry] = -1
    this.addressWaits[entry] = 0
    this.accesses[entry] = 0
    return entry
  }

  /** True when every instruction dispatched has a commit tick. */
  get settled(): boolean {
    return this.firstUnresolved === this.next
  }

  /** Commit in order everything that is settled by now. */
  settle(): void {
    const { commit, complete, mask } = this
    while (this.firstUnresolved < this.next) {
      const entry = this.firstUnresolved & mask
      if (complete[entry] < 0) return
      if (complete[entry] > this.lastCommit) this.lastCommit = complete[entry]
      commit[entry] = this.lastCommit
      this.#slots[this.cause[entry]] += this.#held[entry]
      this.#held[entry] = 0
      this.firstUnresolved++
    }
  }

  /** Tick at which the result of instruction `n` is there, 0 if that is long ago, or Unresolved. */
  doneAt(n: number): number {
    return this.next > n + this.mask + 1 ? 0 : this.complete[n & this.mask]
  }

  /** WI2: slots [from, to) stay empty; `otherwise` is the cause when nothing older is unfinished. */
  leaveEmpty(from: number, to: number, otherwise: Cause): void {
    const { mask, commit } = this
    const width = this.#width
    let at = from
    this.#passCommitted(at)
    while (at < to && this.oldest < this.next) {
      const entry = this.oldest & mask
      const committed = commit[entry]
      if (committed < 0) {
        this.#held[entry] += to - at
        return
      }
      const end = committed * width
      if (end > at) {
        const until = end < to ? end : to
        const split = this.split[entry] * width
        if (split > at) {
          const early = split < until ? split : until
          this.#slots[this.earlyCause[entry]] += early - at
          at = early
        }
        this.#slots[this.cause[entry]] += until - at
        at = until
        if (at === to) return
      }
      this.oldest++
    }
    this.#slots[otherwise] += to - at
  }

  /** Pass what had committed by slot `at`, several instructions at a time (WI1). */
  #passCommitted(at: number): void {
    const { commit, mask, next } = this
    const width = this.#width
    // What has left the ring has committed.
    let oldest = Math.max(this.oldest, next - mask - 1)
    while (oldest + STEP < next) {
      const committed = commit[(oldest + STEP) & mask]
      if (committed < 0 || committed * width > at) break
      oldest += STEP
    }
    this.oldest = oldest
  }
}
