/**
 * A program under construction: rows of machine actions for one hardware thread. The array grows to the
 * longest program of the run and is reused; a thread keeps a stack of them (a handler interrupts a gate).
 */
import { grown } from "../kernel/grown.ts"
import { Current, Invalidation } from "../translation/contexts.ts"
import { Cause } from "./cause.ts"
import { Operation, Ordering, ROW, type Serialise } from "./operation.ts"

/** In place of a handle register: no handle, or one whose value stands in the row. */
export const Through = { none: -1, value: -2 } as const

/** Loads of programs are told apart by their row, above the instructions of streams. */
export const SITES = 0x3000_0000

export class Program {
  rows = new Int32Array(2 * ROW) // so few cells V8 keeps with the object: most programs are never begun
  /** Rows times ROW. */
  length = 0
  /** Row being executed, times ROW, and how often it has been repeated. */
  at = 0
  repeat = 0
  /** A handler gives the thread's `value` back as it found it. */
  interrupts = false
  found = 0
  /** Class of the slots that the next actions use. */
  slotClass: Cause = Cause.kernel

  /** What the codes of actions begin with: which mechanism's they are. */
  unit = 0
  /** Verb of the operation that it does, or -1: whether it may be given up when its domain is no more. */
  verb = -1

  reset(): void {
    this.length = 0
    this.at = 0
    this.repeat = 0
    this.verb = -1
  }

  /** Class of the slots used by the actions that follow. */
  as(slotClass: Cause): this {
    this.slotClass = slotClass
    return this
  }

  compute(count: number, latency = 1): this {
    return count > 0 ? this.#add(Operation.compute, latency, 0, 0, 0, count, 0) : this
  }

  /** A taken branch whose target is in the instruction: JMP, CALL without its store, B, BL. */
  jump(): this {
    return this.#add(Operation.branch, 1, 0, 0, 0, 0, 0)
  }

  /** A taken branch whose target is not: JMP and CALL through a register, RET, BR, BLR. */
  jumpIndirect(): this {
    return this.#add(Operation.branch, 1, 0, 0, 0, 1, 0)
  }

  /** The workload's own instruction before was a taken branch: a call (0), or a return (1). */
  landing(returned: boolean): this {
    return this.#add(Operation.landing, 0, 0, 0, 0, returned ? 1 : 0, 0)
  }

  chain(count: number, latency = 1): this {
    return count > 0 ? this.#add(Operation.chain, latency, 0, 0, 0, count, 0) : this
  }

  /** A load through handle register `handle`, or without one. */
  load(page: number, offset: number, bytes = 8, handle: number = Through.none): this {
    return this.#add(Operation.load, 0, page, offset, bytes, handle, 0)
  }

  /** A load whose data the chain goes on from. */
  loadChain(page: number, offset: number, bytes = 8): this {
    return this.#add(Operation.loadChain, 0, page, offset, bytes, 0, 0)
  }

  store(page: number, offset: number, bytes = 8, handle: number = Through.none): this {
    return this.#add(Operation.store, 0, page, offset, bytes, handle, 0)
  }

  /** An access that has trapped, once more, through a handle whose values were `value` and `second`. */
  again(store: boolean, page: number, offset: number, bytes: number, value: number, second: number): this {
    return this.#add(store ? Operation.store : Operation.load, second, page, offset, bytes, Through.value, value)
  }

  serialise(kind: Serialise, latency: number): this {
    return this.#add(Operation.serialise, latency, 0, 0, 0, kind, 0)
  }

  /** A serialising instruction whose operand is what the chain has come to. */
  serialiseChain(kind: Serialise, latency: number): this {
    return this.#add(Operation.serialise, latency, 0, 0, 0, kind, 1)
  }

  /** The mechanism's `act(thread, code, a, b)` when the serialising instruction before completes. */
  act(code: number, a = 0, b = 0): this {
    return this.#add(Operation.act, 0, b, 0, 0, this.unit + code, a)
  }

  /** Loads through handle register `handle`, stores through `toHandle`. */
  copy(
    page: number,
    offset: number,
    toPage: number,
    toOffset: number,
    bytes: number,
    chunk: number,
    handle: number = Through.none,
    toHandle: number = Through.none
  ): this {
    const moved = chunk | ((handle + 1) << 16) | ((toHandle + 1) << 24)
    return bytes > 0 ? this.#add(Operation.copy, moved, page, offset, bytes, toPage, toOffset) : this
  }

  /** Tag stores of `chunk` bytes, one in `ticks`, each followed by `loop` instructions of which the last is a branch back. */
  tagStore(page: number, offset: number, bytes: number, tag: number, chunk: number, ticks = 1, loop = 0): this {
    return this.#add(Operation.tagStore, chunk | (loop << 16), page, offset, bytes, tag, ticks - 1)
  }

  clearCapability(page: number, offset: number, slot: number): this {
    return this.#add(Operation.clearCapability, 0, page, offset, 16, slot, 0)
  }

  loadWord(word: number): this {
    return this.#add(Operation.loadWord, 0, 0, 0, 0, word, 0)
  }

  storeWord(word: number, value: number): this {
    return this.#add(Operation.storeWord, 0, 0, 0, 0, word, value)
  }

  orWord(word: number, bits: number, latency: number): this {
    return this.#add(Operation.orWord, latency, 0, 0, 0, word, bits)
  }

  lock(word: number, latency: number): this {
    return this.#add(Operation.lock, latency, 0, 0, 0, word, 0)
  }

  /** Wait until `word` is `value`; `cause` names the wait. */
  spin(word: number, value: number, cause: Cause): this {
    const before = this.slotClass
    this.slotClass = cause
    this.#add(Operation.spin, 0, 0, 0, 0, word, value)
    this.slotClass = before
    return this
  }

  interrupt(thread: number, vector: number, latency: number): this {
    return this.#add(Operation.interrupt, latency, 1, 0, 0, thread, vector)
  }

  /** One write that interrupts the threads `first` + i of the bits i of `bits`. */
  multicast(first: number, bits: number, vector: number, latency: number): this {
    return this.#add(Operation.interrupt, latency, bits, 0, 0, first, vector)
  }

  /** Forget `page` in the thread's address space, its global entry, and the space's walk caches: INVLPG. */
  invalidatePage(page: number, latency: number): this {
    return this.invalidate(Invalidation.page, page, Current, latency)
  }

  /** Forget the thread's address space but for global entries: a write of CR3. */
  invalidateAll(latency: number): this {
    return this.invalidate(Invalidation.space, 0, Current, latency)
  }

  /** Forget the translations through one second-level context: INVEPT. */
  invalidateContext(context: number, latency: number): this {
    return this.invalidate(Invalidation.secondLevel, 0, context, latency)
  }

  /** `argument` is an address space, Current, or a second-level context, as `kind` has it. */
  invalidate(kind: Invalidation, page: number, argument: number, latency: number): this {
    return this.#add(Operation.invalidate, latency, page, 0, 0, kind, argument)
  }

  /**
   * Translate in address space `space`, known as `identifier` in the TLBs; with `keep` nothing is forgotten (CR3 write
   * with bit 63), without it what is known under the identifier.
   */
  switchSpace(space: number, keep: boolean, latency: number, identifier = space): this {
    return this.#add(Operation.switchSpace, latency, 0, 0, identifier, space, keep ? 1 : 0)
  }

  /** Forget `count` pages, the address space (ALL_PAGES) or second-level context `first` (ONE_CONTEXT), here and on every other tile. */
  broadcast(first: number, count: number, latency: number): this {
    return this.#add(Operation.broadcast, latency, first, 0, count, 0, 0)
  }

  awaitBroadcasts(latency: number): this {
    return this.#add(Operation.awaitBroadcasts, latency, 0, 0, 0, 0, 0)
  }

  /**
   * Store the entry of `page` in the page table of `space`, and the frame that it names unless that stays; locked if
   * `latency` is not 0.
   */
  storeEntry(page: number, entry: number, latency = 0, frame = -1, space = 0): this {
    return this.#add(Operation.storeEntry, latency, page, 0, space, entry, frame)
  }

  /** Load the entry of `page` in the page table of `space`. */
  loadEntry(page: number, space = 0): this {
    return this.#add(Operation.loadEntry, 0, page, 0, space, 0, 0)
  }

  /** Load `count` physical lines from `line` on; nothing waits for them. */
  readLines(line: number, count: number): this {
    return this.#add(Operation.lines, 0, 0, 0, count, -1, line)
  }

  /** Store `count` physical lines from `line` on. */
  writeLines(line: number, count: number): this {
    return this.#add(Operation.lines, 0, 0, 0, count, line, -1)
  }

  /** Copy `count` physical lines. */
  copyLines(from: number, to: number, count: number): this {
    return this.#add(Operation.lines, 0, 0, 0, count, to, from)
  }

  /** Store the second-level entry of `page` in `context`. */
  storeNestedEntry(context: number, page: number, rights: number): this {
    return this.#add(Operation.storeEntry, 0, page, context + 1, 0, rights, -1)
  }

  /** An ordinary load of `word` into `register` (0 to 63). */
  loadValue(word: number, register: number, ordering: Ordering = Ordering.plain): this {
    return this.#add(Operation.loadValue, ordering, 0, 0, 0, word, register)
  }

  /** An ordinary store of `value` to `word`, buffered until it drains. */
  storeValue(word: number, value: number, ordering: Ordering = Ordering.plain): this {
    return this.#add(Operation.storeValue, ordering, 0, 0, 0, word, value)
  }

  /** Younger stores drain after older ones: DMB ISHST. */
  storeFence(): this {
    return this.#add(Operation.storeFence, 0, 0, 0, 0, 0, 0)
  }

  swapWord(word: number, value: number, latency: number): this {
    return this.#add(Operation.swapWord, latency, 0, 0, 0, word, value)
  }

  addWord(word: number, amount: number, latency: number): this {
    return this.#add(Operation.addWord, latency, 0, 0, 0, word, amount)
  }

  compareSwap(word: number, expected: number, value: number, latency: number): this {
    return this.#add(Operation.compareSwap, latency, expected, 0, 0, word, value)
  }

  run(routine: number, argument = 0): this {
    return this.#add(Operation.run, 0, 0, 0, 0, routine, argument)
  }

  mark(kind: number, argument = 0): this {
    return this.#add(Operation.mark, 0, 0, 0, 0, kind, argument)
  }

  maskInterrupts(masked: boolean): this {
    return this.#add(Operation.mask, 0, 0, 0, 0, masked ? 1 : 0, 0)
  }

  /** What follows is the kernel's, or no more. */
  enterKernel(enter: boolean): this {
    return this.#add(Operation.mode, 0, 0, 0, 0, enter ? 1 : -1, 0)
  }

  #add(
    operation: Operation,
    latency: number,
    page: number,
    offset: number,
    bytes: number,
    first: number,
    second: number
  ): this {
    if (this.length + ROW > this.rows.length) this.rows = grown(this.rows, Math.max(64 * ROW, this.rows.length * 2))
    const rows = this.rows
    const at = this.length
    rows[at] = operation
    rows[at + 1] = this.slotClass
    rows[at + 2] = latency
    rows[at + 3] = page
    rows[at + 4] = offset
    rows[at + 5] = bytes
    rows[at + 6] = first
    rows[at + 7] = second
    this.length = at + ROW
    return this
  }
}
