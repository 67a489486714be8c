/**
 * Objects with one holder each, whose pages carry their holder's key: what `synchronise: "rekey"` and key
 * virtualisation have in common. A change of hands is the kernel's business, so it is over everywhere when it returns.
 *
 *   MPK15  who holds what changes under a lock, which is held until every TLB has forgotten the old key
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import type { MpkConfig } from "./config.ts"
import { Holdings, Nobody } from "./holdings.ts"
import { domainKey, type KeyPlan } from "./key-plan.ts"
import { Rekey } from "./rekey.ts"
import { VirtualKeys } from "./virtual-keys.ts"

export class OneHolder {
  /** Where domains take turns with keys. */
  readonly virtual: VirtualKeys | undefined
  readonly #parts: MachineParts
  readonly #lock: number // word
  readonly #holdings: Holdings
  readonly #rekey: Rekey
  readonly #rights: Uint8Array // [region] rights of its holder, as its pages' entries say

  constructor(config: MpkConfig, parts: MachineParts, plan: KeyPlan) {
    this.#parts = parts
    this.#holdings = holdingsAtStart(parts)
    this.#rights = new Uint8Array(parts.regions.count).fill(Right.readWrite)
    this.#rekey = new Rekey(parts, this.#holdings, config.virtualise)
    if (config.virtualise) this.virtual = new VirtualKeys(config, parts, plan.shared, this.#rekey)
    this.#lock = this.virtual?.lock ?? parts.words.allocate(1)
  }

  /** The pages of `region` come to be what `domain` may do with it, and nobody else anything (MPK4). */
  transfer(program: Program, region: number, domain: number, rights: Rights): void {
    this.#locked(program, Act.give, region, (domain << 2) | rights)
  }

  /** The same if it is `domain` that has it, and nothing else. */
  narrow(program: Program, region: number, domain: number, rights: Rights): void {
    this.#locked(program, Act.narrow, region, (domain << 2) | rights)
  }

  #locked(program: Program, action: number, region: number, argument: number): void {
    const { locked } = this.#parts.numbers.core
    program.as(Cause.gate).compute(2) // the caller owns it: compare, branch
    program.lock(this.#lock, locked)
    program.act(action, region, argument).storeWord(this.#lock, 0)
  }

  /** An action of its own. */
  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    switch (code) {
      case Act.run:
      case Act.region:
        return this.#rekey.act(t, code, a, b)
      case Act.narrow:
        if (this.#holdings.holderOf(a) === b >>> 2) this.#give(t, a, b >>> 2, b & 3)
        return
      case Act.give:
        return this.#give(t, a, b >>> 2, b & 3)
      case Act.given:
        return this.#given(t, a, (b >>> 16) - 1, (b >>> 2) & 0x3fff, b & 3, tick)
      default:
        this.virtual?.act(t, code, a, b)
    }
  }

  /** A write of the rights register of `t`, in `domain`, has changed what it may do with `key`'s regions. */
  report(t: HardwareThread, domain: number, key: number, before: Rights, after: Rights, tick: number): void {
    const of = this.virtual === undefined ? key - 1 : this.virtual.domainOf(key)
    if (of < 0 || of >= this.#parts.domains) return
    for (let region = this.#holdings.firstOf(of); region !== Nobody; region = this.#holdings.after(region))
      this.#parts.enforced(t.number, Place.register, domain, region, before, after, tick)
  }

  #give(t: HardwareThread, region: number, domain: number, rights: Rights): void {
    const from = this.#holdings.holderOf(region)
    const key = this.virtual === undefined ? domainKey(domain) : this.virtual.keyOf(domain)
    const program = t.pushProgram().as(Cause.gate)
    this.#holdings.give(region, rights === Right.none ? Nobody : domain)
    this.#rekey.region(program, region, key, key === 0 ? Right.none : rights)
    program.act(Act.given, region, ((from + 1) << 16) | (domain << 2) | rights)
  }

  #given(t: HardwareThread, region: number, from: number, domain: number, rights: Rights, tick: number): void {
    const before = this.#rights[region]
    this.#rights[region] = rights
    if (from >= 0 && from !== domain)
      this.#parts.enforced(t.number, Place.table, from, region, before, Right.none, tick)
    this.#parts.enforced(t.number, Place.table, domain, region, from === domain ? before : Right.none, rights, tick)
  }

  /** Rights to `region` that its pages' entries give `domain` at the start. */
  begins(domain: number, region: number): Rights {
    return this.#holdings.holderOf(region) === domain ? Right.readWrite : Right.none
  }
}

/** Owners hold their regions; what is everybody's has no holder. */
function holdingsAtStart({ domains, exchange, regions }: MachineParts): Holdings {
  const holdings = new Holdings(domains, regions.count)
  for (let region = regions.count - 1; region >= 0; region--) {
    const kind = regions.kind[region]
    if (kind === RegionKind.private || (kind === RegionKind.exchange && exchange !== "share"))
      holdings.give(region, regions.owner[region])
  }
  return holdings
}
