/**
 * Isolation operations of one thread, in columns: what happens before which position of its stream. They
 * name domains and regions and never a mechanism. Programs in code use the same columns with an empty stream.
 */
export const Verb = {
  enter: 0,
  leave: 1,
  /** Domain `to` gains `rights` to `region`. */
  grant: 2,
  /** Domain `from` loses all but `rights` to `region`. */
  revoke: 3,
  /** `from` loses `region`, `to` gains it. */
  move: 4,
  /** Copy `bytes` from (page, offset), memory of `from`, to (toPage, toOffset), memory of `to`. */
  copy: 5,
  /** Make both domains' memory reachable for the copies that follow. */
  open: 6,
  /** Give `bytes` pages from `page` on the page-table entry `rights`: mprotect. */
  protect: 7,
  /** `bytes` instructions of a program in code. */
  compute: 8,
  load: 9,
  store: 10,
  /** Leave an authority to `region`, that of handle register `handle`, in memory slot `toOffset` of the thread's domain. */
  keep: 11,
  /** Another software thread runs on: the hardware thread gets the state of domain `to`. */
  resume: 12,
  /** Load the authority in memory slot `toOffset` of the thread's domain into handle register `handle`. */
  recall: 13,
  /** Forget handle register `handle`, or whatever register holds an authority to `region`. */
  drop: 14,
  /** A request begins: `region` is its name, `rights` the Clock that is read. */
  begin: 15,
  /** It ends. */
  end: 16,
  /**
   * Once more from stream position `page`, access `offset` and operation `toPage` on, until the way between has been
   * gone `bytes` times. Repeats nest.
   */
  repeat: 17,
  /** Store `bytes` to the program's word `region`, with its line writable. */
  signal: 18,
  /** Wait until the program's word `region` is `bytes`. */
  wait: 19,
  /** mmap of `bytes` anonymous pages from `page` on, with area entry `rights`, in place of what was there. */
  map: 20,
  /** mmap of `bytes` pages from `page` on that share the frames of those from `toPage` on until they are written. */
  mapCopy: 21,
  /** munmap of `bytes` pages from `page` on. */
  unmap: 22,
  /** madvise(DONTNEED) of `bytes` pages from `page` on: the next access to each finds zeros. */
  discard: 23,
  /** One access of 8 bytes at `offset` of each of `bytes` pages from `page` on: a store if `rights` is not 0. */
  touch: 24,
  /** Compare-and-swap of the program's word `region` from `offset` to `bytes`, again and again until it succeeds. */
  compareSwap: 25,
  /** sched_yield: the next software thread of the hardware thread runs, if there is one. */
  yield: 26,
  /** The kernel's flush of `bytes` pages from `page` on, without the system call that ends in it. */
  flush: 27,
  /** Domain `to` gains `rights` to `region`; its owner keeps its own. Precondition: the caller, `from`, owns it. */
  share: 28,
  /** `region` comes alive, owned by `to`, readable and writable for it alone. Precondition: nobody owns it. */
  allocate: 29,
  /** Nobody has `region` any more; it may be allocated again. Precondition: the caller, `from`, owns it. */
  free: 30,
  /** Domain `to` is no more: whoever is inside returns to its caller, and what it owned is reclaimed. */
  terminate: 31,
  /**
   * Make the authority in handle register `toHandle` from that in `handle`: to `bytes` of `region` from `offset` on
   * (0: all of it), with `rights`. None gains by it.
   */
  derive: 32,
  /** Unprivileged instruction `rights` of the mechanism, with operands `page` and `offset`: the domain's own act. */
  instruction: 33,
  /** futex: sleep while the program's word `region` is `bytes`, until it is woken. */
  sleep: 34,
  /** futex: wake at most `bytes` threads that sleep on the program's word `region`. */
  wake: 35,
  /** sched_setaffinity: go on on hardware thread `bytes`. */
  migrate: 36,
  /** tgkill: raise the signal in the thread of worker `bytes`. */
  raise: 37,
  /** sigaction: the `bytes` operations that follow, up to a `sigreturn`, are the handler of the thread's signal. */
  handler: 38,
  /** The handler returns. */
  sigreturn: 39,
  /** Read the clock again and again, `rights` ticks each time, until its next multiple of `bytes` has passed. */
  pad: 40
} as const
export type Verb = (typeof Verb)[keyof typeof Verb]

/** Whether an operation takes nothing away: intent changes when it is complete, not when it is issued. */
export const gives = (verb: number): boolean => verb === Verb.grant || verb === Verb.share || verb === Verb.allocate

/** Whether an operation needs what the kernel has for threads that sleep, signal each other or move. */
export const usesThreads = (verb: number): boolean => verb >= Verb.sleep && verb <= Verb.sigreturn

export const verbNames: ReadonlyArray<string> = Object.keys(Verb)

export interface OperationScript {
  readonly verb: Uint8Array // [operation]
  readonly from: Int16Array // [operation] domain
  readonly to: Int16Array // [operation] domain
  readonly region: Int32Array // [operation] region, request or word, or -1
  readonly rights: Int32Array // [operation] Rights, a page-table entry, or a Clock
  readonly bytes: Int32Array // [operation] bytes, pages, instructions, times, or a word's value
  readonly page: Int32Array // [operation]
  readonly offset: Int32Array // [operation]
  readonly toPage: Int32Array // [operation]
  readonly toOffset: Int32Array // [operation]
  readonly activation: Int32Array // [operation] number of the activation entered or left
  /** Handle register that the access or authority goes through, or -1 for what the thread has without a handle. */
  readonly handle: Int8Array // [operation]
  /** … and that a copy's stores go through, or that is derived. */
  readonly toHandle: Int8Array // [operation]
}

/** One operation as a record: what tests and programs in code write. */
export interface OperationRecord {
  readonly verb: Verb
  readonly from?: number
  readonly to?: number
  readonly region?: number
  readonly rights?: number
  readonly bytes?: number
  readonly page?: number
  readonly offset?: number
  readonly toPage?: number
  readonly toOffset?: number
  readonly activation?: number
  readonly handle?: number
  readonly toHandle?: number
}

/** The columns of `records`. */
export function operationScript(records: ReadonlyArray<OperationRecord>): OperationScript {
  const column = (pick: (record: OperationRecord) => number | undefined, otherwise = 0) =>
    Int32Array.from(records, (record) => pick(record) ?? otherwise)
  return {
    verb: Uint8Array.from(records, (record) => record.verb),
    from: Int16Array.from(records, (record) => record.from ?? 0),
    to: Int16Array.from(records, (record) => record.to ?? 0),
    region: column((record) => record.region, -1),
    rights: column((record) => record.rights),
    bytes: column((record) => record.bytes),
    page: column((record) => record.page),
    offset: column((record) => record.offset),
    toPage: column((record) => record.toPage),
    toOffset: column((record) => record.toOffset),
    activation: column((record) => record.activation, -1),
    handle: Int8Array.from(records, (record) => record.handle ?? -1),
    toHandle: Int8Array.from(records, (record) => record.toHandle ?? -1)
  }
}
