/**
 * The memory that functions of integers share, one for all runs of a process: what is called by V8's code has to be the
 * same function for every run, else each call goes through a search and its values through boxes.
 *
 *   HE1  a block is all zeros when it is taken, whoever had it before
 *   HE2  a block that has been given back, or whose `HeapBlocks` nobody can reach, may be taken by others
 */
import { ModelDefect } from "../kernel/model-defect.ts"
import { Memory, PAGE_BYTES } from "./web-assembly.ts"

/**
 * Pages at first, and at most: two gigabytes, so that addresses have no sign. While it hasn't grown, V8 takes the address
 * and length of `heap.cells` for constants; pages that nobody has written cost the host nothing.
 */
const [FIRST, MOST] = [256, 32_768]
const SMALLEST = 4096

interface Block {
  readonly at: number
  readonly size: number
}

export const memory = new Memory({ initial: FIRST, maximum: MOST })

/** Each is the whole memory: another view when that has grown. */
export const heap = { cells: new Int32Array(memory.buffer), reals: new Float64Array(memory.buffer) }

/** Blocks that nobody has, by their sizes: powers of two. */
const free = new Map<number, Array<number>>()
/** Address behind those that anybody ever had; 0 is nobody's. */
let end = SMALLEST

const unreachable = new FinalizationRegistry<Array<Block>>(give)

/** The blocks of one owner, who holds this. */
export class HeapBlocks {
  readonly #held: Array<Block> = []

  constructor() {
    // Not the owner: until a full collection V8 keeps what is registered, and all that can be reached from it.
    unreachable.register(this, this.#held)
  }

  /** Address of `bytes` zeros, a multiple of 4,096. */
  take(bytes: number): number {
    let size = SMALLEST
    while (size < bytes) size *= 2
    const used = free.get(size)?.pop()
    if (used !== undefined) heap.cells.fill(0, used >> 2, (used + size) >> 2)
    const at = used ?? fresh(size)
    this.#held.push({ at, size })
    return at
  }

  /** The owner is done with them. */
  release(): void {
    give(this.#held)
  }
}

function give(blocks: Array<Block>): void {
  for (const { at, size } of blocks) {
    const others = free.get(size)
    if (others === undefined) free.set(size, [at])
    else others.push(at)
  }
  blocks.length = 0
}

function fresh(size: number): number {
  const at = end
  const pages = heap.cells.byteLength / PAGE_BYTES
  const lacking = Math.ceil((at + size) / PAGE_BYTES) - pages
  if (lacking > 0) {
    if (pages + lacking > MOST)
      throw new ModelDefect("HE2", `${at} bytes of two gigabytes are taken, ${size} more are wanted`)
    memory.grow(Math.min(MOST - pages, Math.max(lacking, pages)))
    heap.cells = new Int32Array(memory.buffer)
    heap.reals = new Float64Array(memory.buffer)
  }
  end += size
  return at
}
