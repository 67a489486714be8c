/**
 * The microbenchmarks of `isolde study machine`. Law: each is an experiment that stands on its own; what a machine or
 * a mechanism can't do is left out, never replaced.
 */
import { bufferRounds } from "../validate/buffer-rounds.ts"
import { type MachineTable, reading, type StudiedMachine } from "./machine-table.ts"

const KB = 1024
const MB = 1 << 20

const powers = (from: number, to: number, factor = 2): ReadonlyArray<number> => {
  const values: Array<number> = []
  for (let value = from; value <= to; value *= factor) values.push(value)
  return values
}

/** 1, 2, 4, ... and all. */
const coreCounts = (most: number): ReadonlyArray<number> => [...new Set([...powers(1, most), most])]

/** Every table of a machine. */
export const machineTables = (studied: StudiedMachine): ReadonlyArray<MachineTable> => [
  loadLatency(studied),
  streaming(studied),
  copies(studied),
  ...coreToCore(studied),
  protection(studied),
  unmapping(studied),
  synchronisation(studied),
  walks(studied)
]

function loadLatency(studied: StudiedMachine): MachineTable {
  const x = powers(8 * KB, 64 * MB)
  return {
    id: "load-latency",
    title: "Load latency against footprint",
    caption: "One load after another, each address known when the load before it has its data; pages of 4 KB.",
    xLabel: "footprint",
    x,
    xText: "bytes",
    logX: true,
    logY: true,
    unit: "cycles",
    series: (["page-random", "random"] as const).map((order) => ({
      name: order === "random" ? "random over all" : "random within a page",
      terms: x.map((bytes) => reading(studied, "latency", { experiment: "load-latency", parameters: { bytes, order } }))
    }))
  }
}

function streaming(studied: StudiedMachine): MachineTable {
  const x = coreCounts(Math.min(studied.cores, 16))
  const kinds = [
    ["reads from memory", "read", 256 * KB, 0],
    ["writes to memory", "write", 256 * KB, 0],
    ["reads from the L2", "read", 128 * KB, 1]
  ] as const
  return {
    id: "streaming-bandwidth",
    title: "Streaming bandwidth against cores",
    caption: "Each core streams over memory of its own, cold for memory, warm for the L2.",
    xLabel: "cores",
    x,
    xText: "count",
    logX: false,
    logY: true,
    unit: "GB/s",
    series: kinds.map(([name, kind, bytes, warmLaps]) => ({
      name,
      terms: x.map((cores) =>
        reading(studied, "bandwidth", {
          experiment: "streaming-bandwidth",
          parameters: { cores, kind, bytes, warmLaps }
        })
      )
    }))
  }
}

function copies(studied: StudiedMachine): MachineTable {
  const x = powers(16, 4 * MB, 4)
  return {
    id: "copy",
    title: "Copying a buffer",
    caption: "One copy among many of the same buffers.",
    xLabel: "bytes",
    x,
    xText: "bytes",
    logX: true,
    logY: true,
    unit: "cycles",
    series: [
      {
        name: "copy",
        terms: x.map((bytes) =>
          reading(studied, "ticks", { experiment: "copy", parameters: { bytes, rounds: bufferRounds(bytes) } })
        )
      }
    ]
  }
}

/** Most cores of a matrix. */
const MATRIX = 16

function coreToCore(studied: StudiedMachine): ReadonlyArray<MachineTable> {
  const cores = Math.min(studied.cores, MATRIX)
  if (cores === 1) return []
  const x = Array.from({ length: cores }, (_, core) => core)
  const options = { ...studied.options, cores }
  const run = { experiment: "core-to-core", parameters: { between: "cores", pairs: MATRIX * MATRIX } }
  return [
    {
      id: "core-to-core",
      title: "Core-to-core latency",
      caption:
        "One way of a line that two cores write by turns with compare-and-swap. A line of the figure belongs to one core.",
      xLabel: "core",
      x,
      xText: "count",
      logX: false,
      logY: false,
      unit: "ns",
      series: x.map((one) => ({
        name: String(one),
        terms: x.map((other) => {
          const [a, b] = [Math.min(one, other), Math.max(one, other)]
          return a === b ? undefined : reading({ ...studied, options }, `${a}-${b}`, run)
        })
      }))
    }
  ]
}

function protection(studied: StudiedMachine): MachineTable {
  const steps = 8
  const step = 64
  const x = Array.from({ length: steps }, (_, i) => step * (i + 1))
  return {
    id: "mprotect",
    title: "mprotect against pages",
    caption: "One system call for each page, or one for all; one thread.",
    xLabel: "pages",
    x,
    xText: "count",
    logX: false,
    logY: true,
    unit: "us",
    series: [false, true].map((contiguous) => ({
      name: contiguous ? "one call for all" : "one call for each page",
      terms: x.map((pages) =>
        reading(studied, `${pages} pages`, { experiment: "protect-pages", parameters: { step, steps, contiguous } })
      )
    }))
  }
}

function unmapping(studied: StudiedMachine): MachineTable {
  const x = coreCounts(Math.min(studied.cores, 64))
  return {
    id: "munmap",
    title: "munmap against cores",
    caption: "One call for pages that every core has touched; the others run on in user mode.",
    xLabel: "cores",
    x,
    xText: "count",
    logX: false,
    logY: false,
    unit: "us",
    series: [1, 32].map((pages) => ({
      name: pages === 1 ? "one page" : `${pages} pages`,
      terms: x.map((cores) => reading(studied, "ticks", { experiment: "munmap-cores", parameters: { cores, pages } }))
    }))
  }
}

function synchronisation(studied: StudiedMachine): MachineTable {
  const x = coreCounts(Math.min(studied.cores, 64))
  return {
    id: "permission-synchronisation",
    title: "Permission synchronisation against threads",
    caption: "mprotect of one page that every thread of the process uses, each on a core of its own.",
    xLabel: "threads",
    x,
    xText: "count",
    logX: false,
    logY: false,
    unit: "us",
    series: [
      {
        name: "mprotect of one page",
        terms: x.map((threads) =>
          reading(studied, "ticks", { experiment: "permission-synchronisation", parameters: { threads } })
        )
      }
    ]
  }
}

/** A line per page, so that the loads hit the L2 at worst and every page is another translation. */
function walks(studied: StudiedMachine): MachineTable {
  const x = powers(16, 4096)
  const native = { experiment: "load-latency", mechanism: undefined } as const
  const parameters = (pages: number) => ({ bytes: pages * (4096 + 64), granule: 4096 + 64, order: "random" })
  return {
    id: "tlb-miss",
    title: "Cost of TLB misses",
    caption:
      "Latency of loads from one line of each page, in random order: beyond the reach of a TLB each load pays for its translation. Nested: under second-level tables.",
    xLabel: "pages",
    x,
    xText: "count",
    logX: true,
    logY: false,
    unit: "cycles",
    series: [
      {
        name: "native",
        terms: x.map((pages) =>
          reading(studied, "latency", { experiment: native.experiment, parameters: parameters(pages) })
        )
      },
      ...(studied.isa === "x86-64"
        ? [
            {
              name: "nested (ept)",
              terms: x.map((pages) =>
                reading(studied, "latency", {
                  experiment: native.experiment,
                  parameters: parameters(pages),
                  mechanism: { name: "ept" }
                })
              )
            }
          ]
        : [])
    ]
  }
}
