/**
 * Pages of regions get another key through the kernel: a pkey_mprotect, with its shootdown, for every run of adjacent
 * pages, and an action of the unit's in between that goes on with the next.
 * Law: the next one begins when the one before has returned, so every TLB has forgotten the old key when the last one is
 * over.
 */
import { Entry, type Pages } from "../memory/pages.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { Regions } from "./regions.ts"
import { Right, type Rights } from "./rights.ts"
import type { MachineParts } from "./unit.ts"

export class KeyedPages {
  readonly #kernel: MachineParts["kernel"]
  readonly #action: number
  readonly #runs: ReadonlyArray<Int32Array> // [region] first page, pages, of each run

  /** Asks the kernel about the pages of regions of the kinds that `changes`. `action`: the unit's code for `step`. */
  constructor({ kernel, pages, regions }: MachineParts, action: number, changes: (kind: number) => boolean) {
    this.#kernel = kernel
    this.#action = action
    this.#runs = Array.from({ length: regions.count }, (_, region) => pageRuns(region, regions, pages))
    for (let region = 0; region < regions.count; region++) {
      if (!changes(regions.kind[region])) continue
      const runs = this.#runs[region]
      for (let at = 0; at < runs.length; at += 2)
        kernel.ask({ first: runs[at], count: runs[at + 1], request: "protect" })
    }
  }

  /** Append what gives `key` to the pages of `region`, with `rights` for whoever has it open. */
  rekey(program: Program, region: number, key: number, rights: Rights): void {
    program.act(this.#action, region, (key << 2) | rights)
  }

  /** The action, with its arguments: the next run's place stands above key and rights. */
  step(t: HardwareThread, region: number, what: number): void {
    const runs = this.#runs[region]
    const at = (what >>> 8) * 2
    if (at >= runs.length) return
    const program = t.pushProgram().as(Cause.gate)
    this.#kernel.protect(program, t, runs[at], runs[at + 1], keyedEntry((what & 0xff) >>> 2, what & 3))
    program.as(Cause.gate).act(this.#action, region, what + 0x100)
  }
}

/** First page and number of pages of each run of `region` that lies one behind another, in number and in memory. */
function pageRuns(region: number, regions: Regions, pages: Pages): Int32Array {
  const runs: Array<number> = []
  for (const page of regions.pagesOf(region).sort((x, y) => x - y)) {
    const last = runs.length - 2
    const isNext = last >= 0 && page === runs[last] + runs[last + 1] && pages.low[page] === pages.low[page - 1] + 1
    if (isNext) runs[last + 1]++
    else runs.push(page, 1)
  }
  return Int32Array.from(runs)
}

/** Entry of a page with `key` and `rights`: absent for nobody, as mprotect(PROT_NONE) leaves it. */
function keyedEntry(key: number, rights: Rights): number {
  if (rights === Right.none) return 0
  const entry = Entry.present | (key << Entry.keyShift)
  return (rights & Right.write) === 0 ? entry : entry | Entry.writable
}
