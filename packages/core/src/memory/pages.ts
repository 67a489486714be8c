/**
 * Virtual pages, interned: every page that a run touches has a dense number, a physical frame, and four
 * page-table lines with real adjacency. Caches and walks use frames and lines, never the dense number.
 * A page-table entry is a value in memory: whoever reads or writes it holds its line (law L3).
 *
 *   PG1  there are at most MAX_PAGES pages
 *   PG2  a window of 4,096 frames (16 MB) belongs to one node, so the frames of a node stay dense by first use
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

/** Which node's memory a page gets: that of the worker who touches it first, or each node's in turn. */
export type NodePolicy = "firstTouch" | "interleave"

const WINDOW_BITS = 12
const WINDOW = 1 << WINDOW_BITS

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
  readonly #policy: NodePolicy
  readonly #workerNode: ArrayLike<number>
  readonly #nodes: number
  readonly #next: Int32Array // [node] next frame in order of use, or at a window's end
  #windowNode = new Uint8Array(16) // [frame >>> WINDOW_BITS] node
  #windows = 0
  #turn = 0
  #reserved = 0

  /** Frames of `nodes` nodes; `workerNode` is the node of each worker, 0 for those it doesn't name. */
  constructor(
    allocator: FrameAllocator,
    seed: number,
    nodes = 1,
    policy: NodePolicy = "firstTouch",
    workerNode: ArrayLike<number> = []
  ) {
    this.#allocator = allocator
    this.#seed = seed
    this.#nodes = nodes
    this.#policy = policy
    this.#workerNode = workerNode
    this.#next = new Int32Array(nodes)
  }

  /** Page number of virtual page `vpn`, mapped on first use with `entry`, in the memory of `node` or as the policy says. */
  map(vpn: number, entry: number, node = 0): number {
    const known = this.#ids.get(vpn)
    if (known !== undefined) return known
    const at = this.#policy === "interleave" ? this.#turn++ % this.#nodes : node
    const page = this.#append(vpn, entry, this.#allocate(at), at)
    this.#ids.set(vpn, page)
    return page
  }

  /**
   * `count` new pages, adjacent in the virtual address space of the kernel and its guests, touched first on `node`.
   * First page number.
   */
  reserve(count: number, entry = Entry.present | Entry.writable, node = 0): number {
    const first = this.count
    const vpn = 2 ** 35 + this.#reserved
    this.#reserved += count + 1
    for (let i = 0; i < count; i++) this.map(vpn + i, entry, node)
    return first
  }

  /** Node on which `worker` runs: who first touches its memory. */
  nodeOfWorker(worker: number): number {
    return this.#workerNode[worker] ?? 0
  }

  /** Node whose memory holds `frame`. */
  nodeOf(frame: number): number {
    return this.#windowNode[frame >>> WINDOW_BITS]
  }

  /** Node whose memory holds the physical line `line`. */
  nodeOfLine(line: number): number {
    return this.#windowNode[Math.floor(line / LINES_PER_PAGE) >>> WINDOW_BITS]
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
  allocateFrame(node = 0): number {
    return this.#allocate(node)
  }

  /** Physical lines up to the last in use, whatever for: a number in proportion to use, never to the address range. */
  get lines(): number {
    const whole = this.#nodes > 1 || this.#allocator === "shuffled"
    return (whole ? this.#windows * WINDOW : this.frames) * LINES_PER_PAGE
  }

  #append(vpn: number, entry: number, frame: number, node: number): number {
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
      const table = this.#table(level, prefix, node)
      this.walk[page * LEVELS + level] = table * LINES_PER_PAGE + (index >>> 3)
    }
    return page
  }

  /** A table lies on the node of the page that needed it first. */
  #table(level: number, prefix: number, node: number): number {
    const key = `${level}/${prefix}`
    let frame = this.#tables.get(key)
    if (frame === undefined) {
      frame = this.#allocate(node)
      this.#tables.set(key, frame)
    }
    return frame
  }

  #allocate(node: number): number {
    invariant(node >= 0 && node < this.#nodes, "PG2", `node ${node} of ${this.#nodes}`)
    const next = this.#next
    if ((next[node] & (WINDOW - 1)) === 0) next[node] = this.#openWindow(node)
    const order = next[node]++
    this.frames++
    if (this.#allocator === "contiguous") return order
    return (order & -WINDOW) | permute12(order & (WINDOW - 1), mix(this.#seed ^ (order >>> WINDOW_BITS)))
  }

  /** First frame of a window that nobody has. */
  #openWindow(node: number): number {
    if (this.#windows === this.#windowNode.length) this.#windowNode = grown(this.#windowNode, this.#windows * 2)
    this.#windowNode[this.#windows] = node
    return this.#windows++ << WINDOW_BITS
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
