/**
 * What is measured to see how cost grows: three rows of places (cores, footprint, domains), and the lines through them.
 * Law: a line differs from place to place in the one thing that its axis names.
 */
import type { Growing } from "./measure-growth.ts"
import { touchedPages } from "./spread-streams.ts"

/** How far each axis is followed and how long each run is. */
export interface GrowthRange {
  readonly cores: ReadonlyArray<number>
  /** Bytes. */
  readonly footprints: ReadonlyArray<number>
  /** Domains beside the program's own. */
  readonly domains: ReadonlyArray<number>
  readonly mechanisms: ReadonlyArray<string>
  /** Accesses of each run of streams; over large footprints as many more as touch nearly every page. */
  readonly accesses: number
  /** Invocations of each run of domains, after one of each. */
  readonly invocations: number
}

const KB = 2 ** 10
const MB = 2 ** 20
const GB = 2 ** 30
/** Footprints from here on are touched by one per cent alone: whole, they would be a run of their own. */
const WHOLE = 1 * GB
/** Accesses for each page that is to be touched. */
const VISITS = 3
/** One page of so many is touched where a footprint is sparse. */
const SPARSE = 100

export const growthRange: GrowthRange = {
  cores: [1, 4, 16, 64, 256],
  footprints: [64 * KB, 1 * MB, 16 * MB, 256 * MB, 1 * GB, 4 * GB, 16 * GB],
  domains: [2, 16, 128, 1024, 4096],
  mechanisms: ["none", "mpk", "ept", "cheri"],
  accesses: 2e5,
  invocations: 2048
}

/** A line: what is measured at each place, undefined where nothing is. */
export interface GrowthLine {
  readonly name: string
  readonly measured: ReadonlyArray<Growing | undefined>
}

/** A row of places. */
export interface GrowthAxis {
  readonly id: "cores" | "footprint" | "domains"
  readonly xLabel: string
  readonly xText: "bytes" | "count"
  readonly x: ReadonlyArray<number>
  readonly caption: string
  readonly lines: ReadonlyArray<GrowthLine>
}

export function growthAxes(range: GrowthRange): ReadonlyArray<GrowthAxis> {
  const { accesses, cores, domains, footprints, invocations, mechanisms } = range
  const spread = (cores: number, footprint: number, stride: number, near: number, made = accesses): Growing => ({
    spread: { cores, footprint, stride, near, accesses: made }
  })
  const over = (stride: number, most: number): ReadonlyArray<Growing | undefined> =>
    footprints.map((footprint) => {
      const whole = VISITS * touchedPages({ footprint, stride })
      return footprint <= most ? spread(1, footprint, stride, 0, Math.max(accesses, whole)) : undefined
    })
  return [
    {
      id: "cores",
      xLabel: "cores",
      xText: "count",
      x: cores,
      caption: "95 of 100 accesses in 16 KB of the core's own, or uniform in 16 MB of its own.",
      lines: [
        { name: "95 % in 16 KB", measured: cores.map((count) => spread(count, 16 * MB, 1, 95)) },
        { name: "uniform in 16 MB", measured: cores.map((count) => spread(count, 16 * MB, 1, 0)) }
      ]
    },
    {
      id: "footprint",
      xLabel: "footprint",
      xText: "bytes",
      x: footprints,
      caption: "One core, uniform over all pages of its footprint, or over one page in a hundred.",
      lines: [
        { name: "touched whole", measured: over(1, WHOLE) },
        { name: "touched by 1 %", measured: over(SPARSE, Number.POSITIVE_INFINITY) }
      ]
    },
    {
      id: "domains",
      xLabel: "domains",
      xText: "count",
      x: domains,
      caption:
        "One core that enters a domain at random, reads sixteen words of the domain's own and leaves, over and over; nothing where a mechanism can't tell so many domains apart.",
      lines: mechanisms.map((mechanism) => ({
        name: mechanism,
        measured: domains.map((count) => ({ domains: count, invocations, mechanism }))
      }))
    }
  ]
}

/** What start-up is measured with: sixteen cores, 64 KB each. */
export const startUp: Growing = { spread: { cores: 16, footprint: 64 * KB, stride: 1, near: 95, accesses: 16_000 } }
