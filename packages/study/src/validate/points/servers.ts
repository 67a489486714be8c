/**
 * Servers in a closed loop. Apache serves a page of 10 KB: each request maps a file, reads and unmaps it, and all threads
 * wait for the mappings' semaphore and for shootdowns (LATR Fig. 9, ABIS Fig. 6). Drivers and network stacks in domains
 * of their own are invoked so often for each packet or block (LVDs, RedLeaf, FlexOS); enclaves call out (HotCalls). A
 * request's own work is what it takes without isolation or on one core, of the same source; what else it takes is
 * predicted.
 */
import type { MachineOptions } from "@isolde/core"
import { curvePoints, type Point, type RunDefinition, rowPoint, type Term } from "../point.ts"

type Isolation = NonNullable<RunDefinition["mechanism"]>
type Needs = { readonly [name: string]: number | boolean | string }

interface Served {
  readonly machine: string
  readonly options: MachineOptions
  /** Ticks of a request's own work, and where they come from. */
  readonly work: number
  readonly source: string
  readonly needs?: Needs
  readonly mechanism?: Isolation
  readonly reading?: "ticks" | "perTick"
}

const served = ({ machine, mechanism, needs, options, reading = "perTick", source, work }: Served): Term => ({
  machine,
  options,
  ...(mechanism === undefined ? {} : { mechanism }),
  experiment: "request-server",
  parameters: { work, ...needs },
  sources: [source],
  reading
})

/** Pages of 10 KB. */
const PAGES = 3

const latr = (threads: number) => ({
  unit: "k/s" as const,
  terms: [
    served({
      machine: "haswell-ep",
      options: { cores: 16, sockets: 2, kernel: { version: "4.10" } },
      work: 129_370,
      source:
        "calibration: S-latr-apache-linux/1 (17.8 k/s at 2.4 GHz: 134,831 cycles a request) less 5,460 of mmap, reads and munmap",
      needs: { threads, mappedPages: PAGES, requests: 8 }
    })
  ],
  tolerancePercent: 25,
  gap: "the source's curve turns down once a core of the second socket serves (98.7 on 7, 92.2 on 8, 88.9 on 10, 100.2 on 11); the model's flattens out"
})

const processes =
  "all cores are targets of each shootdown here; in the source five to seven are (F5-49 over F5-48): Apache has several processes, of which the model's server is one"

const abis = (threads: number) => ({
  unit: "k/s" as const,
  terms: [
    served({
      machine: "haswell-ep",
      // The clock of an E5-2670 v3, the R630's processor of 12 cores; Linux 4.5 flushes as 4.10 does.
      options: { cores: 24, sockets: 2, clock: 2.3, kernel: { version: "4.10" } },
      work: 125_970,
      source:
        "calibration: S-abis-apache-linux/1 (17.5 k/s at 2.3 GHz: 131,429 cycles a request) less 5,460 of mmap, reads and munmap",
      needs: { threads, mappedPages: PAGES, requests: 4, spread: true }
    })
  ],
  tolerancePercent: 25,
  gap: processes
})

const haswell = { machine: "haswell-ep-10", options: { cores: 1 } }
const vmfunc: Isolation = { name: "ept", config: { vmfunc: 169 }, sources: ["F2-15"] }

/** LVDs' null drivers: a packet's or block's native cycles, and so many invocations of the driver. */
const driver = (work: number, source: string, invocations: number, reading: "ticks" | "perTick"): Term =>
  served({ ...haswell, work, source, needs: { invocations, requests: 64 }, mechanism: vmfunc, reading })

const native = "calibration: F2-33 (2680 cycles a packet without isolation)"
const nullBlock = "calibration: F2-36 (559 k/s at 2.6 GHz: 4651 cycles a block without isolation)"

const inDriver =
  "the source saves state and picks stacks at each crossing, and its isolated kernel runs as a guest; of a crossing's 396 cycles (F2-17) the model knows what the gate is"

const proxied =
  "a proxy's instructions wait for each other in ways that the source doesn't tell (lang-011): a call takes 124 cycles there"

/** RedLeaf's driver of ixgbe, one packet a call, handed over by its reference: 6.5 M/s without isolation of it. */
const redLeaf = (invocations: number): Term =>
  served({
    ...haswell,
    work: 400,
    source: "calibration: lang-039 (6.5 M/s at 2.6 GHz: 400 cycles a packet with driver and program in one domain)",
    needs: { invocations, requests: 64, bytes: 64, exchange: "borrow" },
    mechanism: { name: "language", config: { unwinding: "continuation" } }
  })

/** Cycles of one recv of iPerf without isolation, from its throughput at this buffer size. */
const recv: ReadonlyArray<readonly [bytes: number, cycles: number]> = [
  [16, 267],
  [32, 362],
  [64, 395],
  [128, 751],
  [256, 1497]
]

const received = (cycles: number, isolated: boolean): Term =>
  served({
    machine: "skylake-sp",
    options: { cores: 1, clock: 2.2 },
    work: cycles,
    source: "S-flexos-iperf-none: bytes of the buffer over its throughput, at 2.2 GHz",
    needs: { invocations: 1, requests: 64 },
    ...(isolated
      ? { mechanism: { name: "mpk", config: { gate: "inspected", cet: false, wrpkru: 23 }, sources: ["F1a-06"] } }
      : {}),
    reading: "ticks"
  })

const encrypted =
  "the source copies and clears the buffers of a call in the SDK, and the enclave's memory is encrypted: neither is timed"

/** A program inside an enclave, whose requests call out so often. */
const enclosed = (work: number, source: string, invocations: number): Term =>
  served({
    machine: "skylake-sp",
    options: { cores: 1, clock: 4 },
    work,
    source,
    needs: { invocations, requests: 8 },
    mechanism: { name: "enclave", config: { application: "outside" } }
  })

export const serverPoints: ReadonlyArray<Point> = [
  ...curvePoints("S-latr-apache-linux", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], latr),
  ...curvePoints("S-abis-apache-linux", [1, 2, 4, 6, 8, 10, 12, 14, 16, 20], abis),
  rowPoint("F2-33", { unit: "cycles", terms: [driver(2680, native, 1, "ticks")], tolerancePercent: 25 }, 1),
  rowPoint(
    "F2-34",
    {
      unit: "%",
      terms: [{ ...driver(2680, native, 0, "ticks"), weight: 100 }],
      over: [driver(2680, native, 2, "ticks")],
      tolerancePercent: 15
    },
    1
  ),
  rowPoint(
    "F2-36",
    { unit: "k/s", terms: [driver(4651, nullBlock, 3, "perTick")], tolerancePercent: 25, gap: inDriver },
    2
  ),
  rowPoint("lang-040", { unit: "M/s", terms: [redLeaf(1)], tolerancePercent: 25, gap: proxied }, 0),
  ...recv.map(
    ([bytes, cycles]): Point => ({
      id: `S-flexos-iperf-mpk2-light/${bytes}`,
      published: { curve: "S-flexos-iperf-mpk2-light", x: bytes },
      publishedOver: { curve: "S-flexos-iperf-none", x: bytes },
      unit: "x",
      terms: [received(cycles, false)],
      over: [received(cycles, true)],
      tolerancePercent: 15
    })
  ),
  rowPoint(
    "hw-013",
    {
      unit: "k/s",
      terms: [enclosed(12_638, "calibration: wl-018 (12,638 cycles a request without an enclave)", 3)],
      tolerancePercent: 25,
      gap: encrypted
    },
    1
  ),
  rowPoint(
    "hw-016",
    {
      unit: "k/s",
      terms: [enclosed(74_906, "calibration: wl-019 (74,906 cycles a request without an enclave); hw-017", 22)],
      tolerancePercent: 25,
      gap: encrypted
    },
    1
  )
]
