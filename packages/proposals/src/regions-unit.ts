/**
 * HFI: the core has region registers, checked beside each access; trusted code fills them at hfi_enter, and a change of
 * rights is a change of the memory that they are filled from, and of the issuer's own registers.
 *
 *   PRO18  rights to objects live in registers: another thread keeps what its last hfi_enter filled until its next one
 *   PRO19  a check takes no time and no instruction; filling takes a load and an hfi_set_region for each register
 */

import { authorityOf, domainOf, isTrusted, restOf, TRUSTED } from "@isolde/core/isolation/packed-authority"
import { RegionLookup } from "@isolde/core/isolation/region-lookup"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Fault } from "@isolde/core/processor/memory-port"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { EXPLICIT_REGIONS, IMPLICIT_REGIONS, RegionRegisters } from "./region-registers.ts"

const Act = { select: 0, trust: 1, read: 2, record: 3, renew: 4 } as const
/** Thread that no worker runs on. */
const NoWorker = -1
/** Bytes of what fills one register: base, length or mask, rights. */
const DESCRIPTOR = 24
const PER_PAGE = 16

export class RegionsUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #config: ProposalsConfig
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #lookup: RegionLookup
  readonly #registers: RegionRegisters
  readonly #descriptors: number // first page: 256 bytes for each domain
  readonly #worker: Int16Array // [software thread] worker, or NoWorker
  #threads: ReadonlyArray<HardwareThread> = []
  #workers = 0

  constructor(config: ProposalsConfig, parts: MachineParts) {
    const { domains, pages, regions, softwareThreads } = parts
    this.copyChunk = config.copyChunk
    this.#config = config
    this.#parts = parts
    this.#lookup = new RegionLookup(pages, regions)
    this.#registers = new RegionRegisters(parts)
    this.#descriptors = pages.reserve(Math.ceil(domains / PER_PAGE))
    this.#worker = new Int16Array(softwareThreads).fill(NoWorker)
    this.#gate = new Gate(config, parts, { enter: config.hfiSwitch, leave: config.hfiSwitch })
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.#threads = threads
  }

  start(t: HardwareThread, domain: number): void {
    if (this.#worker[t.software] === NoWorker) {
      this.#worker[t.software] = this.#workers++
      this.#registers.attach(t.software, this.#worker[t.software])
    }
    t.authority = authorityOf(domain, this.#registers.row(t.software, domain))
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.call(program, t.software, from, to)
    this.#fill(program, false, to)
    this.#gate.arrive(program)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.return(program, t.software, from, to)
    this.#fill(program, true, to)
    this.#gate.resume(program, t.software)
  }

  /** Trusted code copies outside the sandbox, between hfi_exit and the next hfi_enter. */
  openBoth(program: Program): void {
    this.#gate.change(program, false, Act.trust, 0)
  }

  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#change(program, t, region, domain, rights)
  }

  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#change(program, t, region, domain, rights)
  }

  move(program: Program, t: HardwareThread, region: number, from: number, to: number): void {
    this.#change(program, t, region, from, Right.none)
    this.#change(program, t, region, to, Right.readWrite)
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    const registers = this.#registers
    switch (code) {
      case Act.read:
        return registers.read(t.software, a, t.value)
      case Act.record:
        return this.#record(t, a, b >>> 2, b & 3)
      case Act.trust:
        t.authority |= TRUSTED
        return
      case Act.renew:
        if (domainOf(t.authority) === a) this.#write(t, a, t.authority & TRUSTED, tick)
        return
      default:
        this.#write(t, a, 0, tick)
    }
  }

  checkAccess(thread: number, page: number, offset: number, bytes: number, store: boolean): number {
    const t = this.#threads[thread]
    if (isTrusted(t.authority)) return Fault.none
    const region = this.#lookup.at(page, offset)
    if (this.#lookup.leavesObject(region, page, offset, bytes)) return Fault.mechanism
    if (region < 0) return Fault.none
    const rights = this.#rights(t, region)
    return (rights & (store ? Right.write : Right.read)) === 0 ? Fault.mechanism : Fault.none
  }

  allows(t: RightsHolder, region: number): Rights {
    return isTrusted(t.authority) ? Right.readWrite : this.#rights(t, region)
  }

  /** They say all that there is. */
  readonly registers = ({ authority }: RightsHolder): number => authority >>> 0

  /** PRO18: what the thread's registers say. */
  #rights(t: RightsHolder, region: number): Rights {
    const { exchange, regions } = this.#parts
    const register = this.#registers.of(region)
    if (register >= 0) {
      const { [region]: worker } = regions.worker
      if (worker >= 0 && worker !== this.#worker[t.software]) return Right.none
      return (restOf(t.authority) >>> (2 * register)) & 3
    }
    const kind = regions.kind[region]
    if (kind === RegionKind.shared || (kind === RegionKind.exchange && exchange === "share")) return Right.readWrite
    return regions.owner[region] === domainOf(t.authority) ? Right.readWrite : Right.none
  }

  /** PRO19: hfi_enter, in front of it what fills the registers of domain `to`. */
  #fill(program: Program, isReturn: boolean, to: number): void {
    const page = this.#descriptors + Math.floor(to / PER_PAGE)
    const at = (to % PER_PAGE) * 256
    program.as(Cause.gate)
    if (this.#registers.lock >= 0) program.loadWord(this.#registers.wordOf(to)).act(Act.read, to)
    for (let register = 0; register < IMPLICIT_REGIONS + EXPLICIT_REGIONS; register++)
      program.load(page, at + register * DESCRIPTOR, DESCRIPTOR).compute(1, this.#config.hfiRegion)
    this.#gate.change(program, isReturn, Act.select, to)
  }

  #change(program: Program, t: HardwareThread, region: number, domain: number, rights: Rights): void {
    const { lock } = this.#registers
    program.as(Cause.gate).compute(2) // the caller owns it: compare, branch
    if (this.#registers.of(region) < 0) return
    if (this.#registers.isCommon(region)) {
      program.lock(lock, this.#parts.numbers.core.locked)
      program.loadWord(this.#registers.wordOf(domain)).act(Act.record, region, (domain << 2) | rights)
      program.storeWord(lock, 0)
    } else {
      program.load(this.#descriptors + Math.floor(domain / PER_PAGE), (domain % PER_PAGE) * 256, DESCRIPTOR)
      program.store(this.#descriptors + Math.floor(domain / PER_PAGE), (domain % PER_PAGE) * 256, DESCRIPTOR)
      this.#registers.record(t.software, domain, region, rights)
    }
    program.as(Cause.gate).serialise(Serialise.hold, this.#config.hfiRegion).act(Act.renew, domain)
  }

  #record(t: HardwareThread, region: number, domain: number, rights: Rights): void {
    const bits = this.#registers.changed(t.value, region, rights)
    this.#registers.read(t.software, domain, bits)
    t.pushProgram().as(Cause.gate).compute(2).storeWord(this.#registers.wordOf(domain), bits) // and, or
  }

  /** The registers are what the rows of `domain` say. */
  #write(t: HardwareThread, domain: number, trusted: number, tick: number): void {
    const before = restOf(t.authority)
    const isSame = domainOf(t.authority) === domain
    const after = this.#registers.row(t.software, domain)
    t.authority = authorityOf(domain, after) | trusted
    if (!isSame || before === after) return
    for (const region of this.#registers.objects) {
      const at = 2 * this.#registers.of(region)
      const [old, now] = [(before >>> at) & 3, (after >>> at) & 3]
      const { [region]: worker } = this.#parts.regions.worker
      if (old === now || (worker >= 0 && worker !== this.#worker[t.software])) continue
      this.#parts.enforced(t.number, Place.register, domain, region, old, now, tick)
    }
  }
}
