/**
 * Where the n-th execution of an instruction finds its data: byte offsets in an area of memory.
 * Law: a pattern is a pure function of n; a random one is a fixed order that its seed decides.
 */
import { RandomStream } from "@isolde/core/kernel/random"

/** Byte offset of the n-th access. */
export type AccessPattern = (n: number) => number

/** In what order a chase visits its lines. */
export type ChaseOrder = "random" | "page-random" | "sequential"

const PAGE = 4096

/** Always the same byte. */
export const fixed =
  (offset: number): AccessPattern =>
  () =>
    offset

/** `first`, `first + stride`, ... within `bytes`, then from the start again. */
export const strided =
  (stride: number, bytes: number, first = 0): AccessPattern =>
  (n) =>
    first + ((n * stride) % bytes)

/**
 * The places of one lap over `bytes`, one per `granule` bytes, in the order of a cyclic pointer chase. Of `page-random`:
 * `together` pages are visited before the next ones, in which any place follows any.
 */
export function chaseOrder(bytes: number, granule: number, order: ChaseOrder, seed = 1, together = 1): Int32Array {
  const count = Math.max(1, Math.floor(bytes / granule))
  const random = new RandomStream(seed, `chase of ${bytes} bytes`)
  if (order === "sequential") return Int32Array.from({ length: count }, (_, i) => i * granule)
  if (order === "random") return shuffled(count, random).map((place) => place * granule)
  const perBlock = Math.max(1, Math.floor((together * PAGE) / granule))
  const blocks = Math.ceil(count / perBlock)
  const places = new Int32Array(count)
  let at = 0
  for (const block of shuffled(blocks, random)) {
    const first = block * perBlock
    for (const place of shuffled(Math.min(perBlock, count - first), random)) places[at++] = (first + place) * granule
  }
  return places
}

/** A chase along `order`, lap after lap. */
export const chase =
  (order: Int32Array): AccessPattern =>
  (n) =>
    order[n % order.length] as number

/** 0 to count - 1 in random order. */
export function shuffled(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = (random.next() >>> 0) % (i + 1)
    const moved = order[i] as number
    order[i] = order[other] as number
    order[other] = moved
  }
  return order
}
