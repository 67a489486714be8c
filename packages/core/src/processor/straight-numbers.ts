/**
 * The numbers that the loop of a tile goes by (straight-loop.ts). Law: a place is where the owner's view of that part
 * begins, as bytes from the tile's first: tiles of a machine lie alike and share one loop.
 */
import type { Cache } from "../memory/cache.ts"
import { Cause } from "./cause.ts"
import type { HardwareThread } from "./hardware-thread.ts"
import { rowNumbers } from "./straight-code.ts"
import { Asked, frameOffsets, Left, Looks, OPEN_OFFSET } from "./straight-frame.ts"
import type { StraightParts } from "./straight-parts.ts"
import { windowEntries } from "./window.ts"

/** Commits never decrease: where this many instructions ahead find a place in the window, so do those before. */
const AHEAD = 15

/** What the text of the loop calls `m`. */
export type LoopNumbers = ReturnType<typeof loopNumbers>

export function loopNumbers(
  { branches, caches, numbers, pipeline, translation }: StraightParts,
  tile: number,
  thread: HardwareThread,
  looks: number
) {
  const { cells, l1d, l1i, ready } = caches.levels
  const { core } = numbers
  const { dtlb, itlb } = translation
  const [data] = dtlb.arrays
  const [code] = itlb.arrays
  const { loads, loadBytes } = pipeline.port
  const at = (view: Int32Array | Uint8Array): number => cells.addressOf(view) - tile
  const of = (view: Int32Array): number => cells.addressOf(view) - cells.addressOf(thread.frame)
  const near = (cache: Cache): number => (cache.sets === 1 ? at(cache.near) : -1)
  return {
    ...frameOffsets,
    ...Left,
    ...Looks,
    askedCheck: Asked.check,
    askedTable: Asked.table,
    openOffset: OPEN_OFFSET,
    ...rowNumbers,
    execute: Cause.execute,
    l1: Cause.l1,
    l1Tags: at(l1d.tags),
    l1Recent: at(l1d.recent),
    l1Ages: at(l1d.ages),
    l1Clock: at(l1d.clock),
    l1State: at(l1d.state),
    l1Ready: at(ready),
    l1Sets: l1d.sets,
    l1Mask: l1d.mask,
    l1Ways: l1d.ways,
    codeTags: at(l1i.tags),
    codeRecent: at(l1i.recent),
    codeAges: at(l1i.ages),
    codeClock: at(l1i.clock),
    codeSets: l1i.sets,
    codeMask: l1i.mask,
    codeWays: l1i.ways,
    tlbTags: at(data.tags),
    tlbRecent: at(data.recent),
    tlbAges: at(data.ages),
    tlbClock: at(data.clock),
    tlbNear: near(data),
    tlbWays: data.ways,
    tlbEntries: at(dtlb.entries[0]),
    tlbFrames: at(dtlb.frames[0]),
    itlbTags: at(code.tags),
    itlbRecent: at(code.recent),
    itlbAges: at(code.ages),
    itlbClock: at(code.clock),
    itlbNear: near(code),
    itlbSets: code.sets,
    itlbMask: code.mask,
    itlbWays: code.ways,
    loads: at(loads.taken),
    loadPorts: loads.capacity,
    loadBytes,
    l1Latency: numbers.l1d.latency,
    forwardLatency: core.forward,
    width: core.width,
    size: core.window,
    mask: windowEntries(core.window) - 1,
    ahead: Math.min(AHEAD, core.window - 1),
    queueSize: core.loadQueue,
    threshold: branches.threshold,
    looks,
    registers: of(thread.ready),
    forwards: of(thread.forwards),
    commits: of(thread.window.commit),
    completes: of(thread.window.complete),
    causes: of(thread.window.cause),
    queue: of(thread.loads.instruction),
    drains: of(thread.stores.drain),
    storeSize: thread.stores.size,
    storeMask: thread.stores.mask,
    entering: of(thread.stores.wayIn.state),
    waysIn: at(caches.levels.drains.taken),
    entries: core.stores,
    entryBytes: core.storeBytes,
    streams: pipeline.port.ways.streams ? 1 : 0
  }
}
