/** Sizes with which nothing stays where it is for long. Law: a few sets and ways of each kind, and no prefetcher. */
import type { Overrides } from "../../small-system.ts"

export const cramped: Overrides = {
  core: { lineFillBuffers: 4, fetchBuffers: 2 },
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 },
  l1i: { sets: 2, ways: 2 },
  l1d: { sets: 2, ways: 2 },
  l2: { sets: 2, ways: 3 },
  llc: { slices: 2, sets: 1, ways: 3, snoopFilter: { sets: 1, ways: 3 } }
}
