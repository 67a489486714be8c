/** What the loop of straight-line.ts leaves to others (straight-calls.ts does it). Addresses are in bytes; flags are 0 or 1. */
export interface LoopCalls {
  /** Nothing dispatched from slot `at` until `tick`; `from` is when a queue had room. */
  readonly leaveEmpty: (next: number, at: number, tick: number, from: number) => void
  /** The plain instruction in `row` takes its place in the window and waits for its operands. */
  readonly awaitOperands: (
    next: number,
    settled: number,
    lastCommit: number,
    word: number,
    tick: number,
    row: number
  ) => void
  /** TableEntries: flag, and tick from which the access may be made. */
  readonly findsEntry: (page: number, offset: number, store: number) => number
  readonly loadEntry: (tick: number) => number
  /** AccessCheck. */
  readonly check: (page: number, offset: number, bytes: number, store: number, tick: number) => number
  /** PrivateCaches.loadHit of a line that isn't there yet, or that a prefetch brought. */
  readonly loadLate: (line: number, way: number, tick: number, row: number) => number
  /** PrivateCaches.storeHit of such a line, or of one that becomes modified. */
  readonly storeLate: (line: number, way: number, tick: number) => number
  /** The entry of the window waits for a walk, or for its check, until `split`. */
  readonly waits: (entry: number, split: number) => void
  /** A store that drains no sooner than `soonest`: its number, doubled, and 1 if it had to be buffered. */
  readonly drain: (
    settled: number,
    line: number,
    bytes: number,
    soonest: number,
    next: number,
    done: number,
    access: number
  ) => number
  /** Pipeline.commitStores. */
  readonly commit: (next: number, settled: number, lastCommit: number) => void
  /** AccessObserver.sample. */
  readonly sample: (access: number, bytes: number, store: number, tick: number, done: number, cause: number) => void
  /** MemoryPort.raise. */
  readonly raise: (
    fault: number,
    access: number,
    store: number,
    tick: number,
    next: number,
    settled: number,
    lastCommit: number
  ) => void
  /** A branch went wrong that is resolved at `result`: when the front end goes on, or -1 if that isn't known. */
  readonly mispredict: (result: number) => number
}

/** Their parameters, and whether they give a number. */
export const loopCallTypes: Readonly<Record<keyof LoopCalls, readonly [parameters: number, gives: boolean]>> = {
  leaveEmpty: [4, false],
  awaitOperands: [6, false],
  findsEntry: [3, true],
  loadEntry: [1, true],
  check: [5, true],
  loadLate: [4, true],
  storeLate: [3, true],
  waits: [2, false],
  drain: [7, true],
  commit: [3, false],
  sample: [6, false],
  raise: [7, false],
  mispredict: [1, true]
}
