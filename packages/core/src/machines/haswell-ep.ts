/**
 * Haswell-EP: Xeon E5-2630 v3 (8 cores at 2.4 GHz, the machine of F5-01 to F5-18, Linux 4.10 in two sockets) and
 * E5-2660 v3 (10 cores at 2.6 GHz, on which the latencies were measured). One core, two machines.
 *
 * The tick is a cycle of the core; the ring has a clock of its own since this generation: 3.0 GHz. One ring stands for
 * the two with switches between them that a die of ten cores has (m-140).
 *
 *   LLC hit:  54.0 ticks of 2.6 GHz (m-087)
 *     = L2 12 + 0.87 x (2 + 2.5 hops x 2 + 2 + home 9) + 0.87 x (2 + 2.5 hops x 2 + 2 more flits + 2) + tile 17 = 54
 *   DRAM:     LLC hit + (85.2 - 20.75) ns x 2.6 GHz = + 167.6 ticks (m-090, m-088), refreshes among them
 *   Lookahead: 0.87 x (2 + 2 + 9) = 11
 *
 * The E5-2630 v3 has the same home and tile, eight stops, slower memory and the same time in its controller: 21.3 ns
 * and 85 ns, where m-132 and m-133 recall 21.2 and 96 of a sibling at 2.5 GHz.
 * Home and tile share what the LLC's latency leaves: the home gets no more than run-ahead needs, since core-to-core
 * latencies ask for more than a tile can get.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr4x1866, ddr4x2133, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndHaswell } from "./front-ends.ts"
import { fillIntel, prefetchIntel } from "./intel.ts"
import { interruptX86, linuxX86 } from "./linux.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray, pagingIntel, remembered } from "./paging.ts"
import { interruptsOnly } from "./shootdown-choice.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, sourced, unused, verified } from "./value.ts"
import { wholeLinesIntel } from "./whole-lines.ts"

const eight: Silicon = {
  cores: 8,
  kind: "ring",
  answers: "by home",
  columns: 8,
  rows: 1,
  mostSockets: 2,
  turbo: 3.2,
  shootdowns: interruptsOnly,
  features: featuresIntel.haswell,
  source: "m-108, F5-01 (eight cores, one slice each); recalled: dies of eight cores have one ring",
  confidence: "recalled"
}

const ten: Silicon = {
  ...eight,
  cores: 10,
  columns: 10,
  turbo: 3.3,
  source: "m-136, m-140 (ten cores, one slice each; one ring of ten stops for two with switches)"
}

// The LLC: recalled from Intel's manuals, inclusive on every ring of a server. The protocol: MESIF, which is MESI but
// for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "inclusive" }

const split = "assumed: share of the LLC latency m-087, see the head of the machine's file"

const core = {
  width: verified(4, "m-109"),
  window: verified(192, "m-110"),
  lineFillBuffers: recalled(10, [10, 10], "m-120"),
  fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
  loadQueue: recalled(72, [72, 72], "m-118"),
  loads: recalled(2, [2, 2], "m-121"),
  loadBytes: recalled(32, [32, 32], "m-121"),
  storeBuffer: recalled(42, [42, 42], "m-119"),
  stores: recalled(1, [1, 1], "m-122"),
  storeBytes: recalled(32, [32, 32], "m-122"),
  forward: verified(5, "m-115 (5 to 6)"),
  mispredictPenalty: verified(16, "m-127 (LLVM's model)"),
  mispredictPerMillion: assumed(10_000, [2_000, 50_000], "assumed: one branch in a hundred; depends on the program"),
  multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
  divide: recalled(26, [22, 100], "recalled: DIV r32 in public instruction tables (DIV r64 takes 32 to 96); no row"),
  vector: recalled(5, [1, 7], "recalled: FMA; vector integer instructions take 1, AES rounds 7; no row"),
  fence: verified(33, "m-100 (33.3)"),
  locked: verified(19, "m-096"),
  lockedHold: verified(
    23,
    "m-097 (throughput: of independent locked instructions each waits for the one before to have written)"
  ),
  serialising: verified(99, "m-106")
}
const caches = {
  l1i: { sets: verified(64, "m-077"), ways: verified(8, "m-077") },
  l1d: {
    sets: verified(64, "m-076"),
    ways: verified(8, "m-076"),
    latency: verified(4, "m-084"),
    fill: fillIntel(25, "add-013 (Broadwell-EP)")
  },
  l2: {
    sets: verified(512, "m-078"),
    ways: verified(8, "m-078"),
    latency: verified(12, "m-085 (12.2)"),
    transfer: derived(
      25,
      [25, 64],
      "add-013 (Broadwell-EP: the same caches); m-123 has 64 a cycle at most, m-126 recalls 25 to 32 sustained"
    ),
    writeBack: assumed(25, [25, 64], "assumed: as transfer; the 64 bytes per cycle of m-123 are of one bus"),
    missBuffers: verified(16, "m-113"),
    pipeline: assumed(17, [10, 25], split)
  }
}
const llc = {
  sets: verified(2048, "m-079, m-108 (2.5 MB a core, 20 ways)"),
  ways: verified(20, "m-079, m-108"),
  pipeline: assumed(9, [6, 25], split),
  snoopFilter: {
    sets: assumed(1, [1, 1], "assumed: unused, the inclusive LLC's tags are the filter"),
    ways: assumed(1, [1, 1], "assumed: unused, as sets")
  }
}
const network = {
  injection: assumed(2, [1, 4], split),
  ejection: assumed(2, [1, 4], split),
  hop: assumed(2, [1, 4], `${split}; m-216: 1 cycle from slice to slice of a client's ring, 2 past its middle`),
  dataFlits: recalled(3, [2, 3], "recalled: one header and 64 bytes / 32 bytes per cycle (m-312, client Skylake)"),
  clock: recalled(3, [1.2, 3], "recalled: up to 3.0 GHz (Hackenberg et al., IPDPSW 2015); no row"),
  flit: recalled(1, [1, 2], "recalled: 32 bytes per cycle (m-312, client Skylake)"),
  buffer: assumed(8, [4, 32], "assumed: two lines and two requests; Intel publishes none"),
  fabric: unused("no complexes"),
  socket: {
    latency: derived(
      36,
      [20, 45],
      "calibration: (m-159 - m-156) / 2 = 39.4 ns of Broadwell-EP's same link, less the ways to the gateways"
    ),
    flit: recalled(1.67, [1.67, 2.5], "recalled: QPI carries 9.6 GT/s x 2 bytes = 19.2 GB/s, 32 bytes in 1.67 ns")
  }
}
const tlb = {
  itlb: { sets: verified(8, "m-083 (64 entries)"), ways: verified(8, "m-083"), sizes: verified(1, "m-083") },
  itlbLarge: remembered(1, 8, 2, "8 entries of 2 MB in Intel's optimisation manual for Haswell; no row"),
  dtlb: { sets: verified(16, "m-080 (64 entries)"), ways: verified(4, "m-080"), sizes: verified(1, "m-080") },
  dtlbLarge: {
    sets: recalled(8, [8, 8], "m-125 (32 entries)"),
    ways: recalled(4, [4, 4], "m-125"),
    sizes: recalled(2, [2, 2], "m-125")
  },
  dtlbHuge: { sets: verified(1, "m-081 (4 entries)"), ways: verified(4, "m-081"), sizes: verified(4, "m-081") },
  stlb: {
    sets: verified(128, "m-082, m-114, F5-19 (1024 entries)"),
    ways: verified(8, "m-082, m-114"),
    sizes: verified(3, "m-082 (4 KB and 2 MB)")
  },
  stlbLarge: noArray("Haswell's second level holds no 1 GB pages"),
  stlbPenalty: recalled(8, [7, 9], "recalled: Intel's optimisation manual; m-276 derives 9 for Skylake"),
  walkers: recalled(1, [1, 1], "m-124"),
  ...pagingIntel
}

const cluster = verified(16, "F5-43 (a Dell R630 of Haswell-EP, x2APIC in cluster mode), F5-39 (16 to a cluster)")

const controller = "m-090 - m-088 = 64.45 ns, less the paths to the channel and back, tRCD, tCL and refreshes"
const pipeline = assumed(
  14,
  [10, 30],
  "assumed: controller queue and clock crossing, part of the sum of memory.controller"
)
const fill = assumed(3, [1, 27], "assumed: share of the DRAM latency, as on Skylake-SP")

/** Haswell-EP Xeon E5-2630 v3 at 2.4 GHz, in one or two sockets. Throws InvalidInput. */
export function haswellEp(options: MachineOptions = {}): Machine {
  const choice = chosen(eight, options, usual)
  const layout = layoutOf(eight, choice.tiles, choice.sockets)
  return {
    name: "haswell-ep",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.4, "F5-01"),
      turbo: recalled(eight.turbo, [3.2, 3.2], "recalled: Intel ARK, E5-2630 v3; no row"),
      core,
      ...caches,
      frontEnd: frontEndHaswell,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: { slices: layout.slices, ...llc },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x1866, 2.4, {
        channels: recalled(4, [1, 4], "recalled: Intel ARK, E5-2630 v3: four channels of DDR4-1866; no row"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline,
        controller: derived(38, [5, 60], `${controller}, in ticks of 2.4 GHz; the E5-2660 v3's time`),
        fill,
        ticksPerLine: recalled(10, [9, 11], "recalled: 64 bytes / 14.9 GB/s (DDR4-1866) x 2.4 GHz = 10.3")
      }),
      tlb,
      interrupt: { ...interruptX86, cluster },
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}

/** Haswell-EP Xeon E5-2660 v3 at 2.6 GHz, in one or two sockets. Throws InvalidInput. */
export function haswellEp10(options: MachineOptions = {}): Machine {
  const choice = chosen(ten, options, usual)
  const layout = layoutOf(ten, choice.tiles, choice.sockets)
  return {
    name: "haswell-ep-10",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: verified(2.6, "m-075"),
      turbo: recalled(ten.turbo, [3.3, 3.3], "m-137"),
      core,
      ...caches,
      frontEnd: frontEndHaswell,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: { slices: layout.slices, ...llc },
      network: { ...layout.stops, ...network },
      memory: dram(ddr4x2133, 2.6, {
        channels: recalled(4, [1, 4], "m-138"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline,
        controller: derived(39, [5, 60], `${controller}, in ticks of 2.6 GHz`),
        fill,
        ticksPerLine: derived(10, [9, 11], "m-139: 64 bytes / 17.07 GB/s x 2.6 GHz = 9.7")
      }),
      tlb,
      interrupt: { ...interruptX86, cluster },
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
