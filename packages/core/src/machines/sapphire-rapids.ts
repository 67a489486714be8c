/**
 * Sapphire Rapids, Xeon Platinum 8480: 56 cores on a mesh over four dies, eight channels of DDR5-4800, in one or two
 * sockets (the machine of m-383 to m-407). A channel is one of a module's two, so a socket has 16.
 *
 * The tick is a cycle of the core, of the 2.0 GHz base clock unless told otherwise; the mesh has a clock of its own,
 * 2.5 GHz. Latencies were measured at 3.8 GHz (m-404). The four dies' bridges are stops and hops like all others.
 *
 *   LLC hit:  125 ticks of 3.8 GHz (m-386; 33 ns, m-385)
 *     = L2 16 + 1.52 x (2 + 4.9 hops x 2 + 2 + home 8) + 1.52 x (2 + 4.9 hops x 2 + 1 more flit + 2) + tile 53 = 125
 *   DRAM:     LLC hit + (107 - 33) ns x 2.0 GHz = + 148.0 ticks (m-388, m-385), refreshes among them
 *   Lookahead: 0.8 x (2 + 2 + 8) = 10
 *
 * Home and tile share what the LLC's latency leaves: the home gets no more than run-ahead needs, since core-to-core
 * latencies ask for it.
 */

import type { Choices } from "./cache-choice.ts"
import { ddr5x4800, dram } from "./dram.ts"
import { featuresIntel } from "./features.ts"
import { frontEndGoldenCove } from "./front-ends.ts"
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
  cores: 56,
  kind: "mesh",
  answers: "by home",
  columns: 8,
  rows: 7,
  mostSockets: 2,
  turbo: 3.8,
  shootdowns: [...interruptsOnly, "rar"],
  features: featuresIntel.sapphireRapids,
  source: "m-397 (56 cores and slices; 8x7 stops for four dies are assumed)",
  confidence: "recalled"
}

// The LLC: as m-292 (Skylake-SP). The protocol: MESIF, which is MESI but for the one sharer that forwards.
const usual: Choices = { protocol: "mesi", llcPolicy: "non-inclusive" }

const split = "assumed: share of the LLC latency m-386, see the head of the machine's file"

/** Sapphire Rapids Xeon Platinum 8480 at 2.0 GHz, in one or two sockets. Throws InvalidInput. */
export function sapphireRapids(options: MachineOptions = {}): Machine {
  const choice = chosen(silicon, options, usual)
  const layout = layoutOf(silicon, choice.tiles, choice.sockets)
  return {
    name: "sapphire-rapids",
    isa: "x86-64",
    memoryModel: "tso",
    strideBy: "instruction",
    ...choice,
    parameters: sourced({
      clock: recalled(2, [2, 2], "recalled: Intel ARK, 8480; no row"),
      turbo: verified(silicon.turbo, "m-404"),
      core: {
        width: verified(6, "m-413"),
        window: verified(512, "m-412"),
        lineFillBuffers: verified(16, "m-434, m-432"),
        fetchBuffers: assumed(8, [2, 16], "assumed: as m-582 (Neoverse N1); Intel publishes none"),
        loadQueue: secondary(192, [192, 240], "m-430 (measured; Intel gives 240)"),
        loads: verified(3, "m-415"),
        loadBytes: verified(32, "m-417 (96 bytes of three; m-392 has two of 64)"),
        storeBuffer: secondary(112, [112, 114], "m-431"),
        stores: verified(2, "m-416"),
        storeBytes: verified(64, "m-417"),
        forward: verified(5, "m-399; m-400 has 0 where address and size are the same"),
        mispredictPenalty: recalled(17, [14, 20], "m-073 (Ice Lake)"),
        mispredictPerMillion: assumed(
          10_000,
          [2_000, 50_000],
          "assumed: one branch in a hundred; depends on the program"
        ),
        multiply: recalled(3, [3, 4], "recalled: IMUL r64 in public instruction tables; no row"),
        divide: recalled(18, [12, 18], "recalled: DIV r64 of Golden Cove in public instruction tables; no row"),
        vector: recalled(4, [1, 4], "recalled: FMA; vector integer instructions take 1, AES rounds 3; no row"),
        fence: verified(38, "m-441 (i9-12900K, the same core)"),
        locked: verified(18, "m-438 (17.9; i9-12900K, the same core)"),
        lockedHold: assumed(18, [9, 36], "assumed: as locked; no row has the throughput"),
        serialising: verified(105, "m-448 (SERIALIZE; i9-12900K, the same core)")
      },
      l1i: {
        sets: verified(64, "m-409"),
        ways: verified(8, "m-409")
      },
      l1d: {
        sets: verified(64, "m-408"),
        ways: verified(12, "m-408"),
        latency: verified(5, "m-418"),
        fill: fillIntel(50, "add-010, m-437")
      },
      l2: {
        sets: verified(2048, "m-383 (2 MB)"),
        ways: verified(16, "m-410"),
        latency: verified(16, "m-384"),
        transfer: verified(50, "add-010 and m-437 (50 sustained); m-393 has 64 a cycle at most"),
        writeBack: assumed(50, [50, 64], "assumed: as transfer; the 64 bytes per cycle of m-393 are of one bus"),
        missBuffers: secondary(48, [48, 48], "m-433"),
        pipeline: assumed(53, [20, 60], split)
      },
      frontEnd: frontEndGoldenCove,
      wholeLines: wholeLinesIntel,
      prefetch: prefetchIntel,
      llc: {
        slices: layout.slices,
        sets: verified(2048, "m-396 (1.875 MB, 15 ways)"),
        ways: verified(15, "m-411"),
        pipeline: assumed(8, [6, 40], split),
        snoopFilter: {
          sets: assumed(4096, [2048, 4096], "assumed: two entries per line of the L2s; Skylake-SP has 1.5"),
          ways: assumed(16, [12, 20], "assumed: as sets")
        }
      },
      network: {
        ...layout.stops,
        injection: assumed(2, [1, 4], split),
        ejection: assumed(2, [1, 4], split),
        hop: assumed(2, [1, 3], `${split}; m-338 recalls 1 mesh cycle up or down, 2 sideways`),
        dataFlits: recalled(
          2,
          [2, 3],
          "recalled: the data ring takes a line in two transfers, requests and acknowledgements have rings of their own (Intel's uncore manual 329468, Ivy Bridge); no row"
        ),
        clock: recalled(2.5, [1.6, 2.5], "recalled: uncore of up to 2.5 GHz; m-337 has 1.8 to 2.4 on Skylake-SP"),
        flit: assumed(1, [1, 2], "assumed: 32 bytes per cycle; m-316 recalls 16 at the core"),
        buffer: assumed(
          32,
          [8, 32],
          "assumed: many, since rings hold nobody up on the way: what finds no room goes on (RING_BOUNCES, Intel's uncore manual 329468)"
        ),
        fabric: unused("no complexes"),
        socket: {
          latency: derived(34, [20, 45], "calibration: (m-407 - m-405) / 2 = 39.5 ns, less the ways to the gateways"),
          flit: recalled(1, [0.7, 2], "recalled: UPI carries 16 GT/s x 2 bytes = 32 GB/s, 32 bytes in 1 ns")
        }
      },
      memory: dram(ddr5x4800, 2, {
        channels: derived(16, [4, 16], "m-451 (eight channels of DDR5-4800, of two each)"),
        ranks: assumed(2, [1, 4], "assumed: one module of two ranks a channel"),
        pipeline: assumed(
          14,
          [10, 30],
          "assumed: controller queue and clock crossing, part of the sum of memory.controller"
        ),
        controller: derived(
          18,
          [5, 60],
          "m-388 - m-385 = 74 ns x 2.0 GHz = 148.0, less the paths to the channel and back, tRCD, tCL and refreshes"
        ),
        fill: assumed(3, [1, 27], "assumed: share of the DRAM latency, see the head of the machine's file"),
        ticksPerLine: derived(7, [6, 7], "m-451: 64 bytes / 19.2 GB/s (half of a DDR5-4800 module) x 2.0 GHz = 6.7")
      }),
      tlb: {
        itlb: remembered(32, 8, 1, "256 entries, 8 ways, in Intel's optimisation manual for Golden Cove; no row"),
        itlbLarge: remembered(8, 4, 2, "32 entries of 2 MB in Intel's optimisation manual for Golden Cove; no row"),
        dtlb: { sets: verified(16, "m-419 (96 entries)"), ways: verified(6, "m-419"), sizes: verified(1, "m-419") },
        dtlbLarge: {
          sets: verified(8, "m-420 (32 entries)"),
          ways: verified(4, "m-420"),
          sizes: verified(2, "m-420")
        },
        dtlbHuge: remembered(1, 8, 4, "8 entries of 1 GB in Intel's optimisation manual for Ice Lake; no row", {
          ways: [4, 8]
        }),
        stlb: {
          sets: recalled(128, [128, 128], "recalled: half of the 2048 entries of m-423, as m-029 (Willow Cove)"),
          ways: recalled(8, [8, 8], "recalled: as sets"),
          sizes: recalled(3, [3, 3], "recalled: as sets")
        },
        stlbLarge: {
          sets: recalled(128, [128, 128], "recalled: the other half of m-423, as m-029 (Willow Cove)"),
          ways: recalled(8, [8, 8], "recalled: as sets"),
          sizes: recalled(5, [5, 5], "recalled: as sets")
        },
        stlbPenalty: verified(7, "m-389, m-422"),
        walkers: verified(4, "m-424"),
        ...pagingIntel
      },
      interrupt: interruptX86,
      kernel: linuxX86,
      lazyShootdown,
      remoteInvalidation: invalidationX86
    })
  }
}
