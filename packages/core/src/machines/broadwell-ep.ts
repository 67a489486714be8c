/**
 * Broadwell-EP: Xeon E5-2660 v4 (14 cores at 2.0 GHz, the machine of F5-20 to F5-42, Linux 5.2.8 in two sockets) and
 * E5-2630 v4 (10 cores at 2.2 GHz). One core, two machines.
 *
 * The tick is a cycle of the core; the ring has a clock of its own: 2.7 GHz, and 2.8 GHz in the i7-6850K of six cores
 * on which the latencies were measured at 3.6 GHz. One ring stands for two with switches between them (m-169).
 *
 *   LLC hit, i7-6850K:  58.5 ticks of 3.6 GHz (m-182)
 *     = L2 12 + 1.29 x (2 + 1.5 hops x 2 + 2 + home 9) + 1.29 x (2 + 1.5 hops x 2 + 2 more flits + 2) + tile 14 = 58
 *   LLC hit, 14 cores:  12 + 0.74 x (2 + 3.5 hops x 2 + 2 + home 9) + 0.74 x (2 + 3.5 x 2 + 2 + 2) + 14 = 50
 *   DRAM:     LLC hit + (69.9 - 16.3) ns x 2.0 GHz = + 107.2 ticks (m-184, m-183), refreshes among them
 *   Lookahead: 0.74 x (2 + 2 + 9) = 10
 *
 * Core-to-core latencies (m-148 to m-167) were measured with one busy pair of cores, at the turbo clocks. Home and tile
 * share what the LLC's latency leaves, the home no more than run-ahead needs.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr4x2133, ddr4x2400, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndHaswell } from "./front-ends.ts"
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

const fourteen: Silicon = {
  cores: 14,
  kind: "ring",
  answers: "by home",
  columns: 14,
  rows: 1,
  mostSockets: 2,
  turbo: 3.2,
  shootdowns: interruptsOnly,
  features: featuresIntel.haswell,
  source: "m-203, m-169 (fourteen cores, one slice each; one ring of fourteen stops for two with switches)",
  confidence: "recalled"
}

const ten: Silicon = {
  ...fourteen,
  cores: 10,
  columns: 10,
  turbo: 3.1,
  source: "m-155, m-169 (ten cores, one slice each; one ring of ten stops for two with switches)"
}

// The LLC: recalled from Intel's manuals, inclusive on every ring of a server. The protocol: MESIF, which is MESI but
// for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "inclusive" }

const split = "assumed: share of the LLC latency m-182, see the head of the machine's file"
const sameDie = "i7-6850K, the same core"

const core = {
  width: recalled(4, [4, 4], "m-195"),
  window: recalled(192, [192, 192], "m-196"),
  lineFillBuffers: recalled(10, [10, 10], "m-199"),
  fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
  loadQueue: recalled(72, [72, 72], "m-197"),
  loads: recalled(2, [2, 2], "m-121 (Haswell)"),
  loadBytes: recalled(32, [32, 32], "m-121 (Haswell)"),
  storeBuffer: recalled(42, [42, 42], "m-198"),
  stores: recalled(1, [1, 1], "m-122 (Haswell)"),
  storeBytes: recalled(32, [32, 32], "m-122 (Haswell)"),
  forward: secondary(5, [5, 6], "m-115 (Haswell: 5 to 6)"),
  mispredictPenalty: secondary(16, [14, 20], "m-127 (LLVM's model of Haswell)"),
  mispredictPerMillion: assumed(10_000, [2_000, 50_000], "assumed: one branch in a hundred; depends on the program"),
  multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
  divide: recalled(26, [22, 95], "recalled: DIV r32 in public instruction tables (DIV r64 takes 35 to 88); no row"),
  vector: recalled(5, [1, 7], "recalled: FMA; vector integer instructions take 1, AES rounds 7; no row"),
  fence: verified(33, "m-188 (33.3; i7-6900K, the same core)"),
  locked: verified(19, "m-186 (i7-6900K, the same core)"),
  lockedHold: verified(
    23,
    "m-187 (throughput: of independent locked instructions each waits for the one before to have written)"
  ),
  serialising: assumed(99, [95, 110], "assumed: CPUID as m-106 (Haswell)")
}
const caches = {
  l1i: {
    sets: recalled(64, [64, 64], "recalled: 32 KB, 8 ways, as m-077 (Haswell); no row"),
    ways: recalled(8, [8, 8], "recalled: as sets")
  },
  l1d: {
    sets: verified(64, `m-173 (${sameDie})`),
    ways: verified(8, `m-173 (${sameDie})`),
    latency: verified(4, `m-180 (${sameDie})`),
    fill: fillIntel(25, "add-013")
  },
  l2: {
    sets: verified(512, `m-174 (${sameDie})`),
    ways: verified(8, `m-174 (${sameDie})`),
    latency: verified(12, `m-181 (${sameDie})`),
    transfer: verified(
      25,
      "add-013 (25.3 sustained); m-123 (Haswell) has 64 a cycle at most, m-126 recalls 25 to 32 sustained"
    ),
    writeBack: assumed(25, [25, 64], "assumed: as transfer; the 64 bytes per cycle of m-123 are of one bus"),
    missBuffers: derived(16, [16, 16], "m-208"),
    pipeline: assumed(14, [10, 25], split)
  }
}
const llc = {
  sets: derived(2048, [2048, 2048], "m-203, m-175 (2.5 MB a core, 20 ways)"),
  ways: verified(20, `m-175 (${sameDie})`),
  pipeline: assumed(9, [6, 25], split),
  snoopFilter: {
    sets: assumed(1, [1, 1], "assumed: unused, the inclusive LLC's tags are the filter"),
    ways: assumed(1, [1, 1], "assumed: unused, as sets")
  }
}
const network = {
  injection: assumed(2, [1, 4], split),
  ejection: assumed(2, [1, 4], split),
  hop: assumed(2, [1, 4], `${split}; m-155 to m-157 spread over 15 ns, eight hops of three messages`),
  dataFlits: recalled(3, [2, 3], "recalled: one header and 64 bytes / 32 bytes per cycle (m-312, client Skylake)"),
  clock: recalled(2.7, [1.2, 2.8], "recalled: up to 2.7 GHz in the E5 v4 line, 2.8 in the i7-6850K of m-182; no row"),
  flit: recalled(1, [1, 2], "recalled: 32 bytes per cycle (m-312, client Skylake)"),
  buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
  fabric: unused("no complexes"),
  socket: {
    latency: derived(
      36,
      [20, 45],
      "calibration: (m-159 - m-156) / 2 = 39.4 ns, less the ways to the gateways; m-152 - m-149 gives 41.2"
    ),
    flit: recalled(1.67, [1.67, 2], "recalled: QPI carries 9.6 GT/s x 2 bytes = 19.2 GB/s, 32 bytes in 1.67 ns")
  }
}
const tlb = {
  itlb: remembered(
    16,
    8,
    1,
    "128 entries, 8 ways, in Intel's optimisation manual for Broadwell; m-083 has 64 on Haswell",
    {
      ways: [4, 8]
    }
  ),
  itlbLarge: remembered(1, 8, 2, "8 entries of 2 MB in Intel's optimisation manual for Broadwell; no row"),
  dtlb: {
    sets: verified(16, `m-176 (64 entries; ${sameDie})`),
    ways: verified(4, "m-176"),
    sizes: verified(1, "m-176")
  },
  dtlbLarge: {
    sets: verified(8, `m-177 (32 entries; ${sameDie})`),
    ways: verified(4, "m-177"),
    sizes: verified(2, "m-177")
  },
  dtlbHuge: remembered(1, 4, 4, "4 entries of 1 GB, as m-081 (Haswell)"),
  stlb: {
    sets: verified(256, `m-178 (1536 entries; ${sameDie})`),
    ways: verified(6, "m-178"),
    sizes: verified(3, "m-178 (4 KB and 2 MB)")
  },
  stlbLarge: {
    sets: verified(4, `m-179 (16 entries; ${sameDie})`),
    ways: verified(4, "m-179"),
    sizes: verified(4, "m-179 (1 GB)")
  },
  stlbPenalty: recalled(8, [7, 9], "recalled: Intel's optimisation manual; m-276 derives 9 for Skylake"),
  walkers: recalled(2, [2, 2], "m-200"),
  ...pagingIntel
}

const evolution =
  "Performance Evolution of Mitigating Transient Execution Attacks, EuroSys'22, on a Broadwell server; no row"

/**
 * INVLPG was timed on this machine, and a fault with and without all mitigations (F5-38: 1274 cycles more). The writes
 * of CR3, one each way, are told apart from what the way out alone has, VERW first of all.
 */
const kernel = {
  ...linuxX86,
  invalidatePage: verified(200, "F5-37 (about 200)"),
  isolationSwitch: recalled(206, [125, 250], `recalled: 206 cycles to write CR3, ${evolution}; F2-02 186 (Skylake)`),
  bufferClear: derived(
    672,
    [400, 700],
    `F5-38: 3776 - 2502 cycles - 190 for its INVPCID - 2 x 206 for CR3; VERW alone takes 610, ${evolution}`
  )
}

const controller =
  "m-184 - m-183 = 53.6 ns, less the paths to the channel and back, tRCD, tCL and refreshes; m-209 recalls 10 to 20 ns more for two sockets"
const pipeline = assumed(
  14,
  [10, 30],
  "assumed: controller queue and clock crossing, part of the sum of memory.controller"
)
const fill = assumed(3, [1, 27], "assumed: share of the DRAM latency, as on Skylake-SP")

/** Broadwell-EP Xeon E5-2660 v4 at 2.0 GHz, in one or two sockets. Throws InvalidInput. */
export function broadwellEp(options: MachineOptions = {}): Machine {
  const choice = chosen(fourteen, options, usual)
  const layout = layoutOf(fourteen, choice.tiles, choice.sockets)
  return {
    name: "broadwell-ep",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2, [2, 2], "m-203"),
      turbo: recalled(fourteen.turbo, [3.2, 3.2], "m-203"),
      core,
      ...caches,
      frontEnd: frontEndHaswell,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: { slices: layout.slices, ...llc },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x2400, 2, {
        channels: recalled(4, [1, 4], "m-202 (E5-2680 v4, the same line)"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline,
        controller: derived(1, [1, 50], `${controller}, in ticks of 2.0 GHz`),
        fill,
        ticksPerLine: derived(7, [6, 8], "m-206: 64 bytes / 19.2 GB/s x 2.0 GHz = 6.7")
      }),
      tlb,
      interrupt: interruptX86,
      kernel,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}

/** Broadwell-EP Xeon E5-2630 v4 at 2.2 GHz, in one or two sockets. Throws InvalidInput. */
export function broadwellEp10(options: MachineOptions = {}): Machine {
  const choice = chosen(ten, options, usual)
  const layout = layoutOf(ten, choice.tiles, choice.sockets)
  return {
    name: "broadwell-ep-10",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2.2, [2.2, 2.2], "recalled: Intel ARK, E5-2630 v4; no row"),
      turbo: recalled(ten.turbo, [3.1, 3.1], "recalled: Intel ARK, E5-2630 v4; no row"),
      core,
      ...caches,
      frontEnd: frontEndHaswell,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: { slices: layout.slices, ...llc },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x2133, 2.2, {
        channels: recalled(4, [1, 4], "m-205 (E5-2620 v4, the same line)"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline,
        controller: derived(5, [1, 50], `${controller}, in ticks of 2.2 GHz`),
        fill,
        ticksPerLine: recalled(8, [7, 9], "m-205: 64 bytes / 17.07 GB/s x 2.2 GHz = 8.2")
      }),
      tlb,
      interrupt: interruptX86,
      kernel,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
