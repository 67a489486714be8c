/**
 * Tiger Lake i7-1165G7: four Willow Cove cores, 12 MB LLC, two channels of DDR4-3200 (the machine of F1a-43).
 *
 * The tick is a cycle of the core: of the 2.8 GHz base clock unless told otherwise. The ring follows the core's clock,
 * so the LLC hit keeps the cycles of m-034, measured with turbo off at 2.42 GHz; memory keeps its time.
 *
 *   LLC hit:  69.8 ticks (m-034 - m-041: each load of it misses the DTLB)
 *     = L2 14 + (2 + 1 hop x 2 + 2 + home 24) + (2 + 1 hop x 2 + 2 more flits + 2 + tile 18) = 70
 *   DRAM:     LLC hit + (136.0 - 31.7) ns x 2.8 GHz = + 292.0 ticks
 *     = 70 + (2 + 2 + 2 + channel 20) + tRCD 39 + tCL 39 + 148 + (2 + 2 + 2 + 2 + home 10) = 340,
 *       and refreshes 22.0 on average
 *   Lookahead: 2 + 2 + 18 = 22
 *
 * Core-to-core latencies (m-045 to m-048) were measured with one busy pair of cores: at the turbo clock of 4.7 GHz.
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
  cores: 4,
  kind: "ring",
  answers: "by home",
  columns: 4,
  rows: 1,
  turbo: 4.7,
  shootdowns: interruptsOnly,
  features: featuresIntel.tigerLake,
  source: "m-005, m-043 (four cores, four slices; one ring of four stops for the dual one)",
  confidence: "recalled"
}

// The LLC and its probe filter: m-012 (verified). The protocol: MESIF, which is MESI but for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-034, see the head of the machine's file"

/** Tiger Lake i7-1165G7 at 2.8 GHz. Throws InvalidInput. */
export function tigerLake(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "tiger-lake",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.8, "m-001"),
      turbo: recalled(silicon.turbo, [4.7, 4.7], "m-002"),
      core: {
        width: verified(5, "m-006, m-014"),
        window: verified(352, "m-013"),
        lineFillBuffers: secondary(12, [10, 16], "m-019"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
        loadQueue: secondary(128, [128, 128], "m-017"),
        loads: verified(2, "m-008"),
        loadBytes: recalled(64, [32, 64], "m-066"),
        storeBuffer: secondary(72, [64, 72], "m-018"),
        stores: recalled(2, [1, 2], "m-067, m-068 (two only into the same line)"),
        storeBytes: recalled(64, [32, 64], "m-068"),
        forward: verified(5, "m-009"),
        mispredictPenalty: recalled(17, [14, 20], "m-073"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(18, [12, 18], "recalled: DIV r64 of Sunny Cove in public instruction tables; no row"),
        vector: recalled(4, [1, 4], "recalled: FMA; vector integer instructions take 1, AES rounds 3; no row"),
        fence: verified(37, "m-053 (36.6)"),
        locked: verified(21, "m-049 (21.2)"),
        lockedHold: derived(21, [19, 26], "m-049: as the latency, for the throughput of m-050 is below it"),
        serialising: verified(107, "m-062")
      },
      l1i: { sets: verified(64, "m-024"), ways: verified(8, "m-024") },
      l1d: {
        sets: verified(64, "m-023"),
        ways: verified(12, "m-023"),
        latency: verified(5, "m-031 (5.2)"),
        fill: fillIntel(46, "add-007 (Ice Lake-SP: the same core)")
      },
      l2: {
        sets: verified(1024, "m-025"),
        ways: verified(20, "m-025"),
        latency: verified(14, "m-010; m-032 gives 14.6 with 4 KB pages"),
        transfer: derived(
          46,
          [44, 64],
          "add-007 (Ice Lake-SP: the same core and bus); m-022 has 64 a cycle at most, m-063 recalls 48 sustained"
        ),
        writeBack: assumed(46, [46, 64], "assumed: as transfer; the 64 bytes per cycle of m-022 are of one bus"),
        missBuffers: secondary(32, [32, 48], "m-020"),
        pipeline: assumed(18, [10, 25], split)
      },
      frontEnd: frontEndSunnyCove,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: verified(4096, "m-042 (3 MB, 12 ways)"),
        ways: verified(12, "m-042"),
        pipeline: assumed(24, [4, 38], `${split}; m-044 recalls 48 to 50 cycles at turbo, which would leave 4`),
        snoopFilter: {
          sets: assumed(4096, [2048, 4096], "assumed: one set for each of the slice's"),
          ways: assumed(8, [6, 16], "assumed: 1.6 entries per line of the L2s; Skylake-SP has 1.5")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(2, [1, 3], split),
        dataFlits: recalled(3, [2, 3], "m-065: one header and 64 bytes / 32 bytes per cycle"),
        clock: assumed(0, [0, 4.7], "assumed: the ring follows the core's clock, as in the client parts before it"),
        flit: recalled(1, [1, 2], "m-065: 32 bytes per cycle"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
        fabric: unused("no complexes"),
        socket: unused("one socket")
      },
      memory: dram(ddr4x3200, 2.8, {
        channels: derived(2, [1, 2], "m-071 (dual channel DDR4-3200)"),
        ranks: assumed(1, [1, 2], "assumed: one rank of soldered devices a channel"),
        pipeline: assumed(
          20,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          148,
          [120, 180],
          "m-036 - m-035 = 104.3 ns x 2.8 GHz = 292.0, less the paths to the channel 26 and back 18, tRCD, tCL and refreshes 22.0"
        ),
        fill: assumed(10, [2, 41], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: derived(7, [5, 8], "m-071: 64 bytes / 25.6 GB/s x 2.8 GHz = 7.0; m-070 (LPDDR4X) gives 5.2")
      }),
      tlb: {
        itlb: {
          sets: verified(16, "m-030 (128 entries)"),
          ways: verified(8, "m-030"),
          sizes: verified(1, "m-030")
        },
        itlbLarge: remembered(
          1,
          8,
          2,
          "8 entries of 2 MB in CPUID leaf 18H of Ice Lake, one generation before; no row"
        ),
        dtlb: { sets: verified(16, "m-026 (64 entries)"), ways: verified(4, "m-026"), sizes: verified(1, "m-026") },
        dtlbLarge: {
          sets: verified(8, "m-027 (32 entries)"),
          ways: verified(4, "m-027"),
          sizes: verified(2, "m-027")
        },
        dtlbHuge: remembered(1, 8, 4, "8 entries of 1 GB in Intel's optimisation manual for Ice Lake; no row", {
          ways: [4, 8]
        }),
        stlb: {
          sets: verified(128, "m-029 (1024 entries)"),
          ways: verified(8, "m-029"),
          sizes: verified(3, "m-029 (4 KB and 2 MB)")
        },
        stlbLarge: {
          sets: verified(128, "m-029 (1024 more entries)"),
          ways: verified(8, "m-029"),
          sizes: verified(5, "m-029 (4 KB and 1 GB)")
        },
        stlbPenalty: derived(7, [6, 8], "m-041"),
        walkers: recalled(2, [1, 4], "m-069"),
        ...pagingIntel
      },
      interrupt: interruptX86,
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
