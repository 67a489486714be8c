/**
 * Virtual pages, interned: every page that a run touches has a dense number, a physical frame, and four
 * page-table lines with real adjacency. Caches and walks use frames and lines, never the dense number.
 * A page-table entry is a value in memory: whoever reads or writes it holds its line (law L3).
 *
 *   PG1  there are at most MAX_PAGES pages
 *   PG2  a window of 4,096 frames (16 MB) belongs to one node, so the frames of a node stay dense by first use
 *   PG3  a 2 MB or 1 GB page is 512 or 262,144 consecutive dense pages on aligned consecutive frames; its one
 *        entry stands at the first of them, its head. Sizes don't change during a run.
 */
import { grown } from "../kernel/grown.ts"
import { invariant } from "../kernel/model-defect.ts"
import { mix } from "../kernel/random.ts"
import * as fromPageSize from "./page-size.ts"
import type { EntryListener, PageTable } from "./page-table.ts"
import { permute12 } from "./shuffle.ts"

// V8 reads an imported constant from its cell each time, and a constant of this module not at all.
const { PageSize, pagesIn } = fromPageSize
type PageSize = fromPageSize.PageSize

export const PAGE_BYTES = 4096
export const LINE_BYTES = 64
export const LINES_PER_PAGE = PAGE_BYTES / LINE_BYTES
export const LEVELS = 4

/**
 * Bits of a page-table entry, as far as the model reads them. The kernel's own: `shared`, the frame is mapped
 * elsewhere too and is copied before it is written; `held`, the page has a frame that nobody may reach; `lazy`, no entry at all, but an area covers the page, whose
 * entry says with the other bits what its first access maps.
 */
export const Entry = {
  present: 1,
  writable: 2,
  keyShift: 8,
  keyMask: 0xf,
  tagged: 1 << 12,
  global: 1 << 13,
  shared: 1 << 14,
  lazy: 1 << 15,
  held: 1 << 16
} as const

/** Where physical frames come from: in order of first use, or shuffled within windows of 4,096 frames. */
export const frameAllocators = ["contiguous", "shuffled"] as const
export type FrameAllocator = (typeof frameAllocators)[number]

/** Which node's memory a page gets: that of the worker who touches it first, or each node's in turn. */
export const nodePolicies = ["firstTouch", "interleave"] as const
export type NodePolicy = (typeof nodePolicies)[number]

const WINDOW_BITS = 12
const WINDOW = 1 << WINDOW_BITS

/** Dense page numbers share an int32 with a context in TLB tags. */
export const MAX_PAGES = 1 << 22

/** Address space 0's page table is the pages' own; others are opened once all pages are known. */
export class Pages implements PageTable {
  count = 0
  frames = 0
  low = new Int32Array(256) // [page] low 20 bits of the virtual page number: what set indices use
  frame = new Int32Array(256) // [page] physical frame
  entry = new Int32Array(256) // [head] page-table entry as it stands in memory
  size = new Uint8Array(256) // [page] PageSize of its mapping
  walk = new Int32Array(256 * LEVELS) // [page][level] physical line of the entry read at this level; the leaf's below it
  readonly #ids = new Map<number, number>() // address space and virtual page -> page
  readonly #large = new Map<number, number>() // first virtual page of a large page -> head
  readonly #tables = new Map<string, number>() // table of one level and prefix -> frame
  readonly #tableFrames = new Set<number>()
  readonly #allocator: FrameAllocator
  readonly #seed: number
  readonly #policy: NodePolicy
  readonly #workerNode: ArrayLike<number>
  /** Page tables, of address space 0 on. */
  readonly tables: Array<PageTable> = [this]
  /** Hears of every entry that is stored: whose rights lie in entries. */
  onEntry: EntryListener | undefined
  /** Nodes whose memory there is. */
  readonly nodes: number
  readonly #next: Int32Array // [node] next frame in order of use, or at a window's end
  #windowNode = new Uint8Array(16) // [frame >>> WINDOW_BITS] node
  #windows = 0
  readonly #block: Int32Array // [node] next frame for large pages
  readonly #blockEnd: Int32Array // [node]
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
    this.nodes = nodes
    this.#policy = policy
    this.#workerNode = workerNode
    this.#next = new Int32Array(nodes)
    this.#block = new Int32Array(nodes)
    this.#blockEnd = new Int32Array(nodes)
  }

  /**
   * Page number of virtual page `vpn`, mapped on first use with `entry`, in the memory of `node` or as the policy says,
   * by a page of `size` around it.
   */
  map(vpn: number, entry: number, node = 0, size: PageSize = PageSize.small): number {
    const known = this.#known(vpn)
    if (known >= 0) return known
    const at = this.#policy === "interleave" ? this.#turn++ % this.nodes : node
    if (size !== PageSize.small) return this.#mapLarge(vpn, entry, at, size)
    const page = this.#append(vpn, entry, this.#allocate(at), size)
    this.#lay(page, vpn, at)
    this.#ids.set(vpn, page)
    return page
  }

  /**
   * `count` new pages of 4 KB, adjacent in the virtual address space of the kernel and its guests, touched first on
   * `node` and mapped by pages of `size`, the last of them whole. First page number.
   */
  reserve(count: number, entry = Entry.present | Entry.writable, node = 0, size: PageSize = PageSize.small): number {
    const first = this.count
    const block = pagesIn(size)
    const from = Math.ceil(this.#reserved / block) * block
    const whole = Math.ceil(count / block) * block
    this.#reserved = from + whole + 1
    for (let i = 0; i < whole; i += block) this.map(2 ** 35 + from + i, entry, node, size)
    return first
  }

  /** Page table of address space `space`; that of space 0 where it has none of its own. */
  tableOf(space: number): PageTable {
    return this.tables[space] ?? this
  }

  /** First page of the mapping that `page` is part of: where its entry stands. */
  headOf(page: number): number {
    return this.size[page] === PageSize.small ? page : this.pageOf(page, this.size[page])
  }

  /** First page of the aligned block of `size` around `page`, which its mapping covers. */
  pageOf(page: number, size: number): number {
    return page - (this.low[page] & (pagesIn(size) - 1))
  }

  /** True if `line` is part of a page table, of any dimension. */
  isTable(line: number): boolean {
    return this.#tableFrames.has(Math.floor(line / LINES_PER_PAGE))
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
    return this.#windowNode[((line / LINES_PER_PAGE) | 0) >>> WINDOW_BITS]
  }

  /** Physical line of an address. */
  line(page: number, offset: number): number {
    return this.frame[page] * LINES_PER_PAGE + (offset >>> 6)
  }

  /** Line of the page-table entry itself, in the table of address space `space`. */
  entryLine(page: number, space = 0): number {
    return this.tableOf(space).walk[page * LEVELS + LEVELS - 1]
  }

  /** A frame of its own, of no page. */
  allocateFrame(node = 0): number {
    return this.#allocate(node)
  }

  /** A frame of its own for a table. */
  allocateTable(node = 0): number {
    const frame = this.#allocate(node)
    this.#tableFrames.add(frame)
    return frame
  }

  /** Physical lines up to the last in use, whatever for: a number in proportion to use, never to the address range. */
  get lines(): number {
    const whole = this.nodes > 1 || this.#allocator === "shuffled" || this.#large.size > 0
    return (whole ? this.#windows * WINDOW : this.frames) * LINES_PER_PAGE
  }

  #known(vpn: number): number {
    const small = this.#ids.get(vpn)
    if (small !== undefined) return small
    for (let size: number = PageSize.large; this.#large.size > 0 && size <= PageSize.huge; size++) {
      const base = vpn - (vpn % pagesIn(size))
      const head = this.#large.get(base)
      if (head !== undefined && this.size[head] >= size) return head + vpn - base
    }
    return -1
  }

  #mapLarge(vpn: number, entry: number, node: number, size: PageSize): number {
    const count = pagesIn(size)
    const base = vpn - (vpn % count)
    const frame = this.#allocateBlock(count, node)
    const head = this.count
    for (let i = 0; i < count; i++) this.#append(base + i, entry, frame + i, size)
    this.#lay(head, base, node)
    const { walk } = this
    for (let i = 1; i < count; i++) walk.copyWithin((head + i) * LEVELS, head * LEVELS, (head + 1) * LEVELS)
    this.#large.set(base, head)
    return head + vpn - base
  }

  #append(vpn: number, entry: number, frame: number, size: PageSize): number {
    invariant(this.count < MAX_PAGES, "PG1", `more than ${MAX_PAGES} pages`)
    if (this.count === this.low.length) this.#grow()
    const page = this.count++
    this.low[page] = vpn % 2 ** 20
    this.frame[page] = frame
    this.entry[page] = entry
    this.size[page] = size
    return page
  }

  /** The lines of the entries on the way to `page`, which is at `vpn`. */
  #lay(page: number, vpn: number, node: number): void {
    const leaf = LEVELS - 1 - this.size[page]
    let prefix = Math.floor(vpn / pagesIn(this.size[page]))
    for (let level = leaf; level >= 0; level--) {
      const index = prefix % 512
      prefix = Math.floor(prefix / 512)
      const table = this.#table(level, prefix, node)
      this.walk[page * LEVELS + level] = table * LINES_PER_PAGE + (index >>> 3)
    }
    this.walk.fill(this.walk[page * LEVELS + leaf], page * LEVELS + leaf + 1, (page + 1) * LEVELS)
  }

  /** A table lies on the node of the page that needed it first. */
  #table(level: number, prefix: number, node: number): number {
    const key = `${level}/${prefix}`
    let frame = this.#tables.get(key)
    if (frame === undefined) {
      frame = this.allocateTable(node)
      this.#tables.set(key, frame)
    }
    return frame
  }

  #allocate(node: number): number {
    invariant(node >= 0 && node < this.nodes, "PG2", `node ${node} of ${this.nodes}`)
    const next = this.#next
    if ((next[node] & (WINDOW - 1)) === 0) next[node] = this.#openWindow(node)
    const order = next[node]++
    this.frames++
    if (this.#allocator === "contiguous") return order
    return (order & -WINDOW) | permute12(order & (WINDOW - 1), mix(this.#seed ^ (order >>> WINDOW_BITS)))
  }

  /** `count` consecutive frames, aligned to their number, in windows that no shuffle touches. */
  #allocateBlock(count: number, node: number): number {
    const block = this.#block
    if (block[node] + count > this.#blockEnd[node] || block[node] % count !== 0) {
      const windows = Math.max(1, count >>> WINDOW_BITS)
      while (this.#windows % windows !== 0) this.#openWindow(node)
      block[node] = this.#openWindow(node)
      for (let i = 1; i < windows; i++) this.#openWindow(node)
      this.#blockEnd[node] = block[node] + windows * WINDOW
    }
    this.frames += count
    block[node] += count
    return block[node] - count
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
    this.size = grown(this.size, size)
    this.walk = grown(this.walk, size * LEVELS)
  }
}
