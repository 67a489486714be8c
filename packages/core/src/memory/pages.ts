/**
 * Virtual pages, interned: every page that a run touches has a dense number, a physical frame, and four
 * page-table lines with real adjacency. Caches and walks use frames and lines, never the dense number.
 * A page-table entry is a value in memory: whoever reads or writes it holds its line (law L3).
 */
import { grown } from "../kernel/grown.ts"
import { invariant } from "../kernel/model-defect.ts"
import { mix } from "../kernel/random.ts"

export const PAGE_BYTES = 4096
export const LINE_BYTES = 64
export const LINES_PER_PAGE = PAGE_BYTES / LINE_BYTES
export const LEVELS = 4

/** Bits of a page-table entry, as far as the model reads them. */
export const Entry = { present: 1, writable: 2, keyShift: 8, keyMask: 0xf, tagged: 1 << 12 } as const

/** Where physical frames come from: in order of first use, or shuffled within windows of 4,096 frames. */
export type FrameAllocator = "contiguous" | "shuffled"

/** Dense page numbers share an int32 with a context in TLB tags. */
export const MAX_PAGES = 1 << 22

export class Pages {
  count = 0
  frames = 0
  low = new Int32Array(256) // [page] low 20 bits of the virtual page number: what set indices use
  frame = new Int32Array(256) // [page] physical frame
  entry = new Int32Array(256) // [page] page-table entry as it stands in memory
  walk = new Int32Array(256 * LEVELS) // [page][level] physical line of the entry read at this level
  readonly #ids = new Map<number, number>() // address space and virtual page -> page
  readonly #tables = new Map<string, number>() // table of one level and prefix -> frame
  readonly #allocator: FrameAllocator
  readonly #seed: number
  #reserved = 0

  constructor(allocator: FrameAllocator, seed: number) {
    this.#allocator = allocator
    this.#seed = seed
  }

  /** Page number of virtual page `vpn`, mapped on first use with `entry`. */
  map(vpn: number, entry: number): number {
    const known = this.#ids.get(vpn)
    if (known !== undefined) return known
    const page = this.#append(vpn, entry, this.#allocate())
    this.#ids.set(vpn, page)
    return page
  }

  /** `count` new pages, adjacent in the virtual address space of the kernel and its guests. First page number. */
  reserve(count: number, entry = Entry.present | Entry.writable): number {
    const first = this.count
    const vpn = 2 ** 35 + this.#reserved
    this.#reserved += count + 1
    for (let i = 0; i < count; i++) this.map(vpn + i, entry)
    return first
  }

  /** Physical line of an address. */
  line(page: number, offset: number): number {
    return this.frame[page] * LINES_PER_PAGE + (offset >>> 6)
  }

  /** Line of the page-table entry itself. */
  entryLine(page: number): number {
    return this.walk[page * LEVELS + LEVELS - 1]
  }

  /** A frame of its own, for tables that are no mapped page. */
  allocateFrame(): number {
    return this.#allocate()
  }

  /** Physical lines in use, whatever for. */
  get lines(): number {
    return this.#allocator === "shuffled"
      ? ((this.frames + 4095) & ~4095) * LINES_PER_PAGE
      : this.frames * LINES_PER_PAGE
  }

  #append(vpn: number, entry: number, frame: number): number {
    invariant(this.count < MAX_PAGES, "PG1", `more than ${MAX_PAGES} pages`)
    if (this.count === this.low.length) this.#grow()
    const page = this.count++
    this.low[page] = vpn % 2 ** 20
    this.frame[page] = frame
    this.entry[page] = entry
    let prefix = vpn
    for (let level = LEVELS - 1; level >= 0; level--) {
      const index = prefix % 512
      prefix = Math.floor(prefix / 512)
      const table = this.#table(level, prefix)
      this.walk[page * LEVELS + level] = table * LINES_PER_PAGE + (index >>> 3)
    }
    return page
  }

  #table(level: number, prefix: number): number {
    const key = `${level}/${prefix}`
    let frame = this.#tables.get(key)
    if (frame === undefined) {
      frame = this.#allocate()
      this.#tables.set(key, frame)
    }
    return frame
  }

  #allocate(): number {
    const order = this.frames++
    if (this.#allocator === "contiguous") return order
    return (order & ~4095) | permute12(order & 4095, mix(this.#seed ^ (order >>> 12)))
  }

  #grow(): void {
    const size = this.low.length * 2
    this.low = grown(this.low, size)
    this.frame = grown(this.frame, size)
    this.entry = grown(this.entry, size)
    this.walk = grown(this.walk, size * LEVELS)
  }
}

/** A permutation of 12-bit numbers: a Feistel network of four rounds, keyed by `key`. */
function permute12(value: number, key: number): number {
  let left = value >>> 6
  let right = value & 63
  for (let round = 0; round < 4; round++) {
    const next = left ^ (mix(right ^ (key + round)) & 63)
    left = right
    right = next
  }
  return (left << 6) | right
}
