/**
 * Retagging: which tag stores give a run of bytes a new allocation tag.
 * The rule (MTE6): from the first granule on, each time the tag store that takes the fewest ticks per byte, of those
 * that are aligned to their own size and don't reach beyond the last granule; of equals the largest.
 */
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import type { Program } from "@isolde/core/processor/program"
import type { MteConfig } from "./config.ts"
import { GRANULE } from "./tag-check.ts"

/** Bytes that one tag store tags, by its name; those with a z clear the data as well. */
export const tagStoreBytes = { "dc gva": 64, st2g: 32, stg: 16, "dc gzva": 64, stz2g: 32, stzg: 16 } as const
export type TagStoreName = keyof typeof tagStoreBytes

export interface TagStore {
  readonly bytes: number
  readonly ticks: number
}

/** Tag stores that a retag may use, best first. */
export type TagStores = ReadonlyArray<TagStore>

/** The tag stores of `config`: those that keep the data, or those that clear it. */
export function tagStoresOf(config: MteConfig, clearing = false): TagStores {
  const ticks: Record<TagStoreName, number> = {
    "dc gva": config.retag === "atc24" ? config.dcGvaAtc24 : config.dcGva,
    st2g: config.st2g,
    stg: config.stg,
    "dc gzva": config.retag === "atc24" ? config.dcGvaAtc24 : config.dcGva,
    stz2g: config.stz2g,
    stzg: config.stzg
  }
  const largest = config.largestTagStore === "fastest" ? 64 : tagStoreBytes[config.largestTagStore]
  const names: ReadonlyArray<TagStoreName> = clearing ? ["dc gzva", "stz2g", "stzg"] : ["dc gva", "st2g", "stg"]
  const usable = names
    .map((name) => ({ bytes: tagStoreBytes[name], ticks: ticks[name] }))
    .filter(({ bytes }) => bytes <= largest)
  if (config.largestTagStore !== "fastest") return usable
  return usable.sort((x, y) => x.ticks * y.bytes - y.ticks * x.bytes || y.bytes - x.bytes)
}

/** Tag stores for `bytes` from `offset` on: the rule, one at a time. */
export function tagStores(offset: number, bytes: number, stores: TagStores): ReadonlyArray<TagStore> {
  const end = roundUp(offset + bytes)
  const taken: Array<TagStore> = []
  for (let at = roundDown(offset); at < end; ) {
    const store = bestAt(at, end, stores)
    taken.push(store)
    at += store.bytes
  }
  return taken
}

/** The same stores as program actions on one page: runs of equal size, each store with `loop` instructions around it. */
export function appendTagStores(
  program: Program,
  page: number,
  offset: number,
  bytes: number,
  tag: number,
  stores: TagStores,
  loop = 0
): void {
  const end = Math.min(PAGE_BYTES, roundUp(offset + bytes))
  let at = roundDown(offset)
  while (at < end) {
    const store = bestAt(at, end, stores)
    const run = store === stores[0] ? Math.floor((end - at) / store.bytes) : 1
    program.tagStore(page, at, run * store.bytes, tag, store.bytes, store.ticks, loop)
    at += run * store.bytes
  }
}

/** How many of them `appendTagStores` appends. */
export function countTagStores(offset: number, bytes: number, stores: TagStores): number {
  const end = Math.min(PAGE_BYTES, roundUp(offset + bytes))
  let count = 0
  for (let at = roundDown(offset); at < end; at += bestAt(at, end, stores).bytes) count++
  return count
}

/** STG, of one granule, always fits. */
function bestAt(at: number, end: number, stores: TagStores): TagStore {
  for (let i = 0; i < stores.length; i++) {
    const { bytes } = stores[i]
    if (at % bytes === 0 && at + bytes <= end) return stores[i]
  }
  return stores[stores.length - 1]
}

const roundDown = (offset: number): number => offset - (offset % GRANULE)
const roundUp = (offset: number): number => Math.ceil(offset / GRANULE) * GRANULE
