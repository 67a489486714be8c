/**
 * Shootdowns by interrupt: munmap among cores, what of it native_flush_tlb_others takes, and of many pages (LATR, Fig. 6
 * and 8: two sockets of eight cores; its kernel and benchmark are in github.com/sslab-gatech/latr), madvise on all CPUs at once (linux-mm, 2025), and with one responder (EuroSys'20, Fig. 5 and
 * 7: two sockets of fourteen cores, page tables isolated or not, without the paper's optimisations and with all).
 */
import type { MachineOptions } from "@isolde/core"
import type { ShootdownOptimisation } from "@isolde/core/machines/shootdown-choice"
import { curvePoints, type Point, rowPoint, type Term } from "../point.ts"

/** LATR's machine, and the kernel that it changed. */
const latr = { machine: "haswell-ep", options: { cores: 16, sockets: 2, kernel: { version: "4.10" } } } as const

const unmapped = (cores: number, pages: number) => ({
  unit: "us" as const,
  terms: [
    {
      ...latr,
      experiment: "munmap-cores",
      parameters: { cores, pages },
      reading: "ticks"
    }
  ],
  tolerancePercent: 25
})

/** What the flush takes on so many cores; on one it is its INVLPG, which the source's clock leaves out. */
const flushed = (threads: number, weight: number): Term => ({
  ...latr,
  experiment: "range-flush",
  parameters: { threads },
  reading: "ticks",
  weight
})

/**
 * will-it-scale's tlb_flush2_threads: a store and madvise(DONTNEED) of a page of one's own, on 72 CPUs, without the drain of
 * lists that the source's kernel had in the way; by interrupts, and by INVLPGB.
 */
const stormed = (part: number, shootdown: "interrupt" | "invlpgb", gap?: string): Point =>
  rowPoint(
    "F5-68",
    {
      unit: "k/s",
      terms: [
        {
          machine: "zen-3",
          options: { cores: 36, threadsPerCore: 2, shootdown, kernel: { version: "6.0" } },
          experiment: "mapping-storm",
          parameters: { threads: 72 },
          reading: "perTick"
        }
      ],
      tolerancePercent: 25,
      ...(gap === undefined ? {} : { gap })
    },
    part
  )

const responders = ["sibling", "socket", "other"] as const

/** Flushes in context are of page-table isolation's second translation: without it three optimisations are all. */
const optimisations = (pageTableIsolation: boolean): ReadonlyArray<ShootdownOptimisation> =>
  pageTableIsolation ? ["concurrent", "early", "consolidated", "inContext"] : ["concurrent", "early", "consolidated"]

const clocks =
  "the source names no clock of its cores: at turbo, counted at 2.0 GHz, initiators of other cores come to -26 to +5 % of it, those of siblings to -49 to -35 %; a shootdown of one target takes 2568 cycles in LATR's figures, on an older kernel with fewer shared lines, which leaves 670 here for the system call around it"

/** The cell has three numbers: on the same core, in the same socket, in the other. */
const withOneResponder = (
  row: string,
  reading: "initiator" | "responder",
  pageTableIsolation: boolean,
  optimised = false
) => {
  const options: MachineOptions = {
    cores: 28,
    sockets: 2,
    threadsPerCore: 2,
    kernel: { pageTableIsolation },
    ...(optimised ? { shootdownOptimisations: optimisations(pageTableIsolation) } : {})
  }
  return responders.map((responder, part) =>
    rowPoint(
      row,
      {
        unit: "cycles",
        terms: [{ machine: "broadwell-ep", options, experiment: "shootdown-pte", parameters: { responder }, reading }],
        tolerancePercent: 25,
        gap: clocks
      },
      part
    )
  )
}

export const shootdownPoints: ReadonlyArray<Point> = [
  ...curvePoints(
    "S-latr-munmap-linux",
    Array.from({ length: 16 }, (_, i) => i + 1),
    (cores) => unmapped(cores, 1)
  ),
  ...curvePoints("S-latr-pages-linux", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], (pages) => unmapped(16, pages)),
  ...curvePoints(
    "S-latr-shootdown-linux",
    Array.from({ length: 15 }, (_, i) => i + 2),
    (threads) => ({
      unit: "us",
      terms: [flushed(threads, 1), flushed(1, -1)],
      tolerancePercent: 25
    })
  ),
  stormed(1, "interrupt"),
  stormed(
    3,
    "invlpgb",
    "what a kernel does for a page beside its entry and frame (control groups, lists of pages) contends too, and bounds the source once flushes don't"
  ),
  ...withOneResponder("F5-20", "initiator", true),
  ...withOneResponder("F5-22", "responder", true),
  ...withOneResponder("F5-28", "initiator", false),
  ...withOneResponder("F5-30", "responder", false),
  ...withOneResponder("F5-21", "initiator", true, true),
  ...withOneResponder("F5-23", "responder", true, true),
  ...withOneResponder("F5-29", "initiator", false, true),
  ...withOneResponder("F5-31", "responder", false, true)
]
