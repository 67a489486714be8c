/**
 * The machine actions that programs are made of: gates, exchanges, kernel routines and interrupt handlers
 * are lists of these, executed by a hardware thread like any other instructions (law L1). A row is eight
 * int32: `[operation, slot class, latency, page, offset, bytes, first, second]`.
 */
export const Operation = {
  /** `first` independent instructions of `latency`. */
  compute: 0,
  /** `first` instructions of `latency`, each waiting for the one before. */
  chain: 1,
  /** `first` is a handle register, or says that there is none (Through), or that its values are `second` and `latency`. */
  load: 2,
  store: 3,
  /** One serialising instruction; `first` is its Serialise kind; with `second` 1 it waits for the chain. */
  serialise: 4,
  /** No slot: the mechanism's `act(thread, first, second, page, tick)` at the end of the serialising instruction before. */
  act: 5,
  /**
   * Copy `bytes` from (page, offset) to (first, second): a load and a store that waits for it by turns, of so many bytes as the low
   * 16 bits of `latency` say; its high bytes are the handle registers of loads and stores + 1.
   */
  copy: 6,
  /**
   * Tag stores over (page, offset, bytes): `first` is the tag, `latency` the bytes of one instruction, `second` the ticks
   * for which each holds the L1D's way in beyond its own.
   */
  tagStore: 7,
  /** Load word `first` when its line is readable; the value is the thread's `value`. */
  loadWord: 8,
  /** Store `second` to word `first` with its line writable. */
  storeWord: 9,
  /** Locked: set the bits `second` of word `first`; `value` is what it was. */
  orWord: 10,
  /** Locked: take lock word `first` (0 -> 1), waiting while another holds it. */
  lock: 11,
  /** Wait until word `first` equals `second`; the slot class is the cause of the wait. */
  spin: 12,
  /** Send interrupts with vector `second` to the hardware threads `first` + i of the bits i of `page`. */
  interrupt: 13,
  /**
   * Invalidate translations on this tile: `first` is the kind (Invalidation), `page` its address, `second` its address
   * space or second-level context; Current for the thread's own space.
   */
  invalidate: 14,
  /** Translate in address space `first`, identifier `bytes`, from now on; forget the identifier's unless `second` is 1 (CR3 write). */
  switchSpace: 15,
  /**
   * Store `first` to the table entry of `page`, locked if `latency` is not 0: of address space `bytes` if `offset` is 0, with
   * frame `second` if that is not negative; else of nested context `offset` - 1.
   */
  storeEntry: 16,
  /** No slot: routine `first` appends what follows, given `second`. */
  run: 17,
  /** No slot: the next instruction's dispatch tick is reported under `first` and `second`. */
  mark: 18,
  /** No slot: `first` = 1 masks interrupts, 0 unmasks. */
  mask: 19,
  /** A tagged-pointer store that clears the capability stored at (page, offset): `first` is the capability's slot. */
  clearCapability: 20,
  /** Locked: `value` is word `first` as it was; it becomes `second`. */
  swapWord: 21,
  /** Locked: add `second` to word `first`; `value` is what it was. */
  addWord: 22,
  /** Locked: word `first` becomes `second` if it is `page`; `value` is what it was. */
  compareSwap: 23,
  /** Load the table entry of `page` in address space `bytes`: `value` is the entry as it stands in memory. */
  loadEntry: 24,
  /** `bytes` physical lines: load from line `second` on, store to line `first` on, or both by turns; -1: not that. */
  lines: 25,
  /** No slot: `first` = 1 enters the kernel, -1 leaves it. */
  mode: 26,
  /** Invalidate `bytes` pages from `page` on, here and on every other tile, by a message to each (TLBI ... IS, INVLPGB). */
  broadcast: 27,
  /** Wait until every tile has acknowledged every broadcast before (DSB, TLBSYNC). */
  awaitBroadcasts: 28,
  /** Load word `first` into the thread's register `second` as an ordinary load; `latency` is its Ordering. */
  loadValue: 29,
  /** Store `second` to word `first` as an ordinary, buffered store; `latency` is its Ordering. */
  storeValue: 30,
  /** No slot: younger stores drain after older ones (DMB ISHST); on a machine of total store order they do anyway. */
  storeFence: 31,
  /** A load whose data the chain goes on from. */
  loadChain: 32,
  /** A taken branch, predicted; `first` = 1 if a register or memory says where to, or a return. */
  branch: 33,
  /** No slot: the instruction before, which is the workload's, was such a branch. */
  landing: 34
} as const
export type Operation = (typeof Operation)[keyof typeof Operation]

/** How an instruction serialises: which instructions wait for which. */
export const Serialise = {
  /** Younger wait until it completes; older needn't finish (WRPKRU). */
  hold: 0,
  /** Older complete first, younger wait (LFENCE, INVLPG, CR3 write, VMFUNC, IRET). */
  drain: 1,
  /** Also the store buffer empties first (MFENCE, locked operations, DSB). */
  drainStores: 2,
  /** Younger wait until it completes, and it waits for the program's last load: a branch that nothing predicts. */
  operand: 3
} as const
export type Serialise = (typeof Serialise)[keyof typeof Serialise]

/** What else an ordinary load or store of a word orders. */
export const Ordering = {
  plain: 0,
  /** A load: nothing younger goes before it (LDAR). */
  acquire: 1,
  /** A store: it performs after everything older (STLR). */
  release: 2
} as const
export type Ordering = (typeof Ordering)[keyof typeof Ordering]

export const ROW = 8
