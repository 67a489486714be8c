/**
 * Apple M1: four Firestorm cores of one cluster at 3.2 GHz, 8 MB system cache, LPDDR4X-4266. The four smaller cores
 * aren't modelled. The tick is a cycle of the core.
 *
 * What stands in for what this model can't say:
 *   - pages of 16 KB: pages are of 4 KB, and every TLB has four times the silicon's sets, which keeps its reach; four
 *     misses and walks stand for one of the silicon's
 *   - an L2 that four cores share: each core has a quarter of its 12 MB for itself, so one core alone has less than
 *     in silicon, and a line of another core comes through the system cache
 *
 *   LLC hit:  75 ticks: 23 ns, assumed (no row gives the latency of the system cache; range 70 to 150)
 *     = L2 16 + (2 + 1 hop x 2 + 2 + home 7) + (2 + 1 hop x 2 + 2 more flits + 2 + tile 38) = 75
 *   DRAM:     96.5 ns (m-680 recalls 96 to 97) x 3.2 GHz = 308.8 ticks, refreshes among them
 *   Lookahead: 2 + 2 + 7 = 11
 *
 * The tile's share is the one that core-to-core latency asks for: 38.3 to 43 ns between cores of one cluster (m-674,
 * calibration), measured on an M1 Pro.
 */

import type { Choices } from "./cache-choice.ts"
import { dram, lpddr4x4266 } from "./dram.ts"
import { featuresArm } from "./features.ts"
import { frontEndApple } from "./front-ends.ts"
import { interruptArm, linuxArm } from "./linux.ts"
import { invalidationArm, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray, pagingArm } from "./paging.ts"
import { armBroadcast } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesApple } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 4,
  kind: "mesh",
  turbo: 3.2,
  columns: 2,
  rows: 2,
  shootdowns: armBroadcast,
  features: featuresArm.appleM1,
  source: "m-651 (four cores of one cluster); four slices of the system cache and 2x2 stops are assumed",
  confidence: "assumed",
  note: "pages of 4 KB stand for 16 KB, a quarter of the shared L2 for each core's"
}

// The protocol and the system cache: assumed, as on Arm's own cores; Apple publishes nothing.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency and of m-674, see the head of the machine's file"
const reach = "four times the silicon's sets, since pages of 4 KB stand for 16 KB"
const allSizes = assumed(7, [1, 7], "assumed: pages of 2 MB and 1 GB stand for blocks of 32 MB; no row")

/** Apple M1, four Firestorm cores at 3.2 GHz. Throws InvalidInput. */
export function appleM1(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "apple-m1",
    isa: "aarch64",
    memoryModel: "arm",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(3.2, "m-678"),
      turbo: verified(silicon.turbo, "m-678 (one clock for all)"),
      core: {
        width: verified(8, "m-645, m-666"),
        window: verified(623, "m-668 (in-flight renames); m-662 and m-667: about 330 groups of up to 7"),
        lineFillBuffers: assumed(
          48,
          [16, 88],
          "assumed: half of the lines that m-681 and m-680 have in flight; no row"
        ),
        fetchBuffers: assumed(8, [4, 16], "assumed: as m-582 (Neoverse N1); no row"),
        loadQueue: verified(130, "m-670"),
        loads: verified(3, "m-658"),
        loadBytes: verified(16, "m-659 (48 bytes of three)"),
        storeBuffer: secondary(60, [60, 60], "m-671"),
        stores: verified(2, "m-658"),
        storeBytes: verified(32, "m-659"),
        forward: verified(8, "m-660 (7.5)"),
        mispredictPenalty: recalled(13, [9, 16], "recalled: public measurements; m-643 (Cortex-X3) 10 to 11"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 3], "recalled: MUL in public instruction tables; no row"),
        divide: recalled(8, [7, 9], "recalled: SDIV in public instruction tables (7 to 9); no row"),
        vector: recalled(3, [2, 4], "recalled: vector integer 2, FADD 3, FMUL 4 in public instruction tables; no row"),
        fence: assumed(20, [5, 60], "assumed: DMB ISH with an empty store buffer; no row"),
        locked: assumed(
          15,
          [6, 30],
          "assumed: LDADDAL that hits the L1D, as on Neoverse N1; F6-16 gives 7 ns on Skylake"
        ),
        lockedHold: assumed(15, [7, 30], "assumed: as locked; no row has the throughput"),
        serialising: assumed(30, [10, 60], "assumed: ISB refills the pipeline; no row")
      },
      l1i: { sets: verified(512, "m-647 (192 KB)"), ways: verified(6, "m-647") },
      l1d: {
        sets: verified(256, "m-648 (128 KB)"),
        ways: verified(8, "m-648"),
        latency: verified(3, "m-649 (pointers; 4 otherwise)"),
        fill: assumed(0, [0, 64], "assumed: banks take fills and stores at once; Apple publishes none")
      },
      l2: {
        sets: derived(4096, [4096, 16_384], "m-651, m-672 (a quarter of 12 MB, 12 ways)"),
        ways: secondary(12, [12, 12], "m-672"),
        latency: verified(16, "m-650"),
        transfer: assumed(64, [32, 64], "assumed: 64 bytes per cycle; no row"),
        writeBack: assumed(
          0,
          [0, 64],
          "assumed: reads and writes have a bus each, as m-604 lists them for Neoverse N1"
        ),
        missBuffers: derived(88, [48, 128], "m-681, m-680: 58 GB/s x 97 ns / 64 bytes = 88 lines in flight"),
        pipeline: derived(38, [15, 50], `calibration: m-674; ${split.slice("assumed: ".length)}`)
      },
      frontEnd: frontEndApple,
      wholeLines: wholeLinesApple,
      prefetch: {
        nextLine: assumed(0, [0, 1], "assumed: strides of one line cover it; Apple publishes none"),
        strideEntries: assumed(64, [8, 128], "assumed: strides by instruction, as on Arm's own cores; no size"),
        strideDistance: assumed(8, [2, 16], "assumed: covers the L2's latency at two ticks a line; no row"),
        streams: assumed(32, [8, 64], "assumed: the L2 prefetches streams; no size"),
        streamDistance: assumed(32, [8, 64], "assumed: above Intel's 20, with more miss buffers; no row"),
        streamDegree: assumed(2, [1, 4], "assumed: as Intel's; no row"),
        pairs: assumed(0, [0, 1], "assumed: Apple names none")
      },
      llc: {
        slices: layout.slices,
        sets: recalled(2048, [1024, 2048], "m-684 (8 MB) / 4 slices of 16 ways"),
        ways: assumed(16, [8, 16], "assumed: as the system cache of Neoverse N1; no row"),
        pipeline: assumed(7, [4, 60], split),
        snoopFilter: {
          sets: assumed(8192, [4096, 8192], "assumed: two entries per line of the L2s"),
          ways: assumed(12, [8, 16], "assumed: as the L2")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(2, [1, 4], split),
        dataFlits: assumed(3, [2, 5], "assumed: one header and 64 bytes / 32 bytes per flit"),
        clock: assumed(0, [0, 3.2], "assumed: described in ticks of the core; no row"),
        flit: assumed(1, [1, 2], "assumed: 32 bytes per tick"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; no row"),
        fabric: unused("no complexes"),
        socket: unused("one socket")
      },
      memory: dram(lpddr4x4266, 3.2, {
        channels: recalled(8, [4, 8], "m-685: eight channels of 16 bits"),
        ranks: assumed(1, [1, 2], "assumed: one rank a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: recalled(
          56,
          [20, 120],
          "m-680: 96.5 ns x 3.2 GHz = 308.8, less the LLC hit 75, the paths to the channel and back, tRCD, tCL and refreshes"
        ),
        fill: assumed(6, [2, 16], "assumed: share of the DRAM latency, as on Cortex-X3"),
        ticksPerLine: recalled(24, [24, 24], "m-685: 64 bytes / 8.53 GB/s of one channel x 3.2 GHz = 24.0")
      }),
      tlb: {
        itlb: {
          sets: derived(192, [192, 192], "m-653 (192 entries; the organisation is assumed)", reach),
          ways: assumed(4, [1, 192], "assumed: no row gives the organisation of m-653"),
          sizes: allSizes
        },
        itlbLarge: noArray("the ITLB holds all sizes"),
        dtlb: {
          sets: derived(128, [128, 128], "m-652 (32 sets of 5)", reach),
          ways: verified(5, "m-652"),
          sizes: allSizes
        },
        dtlbLarge: noArray("the DTLB holds all sizes"),
        dtlbHuge: noArray("the DTLB holds all sizes"),
        stlb: {
          sets: derived(1024, [1024, 1024], "m-654 (256 sets of 12)", reach),
          ways: verified(12, "m-654"),
          sizes: allSizes
        },
        stlbLarge: noArray("the second level holds all sizes"),
        stlbPenalty: derived(6, [6, 6], "m-664"),
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
