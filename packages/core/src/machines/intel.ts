/**
 * What Intel's cores have in common beside their sizes: the data prefetchers, and the L1D's one way in.
 * Law: a number here holds for every machine that names it; what differs stands in the machine's file.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, derived, recalled, type Value } from "./value.ts"

const manual = "Intel's optimisation manual, data prefetching"

/** Prefetchers of the L1D and the L2. */
export const prefetchIntel: MachineShape<Value>["prefetch"] = {
  nextLine: recalled(1, [0, 1], `recalled: the L1D's streaming prefetcher fetches the next line, ${manual}; m-426`),
  strideEntries: recalled(64, [32, 256], `recalled: the L1D's stride prefetcher by instruction, ${manual}; no size`),
  strideDistance: assumed(1, [1, 2], "assumed: one stride ahead, as m-426 (Golden Cove)"),
  streams: recalled(32, [16, 64], `recalled: one stream each way in 32 pages, ${manual}`),
  streamDistance: recalled(20, [8, 20], `recalled: up to 20 lines ahead, ${manual}`),
  streamDegree: recalled(2, [1, 2], `recalled: two requests at each access of the L2, ${manual}`),
  pairs: assumed(
    0,
    [0, 1],
    `assumed: switched off, as firmware may (MSR 1A4H); the spatial prefetcher completes every line fetched to the L2 to 128 bytes, ${manual}. Lines of the kernel lie closer together here than in Linux's areas of each CPU, and pairs would tie together what silicon keeps apart`
  )
}

/**
 * The L1D's way in takes stores and lines by turns, and a line as long as the L2 takes to give one: `bytes` a tick,
 * read from measured loads. On four cores copies and updates within the L2 take what that adds up to (add-005 …).
 */
export const fillIntel = (bytes: number, source: string): Value =>
  derived(
    bytes,
    [bytes, 64],
    `${source}; transfers between L1 and L2 overlap with no access to the L1: ECM model, Hager et al., machine files of kerncraft`
  )
