/**
 * What straight-line.ts and its loop tell each other of a thread, in cells: where the thread is, what the loop goes by,
 * and the part of its stream that comes next. Law: the loop's addresses are four times these numbers.
 */

/** Fields of a frame. Those up to `added` are the thread's as it goes in and as it comes out; addresses are in bytes. */
export const Frame = {
  now: 0,
  position: 1,
  /** Address of the row to execute, and of the one behind its block. */
  row: 2,
  end: 3,
  /** Address of the next staged block, and of what isn't staged, or not to be executed. */
  order: 4,
  orderEnd: 5,
  /** The same of staged accesses. */
  access: 6,
  accessEnd: 7,
  next: 8,
  lastCommit: 9,
  settled: 10,
  limit: 11,
  hold: 12,
  added: 13,
  fetchLine: 14,
  queueAt: 15,
  /** Counted since the loop went in: hits of the L1D, instructions that a mechanism adds. */
  hits: 16,
  extra: 17,
  /** What the tag of its pages begins with in a TLB, and its key register. */
  context: 18,
  keyRights: 19,
  /** Address of the place of row r's line, less r / 4. */
  lines: 20,
  /** Stores that the buffer has had. */
  stores: 21,
  /** Where the line of the last access was found. */
  cause: 22,
  /** Address of the state of its random stream. */
  random: 23,
  /** Oldest store whose drain tick is unknown. */
  firstStore: 24,
  /** When the last of them drained; 1 unless the next may drain at once. */
  lastDrain: 25,
  storesWait: 26,
  /** Address of what it writes without a gap (StoreWays). */
  run: 27,
  /** Who accesses, and what pages are that are nobody's concern (OpenPages); both `none` if each access has to be asked about. */
  subject: 28,
  ungoverned: 29
} as const
const FIELDS = 30

/** Where the fields are, in bytes from the frame's first: what the loop goes by. */
export const frameOffsets = Object.fromEntries(Object.entries(Frame).map(([field, cell]) => [field, 4 * cell])) as {
  readonly [F in keyof typeof Frame]: number
}

/** Who looks at accesses: the mechanism's check, a table that it reads, the `accesses` table; the check says which pages are open. */
export const Looks = { check: 1, table: 2, sample: 4, open: 8 } as const

/** What of an access has to be asked about: whether it is allowed, where its entry in a table is. */
export const Asked = { nothing: 0, check: 1, table: 2 } as const

/** Why the loop stopped: nothing staged is left; the instruction at hand needs care, its line, what is added to it. */
export const Left = { staged: 0, care: 1, fetching: 2, adding: 3 } as const

/** Blocks and accesses that are staged at a time: an access takes its page, and its offset with the set of the DTLB << 12. */
export const STAGED_BLOCKS = 256
export const STAGED_ACCESSES = 512
export const ACCESS_CELLS = 2

export const FRAME_CELLS = FIELDS + STAGED_BLOCKS + STAGED_ACCESSES * (ACCESS_CELLS + 1)
/** Where in a frame the staged ones begin. */
export const BLOCKS_AT = FIELDS
export const ACCESSES_AT = FIELDS + STAGED_BLOCKS
/** … and those to whom their pages are open, one for each access. */
export const OPEN_AT = ACCESSES_AT + STAGED_ACCESSES * ACCESS_CELLS
/** Where that of an access is, in bytes from half of where the access is. */
export const OPEN_OFFSET = 4 * OPEN_AT - (4 * ACCESSES_AT) / ACCESS_CELLS
