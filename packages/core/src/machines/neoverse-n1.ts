/**
 * Neoverse N1: Graviton2 (64 cores, 32 MB system cache, eight channels) and Morello (four N1-derived cores, 8 MB).
 * One core, two machines: what differs is the mesh, the LLC and the memory.
 *
 * The tick is the 2.5 GHz core clock. It is the only one (no turbo), so all latencies were measured at it, and the
 * mesh, which has a clock of its own in silicon (m-575: 1.8 GHz in an Altra), is described in ticks of the core.
 *
 *   Graviton2  LLC hit:  32.5 ns (m-609 recalls 30 to 35) x 2.5 GHz = 81.25 ticks
 *     = L2 11 + (2 + 5.25 hops x 2 + 2 + home 23) + (2 + 5.25 hops x 2 + 2 more flits + 2 + tile 16) = 81
 *              DRAM:     81 ns (m-599) x 2.5 GHz = 202.5 ticks
 *     = 81 + (2 + 6.125 x 2 + 2 + channel 10) + tRCD 34 + tCL 34 + 3 + (2 + 6.125 x 2 + 2 + 2 + home 6) = 202.5;
 *       refreshes come on top: the row is an estimate of the structure, not a mean
 *   Morello    LLC hit:  taken as Graviton2's time: 81.25 ticks
 *     = L2 11 + (2 + 1 hop x 2 + 2 + home 38) + (2 + 1 hop x 2 + 2 more flits + 2 + tile 18) = 81
 *              DRAM:     100 ns (F6-33 recalls "100+") x 2.5 GHz = 250 ticks
 *     = 81 + (2 + 2 + 2 + channel 18) + tRCD 36 + tCL 36 + 37 + (2 + 2 + 2 + 2 + home 8) = 230,
 *       and refreshes 19.6 on average
 *   Lookahead: 2 + 2 + 10 = 14 and 2 + 2 + 18 = 22
 *
 * The cluster L3 of Morello (1 MB for two cores, F6-32) isn't modelled: a miss of the L2 goes to the system cache.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr4x2666, ddr4x3200, dram } from "./dram.ts"
import { featuresArm } from "./features.ts"
import { frontEndNeoverseN1 } from "./front-ends.ts"
import { interruptArm, linuxArm } from "./linux.ts"
import { invalidationArm, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray, pagingArm } from "./paging.ts"
import { armBroadcast } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesArm } from "./whole-lines.ts"

const graviton: Silicon = {
  cores: 64,
  kind: "mesh",
  turbo: 2.5,
  columns: 8,
  rows: 8,
  shootdowns: armBroadcast,
  features: featuresArm.neoverseN1,
  source: "recalled: Graviton2 has 64 cores; one slice of the system cache per core and 8x8 stops are assumed",
  confidence: "recalled"
}

const rainier: Silicon = {
  cores: 4,
  kind: "mesh",
  turbo: 2.5,
  columns: 2,
  rows: 2,
  shootdowns: armBroadcast,
  features: featuresArm.morello,
  source: "F6-31, m-614 (four cores); one slice of the system cache per core and 2x2 stops are assumed",
  confidence: "assumed"
}

// The core's protocol: Arm's manual of Cortex-A76, which N1 derives from (A6.2.5, MESI). The system cache of CMN-600
// keeps what several cores share and takes what one evicts: recalled from its manual.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-609, see the head of the machine's file"

const core = {
  width: secondary(4, [4, 8], "m-578 (decode); m-579 gives 8 micro-operations of issue"),
  window: verified(128, "m-591"),
  lineFillBuffers: secondary(20, [12, 24], "m-580"),
  fetchBuffers: secondary(8, [4, 12], "m-582"),
  loadQueue: verified(56, "m-573 (effective); m-583 gives 68"),
  loads: secondary(2, [2, 2], "m-605"),
  loadBytes: secondary(16, [16, 16], "m-605"),
  storeBuffer: verified(44, "m-572 (effective); m-584 gives 72"),
  stores: assumed(2, [1, 2], "assumed: the 32 bytes of m-606 are two stores of 16"),
  storeBytes: secondary(
    16,
    [16, 32],
    "Arm's optimisation guide of the N1, as LLVM has it (AArch64SchedNeoverseN1.td: STR of Q two micro-operations, STP of Q four, of X two, for two load and store pipes); m-606 has an interface of 32"
  ),
  forward: assumed(5, [4, 6], "assumed: one tick above the L1D's latency"),
  mispredictPenalty: verified(11, "m-593"),
  mispredictPerMillion: assumed(10_000, [2_000, 50_000], "assumed: one branch in a hundred; depends on the program"),
  multiply: recalled(
    3,
    [2, 4],
    "recalled: MUL of W registers 2, of X registers 4, in Arm's optimisation guide; no row"
  ),
  divide: recalled(12, [5, 20], "recalled: SDIV takes 5 to 20 by operand, in Arm's optimisation guide; no row"),
  vector: recalled(3, [2, 4], "recalled: vector integer 2, FMUL 3, FMA 4, in Arm's optimisation guide; no row"),
  fence: assumed(20, [5, 60], "assumed: DMB ISH with an empty store buffer; no row"),
  locked: assumed(15, [8, 30], "assumed: LDADDAL that hits the L1D; F6-16 gives about 7 ns on Skylake; no row for Arm"),
  lockedHold: assumed(15, [7, 30], "assumed: as locked; no row has the throughput"),
  serialising: assumed(30, [10, 60], "assumed: ISB refills the pipeline, two to three times m-593; no row")
}

const l1i = { sets: verified(256, "m-586 (64 KB)"), ways: verified(4, "m-586") }
const l1d = {
  sets: verified(256, "m-587 (64 KB)"),
  ways: verified(4, "m-587"),
  latency: verified(4, "m-588, m-592"),
  fill: assumed(0, [0, 64], "assumed: banks take fills and stores at once; Arm publishes none")
}
const l2 = {
  sets: verified(2048, "m-600, m-589 (1 MB, 8 ways)"),
  ways: verified(8, "m-589"),
  latency: verified(11, "m-600; m-590 gives 9 to 11"),
  transfer: verified(19, "m-570 (19.28 measured); m-604 gives an interface of 32 bytes per cycle"),
  writeBack: secondary(0, [0, 32], "m-604 (reads and writes have 32 bytes per cycle each)"),
  missBuffers: secondary(46, [46, 46], "m-581")
}
const prefetch = {
  nextLine: assumed(0, [0, 1], "assumed: strides of one line cover it; Arm publishes none"),
  strideEntries: assumed(
    32,
    [8, 64],
    "assumed: the L1D's prefetcher follows strides by instruction; Arm gives no size"
  ),
  strideDistance: assumed(4, [1, 8], "assumed: covers most of the L2's latency; Arm publishes none"),
  streams: assumed(16, [8, 64], "assumed: the L2 prefetches streams; Arm gives no size"),
  streamDistance: assumed(20, [8, 32], "assumed: as Intel's; Arm publishes none"),
  streamDegree: assumed(2, [1, 4], "assumed: as Intel's; Arm publishes none"),
  pairs: assumed(0, [0, 1], "assumed: Arm names none")
}
const allSizes = recalled(
  7,
  [7, 7],
  "recalled: blocks of 2 MB and 1 GB beside 4 KB pages, in Arm's manual of the core; no row"
)
const tlb = {
  itlb: {
    sets: verified(1, "F6-28 (48 entries, fully associative)"),
    ways: verified(48, "F6-28"),
    sizes: allSizes
  },
  itlbLarge: noArray("the ITLB holds all sizes"),
  dtlb: {
    sets: verified(1, "m-567, F6-28 (48 entries, fully associative)"),
    ways: verified(48, "m-567"),
    sizes: allSizes
  },
  dtlbLarge: noArray("the DTLB holds all sizes"),
  dtlbHuge: noArray("the DTLB holds all sizes"),
  stlb: {
    sets: verified(256, "m-568 (1280 entries)"),
    ways: secondary(5, [5, 5], "m-603, F6-28"),
    sizes: allSizes
  },
  stlbLarge: noArray("the L2 TLB holds all sizes"),
  stlbPenalty: verified(5, "m-569"),
  walkers: recalled(4, [1, 4], "m-617"),
  ...pagingArm
}
const network = {
  injection: assumed(2, [1, 4], split),
  ejection: assumed(2, [1, 4], split),
  hop: assumed(2, [1, 4], `${split}; m-575: the mesh of an Altra runs at 1.8 GHz`),
  dataFlits: assumed(3, [2, 5], "assumed: one header and 64 bytes / 32 bytes per flit"),
  clock: assumed(0, [0, 2], "assumed: described in ticks of the core; m-575 gives 1.8 in an Altra"),
  flit: assumed(1, [1, 2], "assumed: 32 bytes per tick"),
  buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Arm publishes none"),
  fabric: unused("no complexes"),
  socket: unused("one socket")
}

/** Neoverse N1 as in Graviton2 at 2.5 GHz. Throws InvalidInput. */
export function neoverseN1(options: MachineOptions = {}): Machine {
  const choice = chosen(graviton, options, usual)
  const layout = layoutOf(graviton, choice.tiles, choice.sockets)
  return {
    name: "neoverse-n1",
    isa: "aarch64",
    memoryModel: "arm",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2.5, [2.5, 3.3], "m-607"),
      turbo: recalled(graviton.turbo, [2.5, 3.3], "m-607; one clock for all"),
      core,
      l1i,
      l1d,
      l2: { ...l2, pipeline: assumed(16, [10, 25], split) },
      frontEnd: frontEndNeoverseN1,
      wholeLines: wholeLinesArm,
      prefetch,
      llc: {
        slices: layout.slices,
        sets: recalled(512, [256, 1024], "m-608 (32 MB) / 64 slices of 16 ways"),
        ways: recalled(16, [8, 16], "recalled: the system cache of CMN-600 has 16 ways; no row"),
        pipeline: assumed(23, [15, 35], split),
        snoopFilter: {
          sets: assumed(2048, [1024, 4096], "assumed: as the L2"),
          ways: recalled(16, [16, 16], "recalled: the snoop filter of CMN-600 has 16 ways; no row")
        }
      },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x3200, 2.5, {
        channels: verified(8, "m-601"),
        ranks: assumed(2, [1, 4], "assumed: two ranks a channel"),
        pipeline: assumed(
          10,
          [5, 20],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          3,
          [1, 30],
          "m-599: 81 ns x 2.5 GHz = 202.5, less the LLC hit 81, the paths to the channel 26.25 and back 24.25, tRCD and tCL: little, because the network asks memory before the system cache has missed"
        ),
        fill: assumed(6, [2, 23], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: derived(6, [6, 7], "m-601: 64 bytes / 25.6 GB/s x 2.5 GHz = 6.25")
      }),
      tlb,
      interrupt: interruptArm,
      kernel: linuxArm,
      lazyShootdown,
      remoteInvalidation: invalidationArm
    })
  }
}

/** Morello at 2.5 GHz. Throws InvalidInput. */
export function morello(options: MachineOptions = {}): Machine {
  const choice = chosen(rainier, options, usual)
  const layout = layoutOf(rainier, choice.tiles, choice.sockets)
  return {
    name: "morello",
    isa: "aarch64",
    memoryModel: "arm",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.5, "F6-31"),
      turbo: recalled(rainier.turbo, [2.5, 2.5], "m-615; one clock for all"),
      core,
      l1i,
      l1d,
      l2: { ...l2, pipeline: assumed(18, [10, 25], split) },
      frontEnd: frontEndNeoverseN1,
      wholeLines: wholeLinesArm,
      prefetch,
      llc: {
        slices: layout.slices,
        sets: recalled(2048, [1024, 2048], "m-616 (8 MB) / 4 slices of 16 ways"),
        ways: recalled(16, [8, 16], "recalled: the system cache of CMN-600 has 16 ways; no row"),
        pipeline: assumed(38, [20, 80], `${split}; no latency of Morello's own is published`),
        snoopFilter: {
          sets: assumed(2048, [1024, 4096], "assumed: as the L2"),
          ways: recalled(16, [16, 16], "recalled: the snoop filter of CMN-600 has 16 ways; no row")
        }
      },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x2666, 2.5, {
        channels: recalled(2, [1, 2], "m-613 (N1SDP, the same board)"),
        ranks: assumed(1, [1, 2], "assumed: one rank a channel"),
        pipeline: assumed(
          18,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: recalled(
          37,
          [10, 120],
          "F6-33: 100 ns x 2.5 GHz = 250, less the LLC hit 81, the paths to the channel 24 and back 16, tRCD, tCL and refreshes 19.6"
        ),
        fill: assumed(8, [2, 38], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: recalled(8, [6, 8], "m-613: 64 bytes / 21.3 GB/s x 2.5 GHz = 7.5")
      }),
      tlb,
      interrupt: interruptArm,
      kernel: linuxArm,
      lazyShootdown,
      remoteInvalidation: invalidationArm
    })
  }
}
