/**
 * What machines of one maker share about page walks: the caches of the walker, which nobody documents, and the
 * latencies of the instructions that invalidate translations.
 * Law: a size that was only ever measured from outside has the spread of those measurements as its range.
 */
import type { MachineShape } from "./shape.ts"
import { assumed, type Range, recalled, secondary, type Value } from "./value.ts"

type Paging = Pick<
  MachineShape<Value>["tlb"],
  "walkCache" | "nestedTlb" | "fracturedFlush" | "invalidateAddress" | "spaceIds" | "switchSpace" | "switchSpaceFlush"
>

type TlbArray = MachineShape<Value>["tlb"]["itlb"]

/** An array that the machine doesn't have: its page sizes are elsewhere, or nowhere. */
export function noArray(source: string): TlbArray {
  return {
    sets: recalled(1, [1, 1], `recalled: ${source}`),
    ways: recalled(1, [1, 1], `recalled: ${source}`),
    sizes: recalled(0, [0, 0], `recalled: ${source}`)
  }
}

/** An array as its documents have it, remembered rather than read. */
export function remembered(
  sets: number,
  ways: number,
  sizes: number,
  source: string,
  ranges?: { ways: Range }
): TlbArray {
  return {
    sets: recalled(sets, [sets, sets], `recalled: ${source}`),
    ways: recalled(ways, ranges?.ways ?? [ways, ways], `recalled: ${source}`),
    sizes: recalled(sizes, [sizes, sizes], `recalled: ${source}`)
  }
}

const measured =
  "recalled: RevAnC (van Schaik et al., EuroSec 2017) finds 24 to 32 entries of the last level, 3 to 4 of the middle and none of the top on Haswell to Skylake"

/** Intel's cores from Ivy Bridge on. */
export const pagingIntel: Paging = {
  walkCache: {
    top: {
      sets: recalled(1, [1, 1], measured),
      ways: recalled(
        2,
        [0, 4],
        `${measured}; Intel SDM vol. 3A, 4.10.3 allows one; 2 entries cover a process and its kernel`
      )
    },
    middle: { sets: recalled(1, [1, 1], measured), ways: recalled(4, [3, 4], measured) },
    last: { sets: recalled(8, [8, 8], measured), ways: recalled(4, [3, 4], measured) }
  },
  nestedTlb: {
    sets: assumed(
      4,
      [1, 16],
      "assumed: as the 16 to 24 entries of the Opteron's (Bhargava et al., F2-70); Intel publishes none"
    ),
    ways: assumed(4, [0, 8], "assumed: as sets")
  },
  fracturedFlush: assumed(1, [0, 1], "assumed: as on Broadwell (F2-73)"),
  invalidateAddress: recalled(190, [130, 300], "m-704 (130 to 250); F5-91 (200 to 300)"),
  spaceIds: recalled(
    6,
    [1, 6],
    "recalled: TLB_NR_DYN_ASIDS of Linux since 4.14, for each CPU; 1 where PCIDs are off or the kernel is older: every change of address space forgets"
  ),
  switchSpace: recalled(186, [96, 196], "m-700, F2-05 (186, Skylake); F2-21 130 on Haswell"),
  switchSpaceFlush: secondary(186, [96, 196], "F2-02 (186 +/- 10, Skylake); F2-21 130, F5-65 96")
}

const armWalker = "assumed: as Intel's (RevAnC); Arm's manuals name a walk cache in the L2 TLB and give no size"

/** Arm's Neoverse and Cortex-X cores. */
export const pagingArm: Paging = {
  walkCache: {
    top: { sets: assumed(1, [1, 1], armWalker), ways: assumed(2, [0, 8], armWalker) },
    middle: { sets: assumed(1, [1, 1], armWalker), ways: assumed(4, [2, 16], armWalker) },
    last: { sets: assumed(8, [8, 8], armWalker), ways: assumed(4, [2, 8], armWalker) }
  },
  nestedTlb: {
    sets: assumed(4, [1, 16], "assumed: an IPA cache of 16 entries; Arm's manuals give no size"),
    ways: assumed(4, [0, 8], "assumed: as sets")
  },
  fracturedFlush: assumed(
    0,
    [0, 1],
    "assumed: TLBI finds every piece of a block, as Arm's architecture asks; no measurement"
  ),
  invalidateAddress: assumed(
    100,
    [30, 600],
    "assumed: TLBI VAE1 with its DSB on one core; F5-76 says that the DSB is 95 % of it"
  ),
  spaceIds: recalled(65_536, [256, 65_536], "recalled: ASIDs of 16 bits, the same on all cores; no row"),
  switchSpace: assumed(40, [15, 100], "assumed: MSR TTBR0_EL1 and ISB, a little above core.serialising; no row"),
  switchSpaceFlush: assumed(160, [60, 900], "assumed: switchSpace and TLBI ASIDE1 one after the other; no row")
}
