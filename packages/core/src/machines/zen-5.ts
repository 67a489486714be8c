/**
 * Zen 5, EPYC 9575F: eight complexes of eight cores and 32 MB of L3 around a central fabric, twelve channels of
 * DDR5-6000, in one or two sockets (the machine of m-540 to m-551).
 *
 * The tick is a cycle of the core, of the 3.3 GHz base clock unless told otherwise; the L3 follows the core's clock,
 * the fabric keeps its time. A complex's eight cores and slices are one stop: their network of its own is in home and
 * tile. A channel is one of a module's two, so a socket has 24.
 *
 *   LLC hit:  46 ticks (m-552)
 *     = L2 14 + (2 + 2 + home 6) + (2 + 2 + 2 more flits + tile 16) = 46
 *   DRAM:     135 ns (m-553: 130 to 140): LLC hit + (135 - 46 / 5.0) ns x 3.3 GHz = + 415.1 ticks
 *   Lookahead: 2 + 2 + 6 = 10
 *
 * A link to the fabric is a quarter of what m-549 has over m-548, since a line of another complex takes four.
 * Known gap: two cores of one complex take 45 ns (m-548), almost twice Zen 3's 22.8; no path as long as the L3's
 * explains it, and the sum here is 18 ns, at 5.0 GHz. Nothing is fitted to it.
 */

import { interruptAmd, linuxAmd, pagingAmd, prefetchAmd, shootdownsAmd } from "./amd.ts"
import type { Choices } from "./cache-choice.ts"
import { ddr5x6000, dram } from "./dram.ts"
import { featuresAmd } from "./features.ts"
import { frontEndZen5 } from "./front-ends.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray } from "./paging.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, verified } from "./value.ts"
import { wholeLinesAmd } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 64,
  kind: "complexes",
  columns: 8,
  rows: 1,
  coresPerComplex: 8,
  mostSockets: 2,
  turbo: 5,
  shootdowns: shootdownsAmd,
  features: featuresAmd,
  source: "recalled: 64 cores in eight complexes of eight, one slice of L3 each; no row",
  confidence: "recalled"
}

// MOESI: recalled from AMD's manual, volume 2, 7.3. The L3: recalled, filled by what the L2s evict.
const usual: Choices = { protocol: "moesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-552, see the head of the machine's file"
const desktop = "Ryzen 9000, the same core"

/** Zen 5 EPYC 9575F at 3.3 GHz, in one or two sockets. Throws InvalidInput. */
export function zen5(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "zen-5",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(3.3, [3.3, 3.3], "recalled: AMD, EPYC 9575F; no row"),
      turbo: verified(silicon.turbo, "m-551 (one thread)"),
      core: {
        width: verified(8, "m-519"),
        window: secondary(448, [224, 448], "m-537; m-520"),
        lineFillBuffers: secondary(124, [24, 124], "m-535"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); AMD publishes none"),
        loadQueue: recalled(202, [64, 448], "recalled: public measurements; m-533 counts 64 that are not complete"),
        loads: verified(4, "m-524"),
        loadBytes: verified(32, "m-524 (two loads of 64 bytes)"),
        storeBuffer: secondary(104, [104, 104], "m-534"),
        stores: verified(2, "m-525"),
        storeBytes: verified(64, "m-525 (one store of 64 bytes)"),
        forward: verified(8, "m-531"),
        mispredictPenalty: recalled(15, [12, 18], "recalled: AMD's optimisation guide for family 1Ah; no row"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(12, [9, 20], "recalled: DIV in public instruction tables (9 to 20 by operand); no row"),
        vector: recalled(4, [1, 4], "recalled: FMA and AES rounds; vector integer instructions take 1; no row"),
        fence: verified(82, `m-559 (81.7; ${desktop})`),
        locked: verified(20, `m-557 (19.7; ${desktop})`),
        lockedHold: assumed(20, [10, 40], "assumed: as locked; no row has the throughput"),
        serialising: assumed(100, [40, 200], "assumed: CPUID as on Intel (m-106 has 99); no row")
      },
      l1i: {
        sets: recalled(64, [64, 64], "recalled: 32 KB, 8 ways, in AMD's optimisation guide; no row"),
        ways: recalled(8, [8, 8], "recalled: as sets")
      },
      l1d: {
        sets: verified(64, "m-521"),
        ways: verified(12, "m-521"),
        latency: verified(4, "m-522"),
        fill: assumed(0, [0, 64], "assumed: banks take fills and stores at once; AMD publishes none")
      },
      l2: {
        sets: verified(1024, "m-529 (1 MB, 16 ways)"),
        ways: verified(16, "m-529"),
        latency: verified(14, "m-523"),
        transfer: verified(64, "m-538 (64 bytes per cycle)"),
        writeBack: verified(0, "m-538 (a victim path of its own)"),
        missBuffers: assumed(124, [48, 192], "assumed: as many as the L1D's; AMD publishes none"),
        pipeline: assumed(16, [8, 25], split)
      },
      frontEnd: frontEndZen5,
      wholeLines: wholeLinesAmd,
      prefetch: prefetchAmd,
      llc: {
        slices: layout.slices,
        sets: verified(4096, "m-552, m-530 (32 MB in eight slices of 16 ways)"),
        ways: verified(16, "m-530"),
        pipeline: assumed(6, [4, 20], split),
        snoopFilter: {
          sets: assumed(2048, [1024, 4096], "assumed: twice the lines of the L2s, since shadow tags never conflict"),
          ways: assumed(16, [8, 64], "assumed: as sets")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(0, [0, 4], "assumed: unused, a complex is one stop"),
        dataFlits: recalled(3, [2, 3], "m-518 (Zen 3): one header and 64 bytes / 32 bytes per cycle"),
        clock: recalled(0, [0, 5], "recalled: the L3 runs at the clock of its complex's cores; no row"),
        flit: recalled(1, [1, 2], "m-518 (Zen 3: 32 bytes per cycle)"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; AMD publishes none"),
        fabric: {
          latency: derived(26, [15, 35], "calibration: (m-549 - m-548) / 4 = 26.3 ns, less the flits of a line"),
          flit: secondary(0.25, [0.2, 0.5], "m-555: 64 bytes a cycle of 2 GHz, 32 bytes in 0.25 ns")
        },
        socket: {
          latency: derived(54, [40, 65], "calibration: (m-550 - m-549) / 2 = 55 ns, less the flits of a line"),
          flit: recalled(0.3, [0.2, 0.6], "recalled: three or four links of 32 GT/s x 2 bytes; no row")
        }
      },
      memory: dram(ddr5x6000, 3.3, {
        channels: verified(24, "m-543 (twelve channels of DDR5-6000, of two each)"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          73,
          [10, 130],
          "m-553: 135 ns - 9.2 (m-552 at 5.0 GHz) = 125.8 ns x 3.3 GHz = 415.1, less both ways through the fabric, tRCD, tCL and refreshes"
        ),
        fill: assumed(3, [1, 20], "assumed: share of the DRAM latency, as on Skylake-SP"),
        ticksPerLine: derived(9, [8, 9], "m-543: 64 bytes / 24 GB/s (half of a DDR5-6000 module) x 3.3 GHz = 8.8")
      }),
      tlb: {
        itlb: {
          sets: recalled(1, [1, 1], "recalled: 64 entries of all sizes, in AMD's optimisation guide; no row"),
          ways: recalled(64, [64, 64], "recalled: as sets"),
          sizes: recalled(7, [7, 7], "recalled: as sets")
        },
        itlbLarge: noArray("the ITLB holds all sizes"),
        dtlb: {
          sets: verified(1, "m-526 (96 entries, fully associative)"),
          ways: verified(96, "m-526"),
          sizes: recalled(7, [7, 7], "recalled: all sizes, in AMD's optimisation guide; no row")
        },
        dtlbLarge: noArray("the DTLB holds all sizes"),
        dtlbHuge: noArray("the DTLB holds all sizes"),
        stlb: {
          sets: verified(256, "m-528, m-539 (4096 entries, of data; code has 2048 of its own, which share these here)"),
          ways: verified(16, "m-528"),
          sizes: recalled(3, [3, 7], "recalled: 4 KB and 2 MB, as m-472 and m-473 (Zen 3)")
        },
        stlbLarge: noArray("one array of the second level holds 4 KB and 2 MB"),
        stlbPenalty: verified(7, "m-527"),
        walkers: secondary(6, [6, 6], "m-536"),
        ...pagingAmd
      },
      interrupt: interruptAmd,
      kernel: linuxAmd,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
