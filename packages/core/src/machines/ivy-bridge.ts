/**
 * Ivy Bridge: Core i5-3320M (two cores at 2.6 GHz, the machine of F5-58 to F5-64) and Xeon E7-8870 v2 (15 cores at
 * 2.3 GHz, in eight sockets the larger machine of F5-01, Linux 4.10). One core, two machines.
 *
 * The tick is a cycle of the core, and the ring follows it: up to this generation it runs at the fastest core's clock
 * (hofmann.id, Memory Bandwidth on Haswell-EP). The latencies were measured on an i7-3770K of four slices at 3.5 GHz.
 *
 *   LLC hit, i7-3770K:  35.9 ticks (m-229)
 *     = L2 12 + (1 + 1 hop x 1 + 1 + home 8) + (1 + 1 hop x 1 + 1 + 2 more flits + tile 8) = 36
 *   LLC hit, i5-3320M:  35: half a hop less each way
 *   DRAM:     LLC hit + (57.9 - 10.3) ns x 2.6 GHz = + 123.8 ticks (m-231, m-230), refreshes among them
 *   Lookahead: 1 + 1 + 8 = 10
 *
 * m-210 to m-215 give 26 to 34 cycles on an i7-3770 of the same four slices, by another method: a hop is theirs.
 * The E7's fifteen slices lie in three columns of a ring that crosses between them, here one ring of two cycles a hop;
 * no row gives its latencies: LLC 49 ticks and DRAM 130 ns are assumed.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr3x1600, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndIvyBridge } from "./front-ends.ts"
import { fillIntel, prefetchIntel } from "./intel.ts"
import { interruptX86, linuxX86 } from "./linux.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray, pagingIntel, remembered } from "./paging.ts"
import { interruptsOnly } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, unused, verified } from "./value.ts"
import { wholeLinesIntel } from "./whole-lines.ts"

const mobile: Silicon = {
  cores: 2,
  kind: "ring",
  answers: "by home",
  columns: 2,
  rows: 1,
  turbo: 3.3,
  shootdowns: interruptsOnly,
  features: featuresIntel.ivyBridge,
  source: "m-256, m-260 (two cores, two slices, ring)",
  confidence: "recalled"
}

const server: Silicon = {
  cores: 15,
  kind: "ring",
  answers: "by home",
  columns: 15,
  rows: 1,
  mostSockets: 8,
  between: "cube",
  turbo: 2.9,
  shootdowns: interruptsOnly,
  features: featuresIntel.ivyBridge,
  source: "F5-01 (fifteen cores a socket); recalled: one slice each; one ring stands for three columns",
  confidence: "recalled"
}

// The LLC: recalled from Intel's manuals, inclusive on every ring. The protocol: MESIF, which is MESI but for the one
// sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "inclusive" }

const split = "assumed: share of the LLC latency m-229, see the head of the machine's file"

const core = {
  width: verified(4, "m-244"),
  window: verified(168, "m-245"),
  lineFillBuffers: recalled(10, [10, 10], "m-250"),
  fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
  loadQueue: recalled(64, [64, 64], "m-248"),
  loads: recalled(2, [2, 2], "m-252"),
  loadBytes: recalled(16, [16, 16], "m-252"),
  storeBuffer: recalled(36, [36, 36], "m-249"),
  stores: recalled(1, [1, 1], "m-253"),
  storeBytes: recalled(16, [16, 16], "m-253"),
  forward: recalled(5, [5, 6], "recalled: as m-115 (Haswell: 5 to 6)"),
  mispredictPenalty: recalled(15, [14, 20], "recalled: public instruction tables for Sandy Bridge; m-127 (Haswell) 16"),
  mispredictPerMillion: assumed(10_000, [2_000, 50_000], "assumed: one branch in a hundred; depends on the program"),
  multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
  divide: recalled(26, [19, 95], "recalled: DIV r32 in public instruction tables (DIV r64 takes 30 to 95); no row"),
  vector: recalled(5, [1, 8], "recalled: FMUL; vector integer instructions take 1, AES rounds 8; no row"),
  fence: verified(36, "m-236 (36.3; i7-3770K)"),
  locked: verified(22, "m-234 (i7-3770K)"),
  lockedHold: verified(
    25,
    "m-235 (throughput: of independent locked instructions each waits for the one before to have written)"
  ),
  serialising: verified(101, "m-243 (i7-3770K)")
}
const caches = {
  l1i: {
    sets: recalled(64, [64, 64], "recalled: 32 KB, 8 ways, as m-077 (Haswell); no row"),
    ways: recalled(8, [8, 8], "recalled: as sets")
  },
  l1d: {
    sets: verified(64, "m-220"),
    ways: verified(8, "m-220"),
    latency: verified(4, "m-217, m-227"),
    fill: fillIntel(32, "m-254")
  },
  l2: {
    sets: verified(512, "m-221"),
    ways: verified(8, "m-221"),
    latency: verified(12, "m-218, m-228"),
    transfer: recalled(32, [32, 32], "m-254 (32 bytes per cycle)"),
    writeBack: assumed(32, [32, 64], "assumed: as transfer; the 32 bytes per cycle of m-254 are of one bus"),
    missBuffers: recalled(16, [16, 16], "m-251"),
    pipeline: assumed(8, [4, 20], split)
  }
}
const llc = {
  pipeline: assumed(8, [4, 20], split),
  snoopFilter: {
    sets: assumed(1, [1, 1], "assumed: unused, the inclusive LLC's tags are the filter"),
    ways: assumed(1, [1, 1], "assumed: unused, as sets")
  }
}
const network = {
  injection: assumed(1, [1, 4], split),
  ejection: assumed(1, [1, 4], split),
  dataFlits: recalled(3, [2, 3], "recalled: one header and 64 bytes / 32 bytes per cycle (m-312, client Skylake)"),
  clock: recalled(0, [0, 3.3], "recalled: the ring runs at the fastest core's clock (hofmann.id); no row"),
  flit: recalled(1, [1, 2], "recalled: 32 bytes per cycle (m-312, client Skylake)"),
  buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
  fabric: unused("no complexes")
}
const tlb = {
  itlb: { sets: verified(16, "m-226 (64 entries)"), ways: verified(4, "m-226"), sizes: verified(1, "m-226") },
  itlbLarge: remembered(1, 8, 2, "8 entries of 2 MB in Intel's optimisation manual for Sandy Bridge; no row"),
  dtlb: { sets: verified(16, "m-223 (64 entries)"), ways: verified(4, "m-223"), sizes: verified(1, "m-223") },
  dtlbLarge: { sets: verified(8, "m-224 (32 entries)"), ways: verified(4, "m-224"), sizes: verified(2, "m-224") },
  dtlbHuge: remembered(1, 4, 4, "4 entries of 1 GB in Intel's optimisation manual for Sandy Bridge; no row"),
  stlb: {
    sets: verified(128, "m-225, F5-19 (512 entries)"),
    ways: verified(4, "m-225"),
    sizes: verified(1, "m-225 (4 KB only)")
  },
  stlbLarge: noArray("Ivy Bridge's second level holds 4 KB pages alone"),
  stlbPenalty: recalled(
    7,
    [7, 9],
    "recalled: Intel's optimisation manual for Sandy Bridge; m-276 derives 9 for Skylake"
  ),
  walkers: recalled(1, [1, 1], "m-255"),
  ...pagingIntel,
  invalidateAddress: assumed(
    446,
    [286, 632],
    "assumed: no INVPCID before Haswell: an INVLPG of 260 as kernel.invalidatePage and a CR3 write there and back stand in, one of 186 (F2-02) on top"
  )
}

/** The i5-3320M's source disagrees with itself: about 100 cycles for one INVLPG in its text, 259 a page in its averages. */
const kernel = {
  ...linuxX86,
  invalidatePage: secondary(
    260,
    [100, 260],
    "calibration: F5-65 (one INVLPG on an x86 machine not named), chosen because S-linux-range-flush rises by 259 cycles a page on the i5-3320M; F5-61 says about 100"
  )
}

const pipeline = assumed(
  14,
  [10, 30],
  "assumed: controller queue and clock crossing, part of the sum of memory.controller"
)
const fill = assumed(3, [1, 20], "assumed: share of the DRAM latency, as on Skylake-SP")

/** Ivy Bridge Core i5-3320M at 2.6 GHz. Throws InvalidInput. */
export function ivyBridge(options: MachineOptions = {}): Machine {
  const choice = chosen(mobile, options, usual)
  const layout = layoutOf(mobile, choice.tiles, choice.sockets)
  return {
    name: "ivy-bridge",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2.6, [2.6, 2.6], "m-257"),
      turbo: recalled(mobile.turbo, [3.3, 3.3], "m-257"),
      core,
      ...caches,
      frontEnd: frontEndIvyBridge,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: recalled(2048, [2048, 2048], "m-258 (3 MB in two slices of 12 ways)"),
        ways: recalled(12, [12, 12], "m-258"),
        ...llc
      },
      network: {
        ...layout.stops,
        ...network,
        hop: derived(1, [1, 2], "m-216: 2 cycles there and back"),
        socket: unused("one socket")
      },
      memory: dram(ddr3x1600, 2.6, {
        channels: recalled(2, [1, 2], "m-259"),
        ranks: assumed(1, [1, 2], "assumed: one module of one rank a channel"),
        pipeline,
        controller: derived(
          16,
          [5, 50],
          "m-231 - m-230 = 47.6 ns x 2.6 GHz = 123.8, less the paths to the channel and back, tRCD, tCL and refreshes"
        ),
        fill,
        ticksPerLine: recalled(13, [13, 16], "m-259: 64 bytes / 12.8 GB/s x 2.6 GHz = 13.0")
      }),
      tlb,
      interrupt: interruptX86,
      kernel,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}

/** Ivy Bridge-EX Xeon E7-8870 v2 at 2.3 GHz, in up to eight sockets. Throws InvalidInput. */
export function ivyBridgeEx(options: MachineOptions = {}): Machine {
  const choice = chosen(server, options, usual)
  const layout = layoutOf(server, choice.tiles, choice.sockets)
  return {
    name: "ivy-bridge-ex",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.3, "F5-01 (machine)"),
      turbo: recalled(server.turbo, [2.9, 2.9], "recalled: Intel ARK, E7-8870 v2; no row"),
      core,
      ...caches,
      frontEnd: frontEndIvyBridge,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: recalled(2048, [2048, 2048], "recalled: Intel ARK, E7-8870 v2: 30 MB, 2 MB a core; no row"),
        ways: recalled(16, [16, 20], "recalled: 16 of the die's 20 ways (2.5 MB a core); no row"),
        ...llc
      },
      network: {
        ...layout.stops,
        ...network,
        hop: assumed(2, [1, 3], "assumed: m-216 has 2 cycles past the middle of a client's ring"),
        socket: {
          latency: assumed(36, [20, 60], "assumed: as Broadwell-EP's (m-159 - m-156), one generation of QPI earlier"),
          flit: recalled(2, [2, 2.5], "recalled: QPI carries 8 GT/s x 2 bytes = 16 GB/s, 32 bytes in 2 ns")
        }
      },
      memory: dram(ddr3x1600, 2.3, {
        channels: recalled(
          4,
          [4, 8],
          "recalled: four memory buffers a socket, each with two DDR3 channels in lockstep"
        ),
        ranks: assumed(4, [1, 8], "assumed: two modules of two ranks a channel"),
        pipeline,
        controller: assumed(
          138,
          [60, 200],
          "assumed: 130 ns of DRAM latency, some 40 above Haswell-EP's for the memory buffer; no row"
        ),
        fill,
        ticksPerLine: recalled(12, [7, 12], "recalled: 64 bytes / 12.8 GB/s (DDR3-1600 in lockstep) x 2.3 GHz = 11.5")
      }),
      tlb,
      interrupt: interruptX86,
      kernel,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
