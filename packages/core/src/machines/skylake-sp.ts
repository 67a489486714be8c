/**
 * Skylake-SP, Xeon Gold 5115: ten cores, 13.75 MB LLC on a 5x2 mesh, six channels of DDR4-2400 (the machine of F1a).
 *
 * The tick is a cycle of the core: of the 2.4 GHz base clock unless told otherwise. The mesh has a clock of its own,
 * 2.4 GHz, on the Xeon as on the i9-7900X of the same die, where the LLC latency was measured at a core clock of
 * 3.31 GHz (m-272): its 75.3 cycles are 14 + 16 of the core and (75.3 - 30) x 2.4 / 3.31 = 32.8 of the mesh.
 *
 *   LLC hit:  30 + 32.8 = 62.8 ticks (26.2 ns; 22.7 ns at 3.31 GHz, m-273)
 *     = L2 14 + (2 + 2.1 hops x 2 + 2 + home 14) + (2 + 2.1 hops x 2 + 2 more flits + 2 + tile 16) = 62.4
 *   DRAM:     LLC hit + (74.9 - 22.7) ns x 2.4 GHz = + 125.3 ticks (78 ns in all; m-339 recalls 80 to 90)
 *     = 62.4 + (2 + 2.5 x 2 + 2 + channel 14) + tRCD 34 + tCL 34 + 1 + (2 + 2.5 x 2 + 2 + 2 + home 3) = 168.4,
 *       and refreshes 18.8 on average
 *   Lookahead: 2 + 2 + home 14 = 18
 *
 * Core-to-core latencies (m-317 to m-330) were measured on Cascade Lake parts of the same mesh, one busy pair of cores
 * at a time: at turbo clocks of 3.9 GHz (Gold 6242) and 3.6 GHz (Platinum 8275CL), with the mesh at its 2.4 GHz.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr4x2400, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndSkylake } from "./front-ends.ts"
import { fillIntel, prefetchIntel } from "./intel.ts"
import { interruptPhysical, linuxX86 } from "./linux.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { pagingIntel, remembered } from "./paging.ts"
import { interruptsOnly } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesIntel } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 10,
  kind: "mesh",
  answers: "by home",
  columns: 5,
  rows: 2,
  mostSockets: 4,
  between: "ring",
  turbo: 3.2,
  shootdowns: interruptsOnly,
  features: featuresIntel.skylakeSp,
  source: "m-333, m-308 (ten cores; the layout of the stops is assumed)",
  confidence: "recalled"
}

// The LLC: m-292 (verified). The protocol: MESIF, which is MESI but for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-272, see the head of the machine's file"

/** Skylake-SP Xeon Gold 5115 at 2.4 GHz. Throws InvalidInput. */
export function skylakeSp(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "skylake-sp",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.4, "F1a-06 (machine)"),
      turbo: recalled(silicon.turbo, [3.2, 3.2], "m-333"),
      core: {
        width: verified(4, "m-294"),
        window: verified(224, "m-295"),
        lineFillBuffers: secondary(10, [10, 12], "m-300; m-303 recalls 12"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
        loadQueue: secondary(72, [72, 72], "m-298"),
        loads: verified(2, "m-305"),
        loadBytes: verified(64, "m-305"),
        storeBuffer: secondary(56, [56, 60], "m-299"),
        stores: verified(1, "m-305"),
        storeBytes: verified(64, "m-305"),
        forward: verified(5, "m-306"),
        mispredictPenalty: assumed(16, [14, 20], "assumed: as m-127 (LLVM's model of Haswell)"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(
          26,
          [21, 90],
          "recalled: DIV r32 in public instruction tables (DIV r64 takes 35 to 88); no row"
        ),
        vector: recalled(4, [1, 4], "recalled: FMA and AES rounds; vector integer instructions take 1; no row"),
        fence: verified(33, "m-281 (33.3)"),
        locked: verified(18, "m-278"),
        lockedHold: verified(
          23,
          "m-279 (throughput: of independent locked instructions each waits for the one before to have written)"
        ),
        serialising: assumed(103, [95, 110], "assumed: CPUID between m-106 (99, Haswell) and m-062 (107, Tiger Lake)")
      },
      l1i: {
        sets: recalled(64, [64, 64], "recalled: 32 KB, 8 ways, as m-077 and m-343 before and after it; no row"),
        ways: recalled(8, [8, 8], "recalled: as sets")
      },
      l1d: {
        sets: verified(64, "m-262"),
        ways: verified(8, "m-262"),
        latency: verified(4, "m-269"),
        fill: fillIntel(46, "add-004")
      },
      l2: {
        sets: verified(1024, "m-263"),
        ways: verified(16, "m-263"),
        latency: verified(14, "m-270"),
        transfer: verified(46, "add-004 (46.2 sustained); m-301 has 64 a cycle at most, m-315 recalls 52 sustained"),
        writeBack: assumed(46, [46, 64], "assumed: as transfer; the 64 bytes per cycle of m-301 are of one bus"),
        missBuffers: verified(32, "m-304"),
        pipeline: assumed(16, [10, 25], split)
      },
      frontEnd: frontEndSkylake,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: verified(2048, "m-291 (1.375 MB, 11 ways)"),
        ways: verified(11, "m-291"),
        pipeline: assumed(14, [8, 30], split),
        snoopFilter: {
          sets: recalled(2048, [2048, 2048], "recalled: Yan et al., Attack Directories, Not Caches, S&P 2019; no row"),
          ways: recalled(12, [12, 12], "recalled: as sets (12 ways beside 11 of the LLC)")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(2, [1, 3], `${split}; m-338 recalls 1 mesh cycle up or down, 2 sideways`),
        dataFlits: assumed(
          3,
          [2, 3],
          "assumed: one header and 64 bytes / 32 bytes per cycle; m-316 recalls 16 at the core"
        ),
        clock: recalled(2.4, [1.8, 2.4], "m-337; recalled: the mesh of the i9-7900X of m-272 runs at 2.4 GHz"),
        flit: assumed(1, [1, 2], "assumed: 32 bytes per cycle; m-316 recalls 16 at the core"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
        fabric: unused("no complexes"),
        socket: {
          latency: assumed(40, [25, 50], "assumed: half of what m-321 has over m-318, less the ways to the gateways"),
          flit: recalled(1.5, [1.5, 3], "recalled: UPI carries 10.4 GT/s x 2 bytes = 20.8 GB/s, 32 bytes in 1.54 ns")
        }
      },
      memory: dram(ddr4x2400, 2.4, {
        channels: recalled(6, [2, 6], "m-334"),
        ranks: assumed(2, [1, 4], "assumed: 192 GB (F1a-06) as twelve modules of 16 GB, two ranks each"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          1,
          [1, 35],
          "m-274 - m-273 = 52.2 ns x 2.4 GHz = 125.3, less the paths to the channel 23 and back 14, tRCD, tCL and refreshes 18.8: little, because the machine measured may have had faster modules"
        ),
        fill: assumed(3, [1, 27], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: recalled(8, [7, 8], "m-334: 64 bytes / 19.2 GB/s x 2.4 GHz = 8.0")
      }),
      tlb: {
        itlb: {
          sets: verified(8, "F6-18 (64 entries)"),
          ways: verified(8, "F6-18"),
          sizes: verified(1, "F6-18")
        },
        itlbLarge: remembered(1, 8, 2, "8 entries of 2 MB in Intel's optimisation manual for Skylake; no row"),
        dtlb: { sets: verified(16, "m-265 (64 entries)"), ways: verified(4, "m-265"), sizes: verified(1, "m-265") },
        dtlbLarge: {
          sets: verified(8, "m-266, F6-18 (32 entries)"),
          ways: verified(4, "m-266"),
          sizes: verified(2, "m-266")
        },
        dtlbHuge: {
          sets: verified(1, "F6-18 (4 entries)"),
          ways: verified(4, "F6-18"),
          sizes: verified(4, "F6-18")
        },
        stlb: {
          sets: verified(128, "m-267 (1536 entries)"),
          ways: verified(12, "m-267"),
          sizes: verified(3, "m-267 (4 KB and 2 MB)")
        },
        stlbLarge: {
          sets: verified(4, "m-268 (16 entries)"),
          ways: verified(4, "m-268"),
          sizes: verified(4, "m-268 (1 GB)")
        },
        stlbPenalty: derived(9, [8, 10], "m-276"),
        walkers: secondary(2, [2, 2], "m-313"),
        ...pagingIntel
      },
      interrupt: interruptPhysical,
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
