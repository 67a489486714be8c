/**
 * Retagging: which tag stores give a run of bytes a new allocation tag.
 * The rule (MTE6): from the first granule on, each time the largest tag store that is aligned to its own size and
 * does not reach beyond the last granule. STG tags 16 bytes, ST2G 32, DC GVA 64.
 */
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import type { Program } from "@isolde/core/processor/program"
import { GRANULE } from "./tag-check.ts"

/** Bytes that one tag store tags, by its name. */
export const tagStoreBytes = { "dc gva": 64, st2g: 32, stg: 16 } as const

/** Tag stores for `bytes` from `offset` on, no single one of more than `largest` bytes: the rule, one at a time. */
export function tagStores(offset: number, bytes: number, largest: number = tagStoreBytes["dc gva"]): number {
  const end = roundUp(offset + bytes)
  let count = 0
  for (let at = roundDown(offset); at < end; at += sizeAt(at, end, largest)) count++
  return count
}

/** The same stores as program actions on one page: runs of equal size. Returns their number. */
export function appendTagStores(
  program: Program,
  page: number,
  offset: number,
  bytes: number,
  tag: number,
  largest: number
): number {
  const end = Math.min(PAGE_BYTES, roundUp(offset + bytes))
  let count = 0
  let at = roundDown(offset)
  while (at < end) {
    const size = sizeAt(at, end, largest)
    const run = size === largest ? Math.floor((end - at) / size) : 1
    program.tagStore(page, at, run * size, tag, size)
    count += run
    at += run * size
  }
  return count
}

function sizeAt(at: number, end: number, largest: number): number {
  let size = largest
  while (at % size !== 0 || at + size > end) size /= 2
  return size
}

const roundDown = (offset: number): number => offset - (offset % GRANULE)
const roundUp = (offset: number): number => Math.ceil(offset / GRANULE) * GRANULE
