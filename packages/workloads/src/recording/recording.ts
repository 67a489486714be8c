/**
 * A recorded program in memory: one run of a real program as columns of dense numbers.
 * Law: static facts stand once (per page, per instruction, per block); the run itself is a list of block numbers and
 * one row per access, both in the order in which they were recorded, over all threads.
 * The domain of each column is in brackets: `[page]`, `[instruction]`, `[block]`, `[segment]`.
 */
export const PageKind = {
  /** At least one instruction was fetched from it. */
  code: 0,
  /** Data of a file: its mapping by a system call, or, by inference, of a file that the kernel mapped at the start. */
  fileData: 1,
  /** Between the first and the greatest result of brk. */
  heap: 2,
  /** An anonymous mapping. */
  anonymous: 3,
  /** Of a thread: an anonymous mapping with MAP_STACK, or, by inference, the first thread's, which nothing maps. */
  stack: 4,
  /** None of these. */
  other: 5
} as const
export type PageKind = (typeof PageKind)[keyof typeof PageKind]

export const InstructionClass = {
  /** Integer and everything that has no class of its own. */
  alu: 0,
  multiply: 1,
  /** Integer division. */
  divide: 2,
  /** Works on vector, x87 or mask registers. */
  vector: 3,
  /** Floating-point division and square root. */
  vectorDivide: 4,
  /** Conditional, direct. */
  branch: 5,
  /** Unconditional, direct. */
  jump: 6,
  indirectJump: 7,
  call: 8,
  indirectCall: 9,
  return: 10,
  /** Atomic read-modify-write: LOCK prefix, or XCHG with memory. Drains stores. */
  locked: 11,
  /** MFENCE and SFENCE. Drains stores. */
  fence: 12,
  /** LFENCE, CPUID and the like: older complete, younger wait. */
  serialising: 13,
  /** Enters the kernel. */
  system: 14,
  /** Does nothing but take a slot: NOP, ENDBR, PAUSE, prefetches. */
  nop: 15,
  /** Register to register copy of 32 or 64 bits, or of a vector; eliminated at rename where the machine does that. */
  move: 16
} as const
export type InstructionClass = (typeof InstructionClass)[keyof typeof InstructionClass]

export { AccessKind } from "@isolde/core/processor/instruction-table"

/**
 * Register numbers in `addressSources`, `dataSources` and `destinations`: 0-15 general purpose (rax rcx rdx rbx rsp
 * rbp rsi rdi r8-r15), 16 the status flags, 17-32 vector, 33-40 x87 and MMX, 41-48 mask. A packed column holds up to
 * five of them, six bits each, lowest first, as number + 1; 0 ends the list.
 */
export const registersPerField = 5
export const bitsPerRegister = 6
export const registerCount = 49

/** Bytes of a page; `pages` counts in it. */
export const pageBytes = 4096

/** A file that was mapped. */
export interface RecordedObject {
  /** As the program opened it, or as the side table names it. */
  readonly path: string
  readonly buildId: string | null
  /** By an mmap in the recording, or by the kernel when the program started (its executable and its loader). */
  readonly mappedBy: "system call" | "kernel"
}

/** What the importer tolerated, counted; zero where nothing happened. */
export interface ImportNotes {
  /** Lines of text. */
  readonly lines: number
  /** Records that another line had split, put together again. */
  readonly splitLines: number
  /** Lines that began in the middle of another. */
  readonly embeddedLines: number
  /** Empty lines: what is left of a line that another one split. */
  readonly emptyLines: number
  /** Lines of no known form. */
  readonly ignoredLines: number
  /** Loads, stores and modifies without an instruction before them. */
  readonly strayAccesses: number
  /** System-call lines of another process than the first; only the first is replayed. */
  readonly foreignLines: number
  /** Pages that were mapped to something else after their first use; `pageObject` and `pageKind` tell the first. */
  readonly remappedPages: number
  /** The recording has no end (only with `allowTruncated`). */
  readonly truncated: boolean
  /** A torn last line that was dropped: 0 or 1. */
  readonly tornTail: number
  /** Instructions that Valgrind says it executed, or null; more than `instructionCount` where lines were cut out. */
  readonly executedInstructions: number | null
}

export interface Recording {
  /** File name without its endings. */
  readonly name: string
  /** The command line that was recorded. */
  readonly program: string
  /** Classes and registers come from instruction bytes, or from the declared model of `assumed-model.ts`. */
  readonly dependences: "decoded" | "assumed"
  readonly objects: ReadonlyArray<RecordedObject>

  /** [page] Virtual page number of each 4 KiB page, code and data, in order of first use; no number twice. */
  readonly pages: Float64Array
  /** [page] The object whose file mapping covers it, or -1. */
  readonly pageObject: Int16Array
  /** [page] A PageKind. */
  readonly pageKind: Uint8Array
  /** [page] The page with the next virtual page number, or -1: where an access that straddles goes on. */
  readonly pageNext: Int32Array

  // One row per (address, accesses it made, object): an address that once loads and once doesn't has two rows.
  /** [instruction] Virtual address. */
  readonly instructionAddress: Float64Array
  /** [instruction] Its page. */
  readonly instructionPage: Int32Array
  /** [instruction] Offset in the page, bytes. */
  readonly instructionOffset: Uint16Array
  /** [instruction] Length, bytes. */
  readonly instructionLength: Uint8Array
  /** [instruction] Its object, or -1 outside every file. */
  readonly instructionObject: Int16Array
  /** [instruction] An InstructionClass. */
  readonly instructionClass: Uint8Array
  /** [instruction] Packed registers that form the addresses of its accesses. */
  readonly addressSources: Int32Array
  /** [instruction] Packed registers read otherwise. */
  readonly dataSources: Int32Array
  /** [instruction] Packed registers written. Updates of rsp by push, pop, call and return aren't dependences. */
  readonly destinations: Int32Array
  /** [instruction] 1 when it accesses memory and each of its accesses is rsp plus a constant; push, pop, call and
   * return are. */
  readonly stackRelative: Uint8Array
  /** [instruction + 1] Its first row in the two columns below. */
  readonly accessStart: Uint32Array
  /** [access of an instruction] An AccessKind. */
  readonly accessKind: Uint8Array
  /** [access of an instruction] Bytes. */
  readonly accessSize: Uint16Array

  // Straight-line blocks: one ends at a control transfer, at a system call, where the thread or the object changes,
  // where the text is torn, and after `maximumBlockLength` instructions.
  /** [block + 1] Its first row in `blockInstructions`. */
  readonly blockStart: Uint32Array
  /** [place in a block] An instruction. */
  readonly blockInstructions: Uint32Array

  /** [position] The blocks that ran, in recorded order. */
  readonly stream: Uint32Array
  /** [segment + 1] First position of each run of one thread; the last entry is the length of `stream`. */
  readonly segmentStart: Uint32Array
  /** [segment] The recorded thread number. */
  readonly segmentThread: Uint16Array
  /** [executed access] Page of its first byte; one row per access, in order of execution, a modify is one row. */
  readonly accessPage: Int32Array
  /** [executed access] Offset of its first byte in that page. */
  readonly accessOffset: Uint16Array
  /** [system call] Position before which it happened. */
  readonly systemCallAt: Uint32Array
  /** [system call] Its Linux x86-64 number. */
  readonly systemCallNumber: Uint16Array
  /** [gap] Positions before which text was lost: what follows needn't be what the program did next. */
  readonly gapAt: Uint32Array

  readonly instructionCount: number
  readonly accessCount: number
  readonly notes: ImportNotes
}

/** Most instructions of one block. */
export const maximumBlockLength = 64
