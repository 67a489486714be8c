/**
 * What Intel's cores have in common beside their sizes: the data prefetchers, and the L1D's one way in.
 * Law: a number here holds for every machine that names it; what differs stands in the machine's file.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, recalled, type Value } from "./value.ts"

const manual = "Intel's optimisation manual, data prefetching"

/** Prefetchers of the L1D and the L2. */
export const prefetchIntel: MachineShape<Value>["prefetch"] = {
  nextLine: recalled(1, [0, 1], `recalled: the L1D's streaming prefetcher fetches the next line, ${manual}; m-426`),
  strideEntries: recalled(64, [32, 256], `recalled: the L1D's stride prefetcher by instruction, ${manual}; no size`),
  strideDistance: assumed(1, [1, 2], "assumed: one stride ahead, as m-426 (Golden Cove)"),
  streams: recalled(32, [16, 64], `recalled: one stream each way in 32 pages, ${manual}`),
  streamDistance: recalled(20, [8, 20], `recalled: up to 20 lines ahead, ${manual}`),
  streamDegree: recalled(2, [1, 2], `recalled: two requests at each access of the L2, ${manual}`)
}

/** In a tick the L1D takes a store, or a line from the L2, or gives one back. */
export const fillIntel: Value = assumed(
  1,
  [0, 2],
  "assumed: random stores into the L2's size take 3 ticks each on Skylake, one to drain, one for the line that comes, one for the line that goes (travisdowns.github.io, 2019-03-19)"
)
