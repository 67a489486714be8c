/**
 * Regions get another key: one, or all that a domain holds, one behind the other.
 *
 *   MPK14  a thread has one pkey_mprotect under way: the next begins when the one before has returned, so every TLB
 *          has forgotten the old key when the last one is over
 */
import { KeyedPages } from "@isolde/core/isolation/keyed-pages"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import { type Holdings, Nobody } from "./holdings.ts"

export class Rekey {
  readonly #holdings: Holdings
  readonly #pages: KeyedPages

  /** Asks the kernel about the pages of exchange regions, and of all that are somebody's if `all`. */
  constructor(parts: MachineParts, holdings: Holdings, all: boolean) {
    this.#holdings = holdings
    this.#pages = new KeyedPages(parts, Act.run, (kind) =>
      all ? kind !== RegionKind.shared : kind === RegionKind.exchange
    )
  }

  /** Append what gives `key` to the pages of `region`, with `rights` for whoever has it open. */
  region(program: Program, region: number, key: number, rights: Rights): void {
    this.#pages.rekey(program, region, key, rights)
  }

  /** Append what gives `key` to the pages of all regions of `domain`, or takes them from everybody with `rights` none. */
  group(program: Program, domain: number, key: number, rights: Rights): void {
    const first = this.#holdings.firstOf(domain)
    if (first !== Nobody) program.act(Act.region, first, (key << 2) | rights)
  }

  /** An action of its own. */
  act(t: HardwareThread, code: number, region: number, what: number): void {
    if (code === Act.run) return this.#pages.step(t, region, what)
    const program = t.pushProgram().as(Cause.gate)
    program.act(Act.run, region, what & 0xff)
    const next = this.#holdings.after(region)
    if (next !== Nobody) program.act(Act.region, next, what)
  }
}
