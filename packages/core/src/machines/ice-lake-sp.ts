/**
 * Ice Lake-SP, Xeon Platinum 8375C: 32 cores on a mesh, eight channels of DDR4-3200, in one or two sockets (the machine
 * of m-362 to m-368). Its 54 MB of LLC are 36 slices; here each core has one, 48 MB.
 *
 * The tick is a cycle of the core, of the 2.9 GHz base clock unless told otherwise; the mesh has a clock of its own,
 * 2.4 GHz. Latencies were measured at the turbo clock of 3.5 GHz.
 *
 *   LLC hit:  25 ns (m-370) x 3.5 GHz = 87.5 ticks
 *     = L2 14 + 1.46 x (2 + 3.9 hops x 2 + 2 + home 6) + 1.46 x (2 + 3.9 hops x 2 + 2 more flits + 2) + tile 28 = 88
 *   DRAM:     LLC hit + (90 - 25) ns x 2.9 GHz = + 188.5 ticks (m-382 recalls 85 to 95), refreshes among them
 *   Lookahead: 1.21 x (2 + 2 + 6) = 12
 *
 * Home and tile share what the LLC's latency leaves: the home gets little more than run-ahead needs, since
 * core-to-core latencies ask for more than a tile can get. The sum reaches the median of m-363 to 15 per cent.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr4x3200, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndSunnyCove } from "./front-ends.ts"
import { fillIntel, prefetchIntel } from "./intel.ts"
import { interruptX86, linuxX86 } from "./linux.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { pagingIntel, remembered } from "./paging.ts"
import { interruptsOnly } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesIntel } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 32,
  kind: "mesh",
  answers: "by home",
  columns: 8,
  rows: 4,
  mostSockets: 2,
  turbo: 3.5,
  shootdowns: interruptsOnly,
  features: featuresIntel.iceLakeSp,
  source: "m-362, m-380 (32 cores on a mesh; the layout of the stops is assumed)",
  confidence: "recalled"
}

// The LLC: as m-292 (Skylake-SP). The protocol: MESIF, which is MESI but for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-370, see the head of the machine's file"

/** Ice Lake-SP Xeon Platinum 8375C at 2.9 GHz, in one or two sockets. Throws InvalidInput. */
export function iceLakeSp(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "ice-lake-sp",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2.9, [2.9, 2.9], "recalled: Intel ARK, 8375C; no row"),
      turbo: recalled(silicon.turbo, [3.5, 3.5], "recalled: Intel ARK, 8375C; no row"),
      core: {
        width: verified(5, "m-371"),
        window: verified(352, "m-372"),
        lineFillBuffers: secondary(12, [10, 16], "m-375"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
        loadQueue: secondary(128, [128, 128], "m-373"),
        loads: verified(2, "m-008 (the same core)"),
        loadBytes: recalled(64, [32, 64], "m-066 (the same core)"),
        storeBuffer: secondary(72, [64, 72], "m-374"),
        stores: recalled(2, [1, 2], "m-067, m-068 (the same core; two only into the same line)"),
        storeBytes: recalled(64, [32, 64], "m-068 (the same core)"),
        forward: verified(5, "m-009 (the same core)"),
        mispredictPenalty: recalled(17, [14, 20], "m-073"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(18, [12, 18], "recalled: DIV r64 of Sunny Cove in public instruction tables; no row"),
        vector: recalled(4, [1, 4], "recalled: FMA; vector integer instructions take 1, AES rounds 3; no row"),
        fence: verified(36, "m-353 (36.2)"),
        locked: verified(20, "m-350"),
        lockedHold: derived(20, [18, 25], "m-350: as the latency, for the throughput of m-351 is below it"),
        serialising: assumed(107, [95, 110], "assumed: CPUID as m-062 (Tiger Lake, the same core)")
      },
      l1i: {
        sets: verified(64, "m-343"),
        ways: verified(8, "m-343")
      },
      l1d: {
        sets: verified(64, "m-342"),
        ways: verified(12, "m-342"),
        latency: verified(5, "m-031 (5.2; the same core)"),
        fill: fillIntel(46, "add-007")
      },
      l2: {
        sets: verified(1024, "m-344"),
        ways: verified(20, "m-344"),
        latency: derived(14, [14, 14], "m-369"),
        transfer: verified(46, "add-007 (46.1 sustained); m-022 has 64 a cycle at most"),
        writeBack: assumed(46, [46, 64], "assumed: as transfer; the 64 bytes per cycle of m-022 are of one bus"),
        missBuffers: secondary(32, [32, 48], "m-376; m-381 recalls 48"),
        pipeline: assumed(28, [10, 40], split)
      },
      frontEnd: frontEndSunnyCove,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: verified(2048, "m-345 (1.5 MB a slice, 12 ways)"),
        ways: verified(12, "m-345"),
        pipeline: assumed(6, [4, 30], split),
        snoopFilter: {
          sets: assumed(2048, [2048, 4096], "assumed: 1.6 entries per line of the L2s; Skylake-SP has 1.5"),
          ways: assumed(16, [12, 20], "assumed: as sets")
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
        clock: recalled(2.4, [1.8, 2.4], "m-337 (Skylake-SP); recalled: no faster in Ice Lake-SP"),
        flit: assumed(1, [1, 2], "assumed: 32 bytes per cycle; m-316 recalls 16 at the core"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
        fabric: unused("no complexes"),
        socket: {
          latency: derived(25, [15, 35], "calibration: (m-366 - m-363) / 2 = 28.3 ns, less the ways to the gateways"),
          flit: recalled(1.43, [1, 3], "recalled: UPI carries 11.2 GT/s x 2 bytes = 22.4 GB/s, 32 bytes in 1.43 ns")
        }
      },
      memory: dram(ddr4x3200, 2.9, {
        channels: verified(8, "m-378"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: recalled(
          34,
          [10, 60],
          "m-382 - m-370 = 65 ns x 2.9 GHz = 188.5, less the paths to the channel and back, tRCD, tCL and refreshes"
        ),
        fill: assumed(3, [1, 27], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: derived(7, [7, 8], "m-379: 64 bytes / 25.6 GB/s x 2.9 GHz = 7.3")
      }),
      tlb: {
        itlb: {
          sets: verified(16, "m-030 (128 entries; the same core)"),
          ways: verified(8, "m-030"),
          sizes: verified(1, "m-030")
        },
        itlbLarge: remembered(
          1,
          8,
          2,
          "8 entries of 2 MB in CPUID leaf 18H of Ice Lake, one generation before; no row"
        ),
        dtlb: { sets: verified(16, "m-346 (64 entries)"), ways: verified(4, "m-346"), sizes: verified(1, "m-346") },
        dtlbLarge: {
          sets: verified(8, "m-347 (32 entries)"),
          ways: verified(4, "m-347"),
          sizes: verified(2, "m-347")
        },
        dtlbHuge: remembered(1, 8, 4, "8 entries of 1 GB in Intel's optimisation manual for Ice Lake; no row", {
          ways: [4, 8]
        }),
        stlb: {
          sets: verified(128, "m-349 (1024 entries)"),
          ways: verified(8, "m-349"),
          sizes: verified(3, "m-349 (4 KB and 2 MB)")
        },
        stlbLarge: {
          sets: verified(128, "m-349 (1024 more entries)"),
          ways: verified(8, "m-349"),
          sizes: verified(5, "m-349 (4 KB and 1 GB)")
        },
        stlbPenalty: derived(7, [6, 8], "m-041 (the same core)"),
        walkers: recalled(2, [1, 4], "m-069 (the same core)"),
        ...pagingIntel
      },
      interrupt: interruptX86,
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
