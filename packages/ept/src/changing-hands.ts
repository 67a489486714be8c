/**
 * Objects that change hands between domains with keys: their pages carry their holder's key, and the second level maps
 * them in its context. A key is changed by the guest's kernel, a context by the hypervisor.
 *
 *   EPT15  into another context an object is withdrawn from the first, then re-keyed, then mapped in the second: on the
 *          way no domain that has the same key in either context reaches it
 *   EPT16  who holds what changes under one lock, which is held until every TLB has forgotten what was
 */
import { KeyedPages } from "@isolde/core/isolation/keyed-pages"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./acts.ts"
import type { DomainKeys } from "./domain-keys.ts"
import type { Hypervisor } from "./hypervisor.ts"

const Nobody = -1

export class ChangingHands {
  /** An object is between two hands: what registers reach of it changes from store to store. */
  underWay = false
  readonly #parts: MachineParts
  readonly #keys: DomainKeys
  readonly #hypervisor: Hypervisor
  readonly #lock: number // word
  readonly #pages: KeyedPages
  readonly #holder: Int16Array // [region] domain, or Nobody
  readonly #rights: Uint8Array // [region] Rights of its holder
  readonly #mapped: Int16Array // [region] domain in whose name the second level maps it

  /** Asks the kernel about the pages of exchange regions. */
  constructor(parts: MachineParts, keys: DomainKeys, hypervisor: Hypervisor) {
    const { regions } = parts
    this.#parts = parts
    this.#keys = keys
    this.#hypervisor = hypervisor
    this.#lock = parts.words.allocate(1)
    this.#holder = Int16Array.from({ length: regions.count }, (_, region) =>
      regions.kind[region] === RegionKind.shared ? Nobody : regions.owner[region]
    )
    this.#mapped = this.#holder.slice()
    this.#rights = new Uint8Array(regions.count).fill(Right.readWrite)
    this.#pages = new KeyedPages(parts, Act.rekey, (kind) => kind === RegionKind.exchange)
  }

  /** Domain that has `region`, or -1. */
  holderOf(region: number): number {
    return this.#holder[region]
  }

  /** `domain` comes to have `region` with `rights`, and nobody else anything. */
  transfer(program: Program, region: number, domain: number, rights: Rights): void {
    this.#locked(program, Act.give, region, (domain << 2) | rights)
  }

  /** The same if it is `domain` that has it, and nothing else. */
  narrow(program: Program, region: number, domain: number, rights: Rights): void {
    this.#locked(program, Act.narrow, region, (domain << 2) | rights)
  }

  /** Append what says that `domain`, which is no more, has lost its private `region`. */
  lose(program: Program, region: number, domain: number): void {
    this.#holder[region] = Nobody
    program.act(Act.lost, region, domain)
  }

  #locked(program: Program, action: number, region: number, argument: number): void {
    program.as(Cause.gate).compute(2) // the caller owns it: compare, branch
    program.lock(this.#lock, this.#parts.numbers.core.locked)
    program.act(action, region, argument).storeWord(this.#lock, 0)
  }

  /** An action of its own. */
  act(t: HardwareThread, code: number, region: number, what: number, tick: number): void {
    switch (code) {
      case Act.narrow:
        if (this.#holder[region] === what >>> 2) this.#give(t, region, what >>> 2, what & 3)
        return
      case Act.give:
        return this.#give(t, region, what >>> 2, what & 3)
      case Act.rekey:
        return this.#pages.step(t, region, what)
      case Act.withdraw:
        return this.#hypervisor.edit(t, region, what, Right.none, -1, Right.none)
      case Act.supply:
        return this.#hypervisor.edit(t, region, -1, Right.none, what, Right.readWrite)
      case Act.lost:
        this.#parts.enforced(t.number, Place.table, what, region, this.#rights[region], Right.none, tick)
        this.#rights[region] = Right.none
        return
      case Act.given:
        this.#parts.enforced(t.number, Place.table, what >>> 2, region, this.#rights[region], what & 3, tick)
        this.#rights[region] = what & 3
        this.underWay = false
        return
    }
  }

  /** EPT15. */
  #give(t: HardwareThread, region: number, domain: number, rights: Rights): void {
    this.underWay = true
    const from = this.#holder[region]
    const mapped = this.#mapped[region]
    const crosses = rights !== Right.none && this.#keys.contextOf(mapped) !== this.#keys.contextOf(domain)
    const lost = from !== Nobody && from !== domain
    this.#holder[region] = rights === Right.none ? Nobody : domain
    const program = t.pushProgram()
    if (crosses) {
      this.#mapped[region] = domain
      this.#hypervisor.call(program, Act.withdraw, region, mapped)
    }
    this.#pages.rekey(program.as(Cause.gate), region, this.#keys.keyOf(domain), rights)
    if (lost) program.act(Act.lost, region, from)
    if (crosses) this.#hypervisor.call(program, Act.supply, region, domain)
    program.as(Cause.gate).act(Act.given, region, (domain << 2) | rights)
  }
}
