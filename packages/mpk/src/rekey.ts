/**
 * Pages get another key through the kernel: a pkey_mprotect, with its shootdown, for every run of adjacent pages.
 *
 *   MPK14  a thread has one pkey_mprotect under way: the next begins when the one before has returned, so every TLB
 *          has forgotten the old key when the last one is over
 */
import { keyedEntry, pageRuns } from "@isolde/core/isolation/page-runs"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import { type Holdings, Nobody } from "./holdings.ts"

export class Rekey {
  readonly #parts: MachineParts
  readonly #holdings: Holdings
  readonly #runs: ReadonlyArray<Int32Array> // [region] first page, pages, of each run

  /** Asks the kernel about the pages of exchange regions, and of all that are somebody's if `all`. */
  constructor(parts: MachineParts, holdings: Holdings, all: boolean) {
    const { kernel, pages, regions } = parts
    this.#parts = parts
    this.#holdings = holdings
    this.#runs = Array.from({ length: regions.count }, (_, region) => pageRuns(region, regions, pages))
    for (let region = 0; region < regions.count; region++) {
      const kind = regions.kind[region]
      if (kind === RegionKind.shared || (kind === RegionKind.private && !all)) continue
      const runs = this.#runs[region] as Int32Array
      for (let at = 0; at < runs.length; at += 2)
        kernel.ask({ first: runs[at] as number, count: runs[at + 1] as number, request: "protect" })
    }
  }

  /** Append what gives `key` to the pages of `region`, with `rights` for whoever has it open. */
  region(program: Program, region: number, key: number, rights: Rights): void {
    program.act(Act.run, region, (key << 2) | rights)
  }

  /** Append what gives `key` to the pages of all regions of `domain`, or takes them from everybody with `rights` none. */
  group(program: Program, domain: number, key: number, rights: Rights): void {
    const first = this.#holdings.firstOf(domain)
    if (first !== Nobody) program.act(Act.region, first, (key << 2) | rights)
  }

  /** An action of its own. */
  act(t: HardwareThread, code: number, region: number, what: number): void {
    const program = t.pushProgram().as(Cause.gate)
    if (code === Act.region) {
      program.act(Act.run, region, what & 0xff)
      const next = this.#holdings.after(region)
      if (next !== Nobody) program.act(Act.region, next, what)
      return
    }
    const runs = this.#runs[region] as Int32Array
    const at = (what >>> 8) * 2
    if (at >= runs.length) return
    const entry = keyedEntry((what & 0xff) >>> 2, what & 3)
    this.#parts.kernel.protect(program, t, runs[at] as number, runs[at + 1] as number, entry)
    program.as(Cause.gate).act(Act.run, region, what + 0x100)
  }
}
