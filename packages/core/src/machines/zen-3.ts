/**
 * Zen 3, EPYC 7R13: six complexes of eight cores and 32 MB of L3 around a central fabric, eight channels of DDR4-3200,
 * in one or two sockets (the machine of m-491 to m-499).
 *
 * The tick is a cycle of the core, of the 2.65 GHz base clock unless told otherwise; the L3 follows the core's clock,
 * the fabric keeps its time. A complex's eight cores and slices are one stop: their ring of its own is in home and tile.
 *
 *   LLC hit:  47 ticks (m-509)
 *     = L2 12 + (2 + 2 + home 6) + (2 + 2 + 2 more flits + tile 19) = 47
 *   DRAM:     112.3 ns at 3.5 GHz (m-507, EPYC 7763): LLC hit + 98.9 ns x 2.65 GHz = + 262.1 ticks
 *     = (2 + fabric 21 ns + 2 + channel 14) + tRCD 36 + tCL 36 + controller + (2 + 21 ns + 2 + 2 flits of it + home 3),
 *       and refreshes 20.8 on average
 *   Lookahead: 2 + 2 + 6 = 10
 *
 * Core-to-core latencies were measured with one busy pair of cores: at the turbo clock. Those of one complex are sums
 * of the LLC's path; one link to the fabric is a quarter of what m-495 has over m-492, since a line of another complex
 * takes four. The L3 takes what the L2s evict and keeps shadow tags of them: here a non-inclusive LLC with its filter.
 * An EPYC 7773X (m-500 to m-505) has three times the L3 and 3 ticks more of it; its medians are 10 per cent above.
 */

import { interruptAmd, linuxAmd, pagingAmd, prefetchAmd, shootdownsAmd } from "./amd.ts"
import type { Choices } from "./cache-choice.ts"
import { ddr4x3200, dram } from "./dram.ts"
import { featuresAmd } from "./features.ts"
import { frontEndZen3 } from "./front-ends.ts"
import { invalidationX86, lazyShootdown } from "./linux-shootdown.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import { chosen } from "./options.ts"
import { noArray } from "./paging.ts"
import { layoutOf, type Silicon } from "./topology.ts"
import { assumed, derived, recalled, secondary, sourced, verified } from "./value.ts"
import { wholeLinesAmd } from "./whole-lines.ts"

const silicon: Silicon = {
  cores: 48,
  kind: "complexes",
  columns: 6,
  rows: 1,
  coresPerComplex: 8,
  mostSockets: 2,
  turbo: 3.7,
  shootdowns: shootdownsAmd,
  features: featuresAmd,
  source: "m-491 (48 cores a socket); recalled: six complexes of eight cores, one slice of L3 each",
  confidence: "recalled"
}

// MOESI: recalled from AMD's manual, volume 2, 7.3. The L3: recalled, filled by what the L2s evict.
const usual: Choices = { protocol: "moesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-509, see the head of the machine's file"
const desktop = "Ryzen 9 5900X, the same core"

/** Zen 3 EPYC 7R13 at 2.65 GHz, in one or two sockets. Throws InvalidInput. */
export function zen3(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "zen-3",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2.65, [2.45, 2.85], "recalled: the EPYC 7R13 of c6a.metal; no row"),
      turbo: recalled(silicon.turbo, [3.4, 3.7], "recalled: the EPYC 7R13 of c6a.metal; no row"),
      core: {
        width: verified(6, "m-456"),
        window: verified(256, "m-457"),
        lineFillBuffers: recalled(24, [12, 24], "m-517"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); AMD publishes none"),
        loadQueue: secondary(116, [72, 116], "m-516; m-459 has 72 beside the 44 of m-467"),
        loads: verified(3, "m-461, m-466"),
        loadBytes: recalled(32, [16, 32], "recalled: two loads of 32 bytes or three of 8; no row"),
        storeBuffer: verified(64, "m-460"),
        stores: verified(2, "m-461, m-466"),
        storeBytes: recalled(32, [16, 32], "recalled: one store of 32 bytes or two of 8; no row"),
        forward: recalled(8, [4, 9], "recalled: public measurements of integer loads; m-511 gives 9 for vectors"),
        mispredictPenalty: verified(13, "m-463"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(12, [9, 20], "recalled: DIV in public instruction tables (9 to 20 by operand); no row"),
        vector: recalled(4, [1, 4], "recalled: FMA and AES rounds; vector integer instructions take 1; no row"),
        fence: verified(60, `m-482 (60.1; ${desktop})`),
        locked: verified(7, `m-479 (6.5; ${desktop})`),
        lockedHold: derived(8, [7, 20], "m-480 (throughput 7.5)"),
        serialising: assumed(100, [40, 200], "assumed: CPUID as on Intel (m-106 has 99); no row")
      },
      l1i: {
        sets: recalled(64, [64, 64], "recalled: 32 KB, 8 ways, in AMD's optimisation guide; no row"),
        ways: recalled(8, [8, 8], "recalled: as sets")
      },
      l1d: {
        sets: verified(64, `m-468 (${desktop})`),
        ways: verified(8, `m-468 (${desktop})`),
        latency: verified(4, "m-462, m-474"),
        fill: assumed(0, [0, 64], "assumed: banks take fills and stores at once; AMD publishes none")
      },
      l2: {
        sets: verified(1024, `m-469 (512 KB, 8 ways; ${desktop})`),
        ways: verified(8, "m-469"),
        latency: verified(12, "m-510"),
        transfer: secondary(32, [32, 64], "m-514 (32 bytes per cycle)"),
        writeBack: recalled(0, [0, 32], "recalled: 32 bytes per cycle each way; no row"),
        missBuffers: assumed(48, [24, 96], "assumed: twice the L1D's; AMD publishes none"),
        pipeline: assumed(19, [8, 25], split)
      },
      frontEnd: frontEndZen3,
      wholeLines: wholeLinesAmd,
      prefetch: prefetchAmd,
      llc: {
        slices: layout.slices,
        sets: verified(4096, "m-470 (32 MB in eight slices of 16 ways)"),
        ways: verified(16, "m-470"),
        pipeline: assumed(6, [4, 20], split),
        snoopFilter: {
          sets: assumed(1024, [512, 2048], "assumed: twice the lines of the L2s, since shadow tags never conflict"),
          ways: assumed(16, [8, 64], "assumed: as sets")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(0, [0, 4], "assumed: unused, a complex is one stop"),
        dataFlits: recalled(3, [2, 3], "m-518: one header and 64 bytes / 32 bytes per cycle"),
        clock: recalled(0, [0, 3.7], "recalled: the L3 runs at the clock of its complex's cores; no row"),
        flit: recalled(1, [1, 2], "m-518 (32 bytes per cycle)"),
        buffer: assumed(8, [4, 32], "assumed: two lines and two requests; AMD publishes none"),
        fabric: {
          latency: derived(20.5, [15, 25], "calibration: (m-495 - m-492) / 4 = 21.2 ns, less the flits of a line"),
          flit: recalled(0.63, [0.5, 1.25], "recalled: 32 bytes a cycle of 1.6 GHz to a complex, 16 from it; no row")
        },
        socket: {
          latency: derived(43, [30, 50], "calibration: (m-498 - m-495) / 2 = 44.8 ns, less the flits of a line"),
          flit: recalled(0.6, [0.4, 1.2], "recalled: three or four links of 18 GT/s x 2 bytes; no row")
        }
      },
      memory: dram(ddr4x3200, 2.65, {
        channels: recalled(8, [1, 8], "recalled: eight channels of DDR4-3200; no row"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          32,
          [10, 90],
          "m-507: 112.3 ns - 13.4 (m-509 at 3.5 GHz) = 98.9 ns x 2.65 GHz = 262.1, less both ways through the fabric, tRCD, tCL and refreshes"
        ),
        fill: assumed(3, [1, 20], "assumed: share of the DRAM latency, as on Skylake-SP"),
        ticksPerLine: recalled(7, [6, 7], "recalled: 64 bytes / 25.6 GB/s (DDR4-3200) x 2.65 GHz = 6.6")
      }),
      tlb: {
        itlb: {
          sets: recalled(1, [1, 1], "recalled: 64 entries of all sizes, in AMD's optimisation guide; no row"),
          ways: recalled(64, [64, 64], "recalled: as sets"),
          sizes: recalled(7, [7, 7], "recalled: as sets")
        },
        itlbLarge: noArray("the ITLB holds all sizes"),
        dtlb: {
          sets: verified(1, "m-471 (64 entries, fully associative)"),
          ways: verified(64, "m-471"),
          sizes: verified(7, "m-471 (all sizes)")
        },
        dtlbLarge: noArray("the DTLB holds all sizes"),
        dtlbHuge: noArray("the DTLB holds all sizes"),
        stlb: {
          sets: verified(256, "m-472 (2048 entries, of data; code has 512 of its own, which share these here)"),
          ways: verified(8, "m-472"),
          sizes: verified(3, "m-472, m-473 (4 KB and 2 MB)")
        },
        stlbLarge: noArray("one array of the second level holds 4 KB and 2 MB"),
        stlbPenalty: derived(8, [7, 8], "m-490"),
        walkers: verified(6, "m-465"),
        ...pagingAmd
      },
      interrupt: interruptAmd,
      kernel: linuxAmd,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
