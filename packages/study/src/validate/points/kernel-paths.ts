/**
 * Single paths of the kernel: the system call that does nothing, page faults with and without page-table isolation
 * (EuroSys'20 Fig. 9), madvise and a touch beside other threads and mprotect of one page (linux-mm, 2019 and 2022),
 * a switch between threads of a process (ghOSt Table 3).
 */
import type { MachineOptions } from "@isolde/core"
import type { ShootdownOptimisation } from "@isolde/core/machines/shootdown-choice"
import { type Point, rowPoint, type Term } from "../point.ts"

const nothing = (machine: string, options: MachineOptions = {}): Term => ({
  machine,
  options: { cores: 1, ...options },
  experiment: "system-call",
  reading: "ticks"
})

const isolated: MachineOptions = { kernel: { pageTableIsolation: true } }

const calls = (row: string, part: number, term: Term, unit: "cycles" | "ns" = "cycles"): Point =>
  rowPoint(row, { unit, terms: [term], tolerancePercent: 25 }, part)

/** A store to a page that shares its frame, the first since. */
const copied = (
  part: number,
  pageTableIsolation: boolean,
  shootdownOptimisations: ReadonlyArray<ShootdownOptimisation>
) =>
  rowPoint(
    "F5-38",
    {
      unit: "cycles",
      terms: [
        {
          machine: "broadwell-ep",
          options: { cores: 1, kernel: { pageTableIsolation }, shootdownOptimisations },
          experiment: "page-fault",
          parameters: { kind: "copy" },
          reading: "fault"
        }
      ],
      tolerancePercent: 25
    },
    part
  )

/**
 * madvise(DONTNEED) and a touch of one page. 661 ns for a call and a fault leave no room for isolated page tables, under
 * which the fault alone takes 3776 cycles (F5-38); a thread or a few run at the turbo clock.
 */
const given = (part: number, threads: number, shootdownOptimisations: ReadonlyArray<ShootdownOptimisation> = []) =>
  rowPoint(
    "F5-66",
    {
      unit: "ns",
      terms: [
        {
          machine: "haswell-ep-10",
          options: { clock: "turbo", shootdownOptimisations },
          experiment: "page-fault",
          parameters: { threads },
          reading: "both"
        }
      ],
      tolerancePercent: 25,
      gap: "the model's path of a fault is that of a copy-on-write fault (F5-38: 2502 cycles), which alone is more than call and fault here"
    },
    part
  )

const protectedBy = (part: number, threads: number): Point =>
  rowPoint(
    "F5-67",
    {
      unit: "cycles",
      terms: [
        {
          machine: "haswell-ep-10",
          options: { kernel: { pageTableIsolation: true, version: "5.13" } },
          experiment: "permission-synchronisation",
          parameters: { threads },
          reading: "ticks"
        }
      ],
      tolerancePercent: 25,
      gap: "Linux 5.19's mprotect of a page takes 2499 cycles on one core, where the 4.14 that the model's path is of takes 1094 (F1a-04)"
    },
    part
  )

const turn: Term = {
  machine: "skylake-sp",
  options: { cores: 1, clock: 2 },
  experiment: "context-switch",
  reading: "ticks"
}

export const kernelPathPoints: ReadonlyArray<Point> = [
  calls("F1c-03", 0, nothing("skylake-sp", { ...isolated, clock: 2.2 })),
  calls("F1c-03", 1, nothing("skylake-sp", { clock: 2.2 })),
  // A client part has the same core.
  calls("F2-03", 0, nothing("skylake-sp", isolated)),
  // 431 +/- 13 and 181 +/- 5.
  calls("F2-03", 2, nothing("skylake-sp")),
  calls("F2-16", 0, nothing("haswell-ep-10")),
  calls("F4-10", 1, nothing("ivy-bridge")),
  calls("F5-85", 0, nothing("skylake-sp", { clock: 2 }), "ns"),
  calls("F5-85", 1, turn, "ns"),
  calls("sfi-009", 1, nothing("apple-m1"), "ns"),
  calls("sfi-012", 1, nothing("neoverse-n1", { clock: 3 }), "ns"),
  copied(0, true, []),
  copied(1, true, ["concurrent", "early", "consolidated", "inContext"]),
  copied(3, false, []),
  copied(4, false, ["concurrent", "early", "consolidated"]),
  given(0, 1),
  given(1, 2),
  given(2, 2, ["concurrent"]),
  given(3, 4),
  given(4, 4, ["concurrent"]),
  ...[1, 2, 1, 2].map((threads, part) => protectedBy(part, threads))
]
