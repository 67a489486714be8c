/**
 * Cortex-X3 as in Tensor G3 (Pixel 8): 1 MB L2, 4 MB cluster L3, LPDDR5X.
 * The silicon has one X3 beside eight smaller cores; the machine here has four X3, so anything that runs on more
 * than one of them is hypothetical.
 *
 * The tick is the 2.91 GHz core clock.
 *
 *   LLC hit:  48 ticks: 16.5 ns, assumed (no row gives the latency of the cluster L3; range 35 to 70)
 *     = L2 10 + (1 + 1 hop x 1 + 1 + home 16) + (1 + 1 hop x 1 + 2 more flits + 1 + tile 14) = 48
 *   DRAM:     135 ns (m-644 recalls 120 to 150) x 2.91 GHz = 392.9 ticks
 *     = 48 + (1 + 1 + 1 + channel 14) + tRCD 52 + tCL 64 + 172 + (1 + 1 + 2 + 1 + home 6) = 364,
 *       and refreshes 29.2 on average
 *   Lookahead: 1 + 1 + 14 = 16
 *
 * The 8 MB system cache behind the L3 (m-637) isn't modelled: its look-up is part of memory.controller.
 */

import type { Choices } from "./cache-choice.ts"
import { dram, lpddr5x8533 } from "./dram.ts"
import { featuresArm } from "./features.ts"
import { frontEndCortexX3 } from "./front-ends.ts"
import { interruptArm, linuxArm } from "./linux.ts"
import { invalidationArm, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray, pagingArm } from "./paging.ts"
import { armBroadcast } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesArm } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 4,
  kind: "mesh",
  turbo: 2.91,
  columns: 2,
  rows: 2,
  shootdowns: armBroadcast,
  features: featuresArm.cortexX3,
  source: "assumed: four of the one Cortex-X3 of F6-36, one L3 slice each",
  confidence: "assumed",
  note: "hypothetical: the silicon has one Cortex-X3 (F6-36)"
}

// The core's protocol: recalled from Arm's manual of Cortex-A76 (A6.2.5, MESI). The cluster's L3 keeps what its cores
// share and takes what one of them evicts: recalled from Arm's manual of the DynamIQ Shared Unit.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency, see the head of the machine's file"

const allSizes = recalled(
  7,
  [7, 7],
  "recalled: blocks of 2 MB and 1 GB beside 4 KB pages, in Arm's manual of the core; no row"
)

/** Four Cortex-X3 at 2.91 GHz. Throws InvalidInput. */
export function cortexX3(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "cortex-x3",
    isa: "aarch64",
    memoryModel: "arm",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.91, "F6-36"),
      turbo: recalled(silicon.turbo, [2.91, 2.91], "F6-36; the highest clock of the part"),
      core: {
        width: secondary(8, [6, 8], "m-618, m-631; m-619 gives 6 decoded without the MOP cache"),
        window: secondary(320, [320, 320], "m-620, F6-34"),
        lineFillBuffers: assumed(20, [12, 48], "assumed: as m-580 (Neoverse N1); no row"),
        fetchBuffers: assumed(8, [4, 16], "assumed: as m-582 (Neoverse N1); no row"),
        loadQueue: recalled(174, [128, 192], "m-642 (measured on Cortex-X2)"),
        loads: secondary(3, [3, 3], "m-626"),
        loadBytes: secondary(16, [16, 16], "m-626"),
        storeBuffer: recalled(77, [64, 96], "m-642 (measured on Cortex-X2)"),
        stores: assumed(2, [1, 2], "assumed: the 32 bytes of m-627 are two stores of 16"),
        storeBytes: secondary(32, [32, 32], "m-627"),
        forward: assumed(5, [4, 7], "assumed: one tick above the L1D's latency"),
        mispredictPenalty: recalled(11, [9, 14], "m-643; m-632 gives 9 stages"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(2, [2, 3], "recalled: MUL in Arm's optimisation guide; no row"),
        divide: recalled(12, [5, 20], "recalled: SDIV takes 5 to 20 by operand, in Arm's optimisation guide; no row"),
        vector: recalled(3, [2, 4], "recalled: vector integer 2, FMUL 3, FMA 4, in Arm's optimisation guide; no row"),
        fence: assumed(20, [5, 60], "assumed: DMB ISH with an empty store buffer; no row"),
        locked: assumed(
          15,
          [8, 30],
          "assumed: LDADDAL that hits the L1D; F6-16 gives about 7 ns on Skylake; no row for Arm"
        ),
        lockedHold: assumed(15, [7, 30], "assumed: as locked; no row has the throughput"),
        serialising: assumed(30, [10, 60], "assumed: ISB refills the pipeline, two to three times m-643; no row")
      },
      l1i: { sets: secondary(256, [256, 256], "m-621 (64 KB)"), ways: secondary(4, [4, 4], "m-621") },
      l1d: {
        sets: verified(256, "F6-34, m-622 (64 KB)"),
        ways: verified(4, "F6-34, m-622"),
        latency: verified(4, "F6-34 (Neoverse V2, the same core); m-640"),
        fill: assumed(0, [0, 64], "assumed: banks take fills and stores at once; Arm publishes none")
      },
      l2: {
        sets: recalled(2048, [1024, 2048], "m-635 (1 MB); m-625 gives 512 KB to 1 MB, 8 ways"),
        ways: secondary(8, [8, 8], "m-625, F6-34"),
        latency: verified(10, "F6-34 (Neoverse V2, the same core); m-641 recalls 9 to 11"),
        transfer: assumed(64, [32, 64], "assumed: 64 bytes per cycle; m-604 gives 32 for Neoverse N1"),
        writeBack: assumed(
          0,
          [0, 64],
          "assumed: reads and writes have a bus each, as m-604 lists them for Neoverse N1"
        ),
        missBuffers: assumed(64, [46, 96], "assumed: above the 46 of m-581 (Neoverse N1); no row"),
        pipeline: assumed(14, [10, 20], split)
      },
      frontEnd: frontEndCortexX3,
      wholeLines: wholeLinesArm,
      prefetch: {
        nextLine: assumed(0, [0, 1], "assumed: strides of one line cover it; Arm publishes none"),
        strideEntries: assumed(
          32,
          [8, 64],
          "assumed: the L1D's prefetcher follows strides by instruction; Arm gives no size"
        ),
        strideDistance: assumed(8, [2, 16], "assumed: covers the L2's latency at two ticks a line; Arm publishes none"),
        streams: assumed(16, [8, 64], "assumed: the L2 prefetches streams; Arm gives no size"),
        streamDistance: assumed(24, [8, 64], "assumed: as Intel's 20, with more miss buffers; Arm publishes none"),
        streamDegree: assumed(2, [1, 4], "assumed: as Intel's; Arm publishes none"),
        pairs: assumed(0, [0, 1], "assumed: Arm names none")
      },
      llc: {
        slices: layout.slices,
        sets: recalled(1024, [512, 2048], "m-636 (4 MB) / 4 slices of 16 ways"),
        ways: assumed(16, [8, 16], "assumed: as the cluster L3 of Neoverse N1 (F6-30)"),
        pipeline: assumed(16, [8, 30], split),
        snoopFilter: {
          sets: assumed(2048, [1024, 2048], "assumed: as the L2"),
          ways: assumed(16, [8, 16], "assumed: two entries per line of the L2s")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(1, [1, 3], split),
        ejection: assumed(1, [1, 3], split),
        hop: assumed(1, [1, 3], split),
        dataFlits: assumed(3, [2, 5], "assumed: one header and 64 bytes / 32 bytes per flit"),
        clock: assumed(0, [0, 2.91], "assumed: the cluster's network follows the core's clock"),
        flit: assumed(1, [1, 2], "assumed: 32 bytes per tick"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; no row"),
        fabric: unused("no complexes"),
        socket: unused("one socket")
      },
      memory: dram(lpddr5x8533, 2.91, {
        channels: recalled(4, [2, 4], "recalled: four 16-bit channels of LPDDR5X (m-639)"),
        ranks: assumed(1, [1, 2], "assumed: one rank a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: recalled(
          172,
          [120, 230],
          "m-644: 135 ns x 2.91 GHz = 392.9, less the LLC hit 48, the paths to the channel 17 and back 11, tRCD, tCL and refreshes 29.2"
        ),
        fill: assumed(6, [2, 16], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: recalled(
          11,
          [10, 15],
          "recalled: 64 bytes / 17.1 GB/s (8533 MT/s x 2 bytes, m-639) x 2.91 GHz = 10.9"
        )
      }),
      tlb: {
        itlb: {
          sets: verified(1, "F6-35 (48 entries, fully associative)"),
          ways: verified(48, "F6-35"),
          sizes: allSizes
        },
        itlbLarge: noArray("the ITLB holds all sizes"),
        dtlb: {
          sets: verified(1, "F6-35, m-623 (48 entries, fully associative)"),
          ways: verified(48, "F6-35, m-623"),
          sizes: allSizes
        },
        dtlbLarge: noArray("the DTLB holds all sizes"),
        dtlbHuge: noArray("the DTLB holds all sizes"),
        stlb: {
          sets: verified(256, "F6-35, m-624 (2048 entries)"),
          ways: verified(8, "F6-35, m-624"),
          sizes: allSizes
        },
        stlbLarge: noArray("the L2 TLB holds all sizes"),
        stlbPenalty: verified(5, "F6-35 (measured; 6 documented; Neoverse V2, the same core)"),
        walkers: assumed(4, [1, 4], "assumed: as m-617 (Neoverse N1); no row"),
        ...pagingArm
      },
      interrupt: interruptArm,
      kernel: linuxArm,
      lazyShootdown,
      remoteInvalidation: invalidationArm
    })
  }
}
