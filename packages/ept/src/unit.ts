/**
 * EPT switching with time. Which context is active lives in a register of the thread (`context`); what a context
 * may reach lives in its tables and, tagged with the context, in TLB entries. No access is checked by the unit
 * itself: the entry that a two-dimensional walk brings back says it all.
 *
 *   EPT11  translations are tagged with their context, and VMFUNC forgets none
 */

import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import { callback } from "@isolde/core/kernel/callback"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./acts.ts"
import { ChangingHands } from "./changing-hands.ts"
import type { EptConfig } from "./config.ts"
import { DomainKeys, domainsPerContext, keyed } from "./domain-keys.ts"
import { vmfunc } from "./ept-walk.ts"
import { EptpList } from "./eptp-list.ts"
import { Gate } from "./gate.ts"
import { Hypervisor } from "./hypervisor.ts"
import { SecondLevel } from "./second-level.ts"

export class EptUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #parts: MachineParts
  readonly #tables: SecondLevel
  readonly #gate: Gate
  readonly #list: EptpList
  readonly #hypervisor: Hypervisor
  readonly #keys: DomainKeys
  readonly #keyed: boolean
  readonly #hands: ChangingHands | undefined
  readonly #domain: Int16Array // [software thread] domain whose keys the last gate opened
  readonly #firstPage: Int32Array // [region]
  readonly #reported: Uint8Array // [context][row] Rights as last reported
  // EPT12: which domain's a translation is hangs on its context and its key.
  readonly translatesFor?: NonNullable<ProtectionUnit["translatesFor"]>

  constructor(config: EptConfig, parts: MachineParts) {
    this.copyChunk = config.copyChunk
    this.#parts = parts
    const perContext = domainsPerContext(config.keys, parts.exchange)
    this.#keys = new DomainKeys(config.keys, parts)
    this.#keyed = config.keys
    this.#tables = new SecondLevel(parts, config.eptpList, perContext)
    this.#gate = new Gate(config, parts, Act)
    const { regions } = parts
    this.#firstPage = Int32Array.from(
      { length: regions.count },
      (_, region) => regions.extentPage[regions.extentStart[region]] ?? -1
    )
    this.#hypervisor = new Hypervisor(config, parts, this.#tables, Act.stored)
    this.#domain = new Int16Array(parts.softwareThreads)
    if (config.keys) {
      this.#hands = new ChangingHands(parts, this.#keys, this.#hypervisor)
      this.translatesFor = callback((entry, context) =>
        context < this.#tables.monitor ? this.#keys.domainOf(context, entry) : -1
      )
    }
    const contexts = this.#tables.monitor
    this.#list = new EptpList(parts.words, contexts + 1)
    this.#reported = new Uint8Array(contexts * this.#tables.rows)
    for (let region = 0; region < regions.count; region++)
      for (const page of regions.pagesOf(region))
        for (let context = 0; context < contexts; context++)
          this.#reported[context * this.#tables.rows + this.#tables.rowOf(page)] = this.#tables.wanted(context, page)
  }

  start(thread: HardwareThread, domain: number): void {
    thread.enterSecondLevel(this.#keys.contextOf(domain))
    this.#domain[thread.software] = domain
    if (this.#keyed) thread.keyRights = this.#keys.registerOf(domain)
  }

  enter(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.enter(program, thread.software, from, to, this.#contextFor(thread, to))
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.leave(program, thread.software, from, to, this.#contextFor(thread, to))
  }

  openBoth(program: Program, _thread: HardwareThread, from: number, to: number): void {
    if (!this.#keyed || this.#keys.contextOf(from) !== this.#keys.contextOf(to))
      this.#gate.switch(program, this.#tables.monitor)
    if (this.#keyed) this.#gate.writeKeys(program, from, to)
  }

  /** EPT4: VMFUNC of leaf `a` and index `b`, or, with keys, WRPKRU of `a`: a domain's own act. */
  instruction(program: Program, _thread: HardwareThread, code: number, a: number, b: number): void {
    if (code !== 0) return this.#gate.strayKeys(program, a)
    this.#list.read(program.as(Cause.application).compute(2), b) // leaf, index
    program.act(Act.vmfunc, a, b)
  }

  /** Context that the gate into `domain` has to switch to, or -1 where keys are all that changes. */
  #contextFor(thread: HardwareThread, domain: number): number {
    const context = this.#keys.contextOf(domain)
    return this.#keyed && thread.secondLevel === context ? -1 : context
  }

  grant(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#hands !== undefined) return this.#hands.transfer(program, region, domain, rights)
    this.#hypervisor.call(program, Act.grant, region, pair(domain, rights))
  }

  revoke(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    if (this.#hands !== undefined) return this.#hands.narrow(program, region, domain, rights)
    this.#hypervisor.call(program, Act.revoke, region, pair(domain, rights))
  }

  move(program: Program, _thread: HardwareThread, region: number, from: number, to: number): void {
    if (this.#hands !== undefined) return this.#hands.transfer(program, region, to, Right.readWrite)
    this.#hypervisor.call(program, Act.move, region, pair(from, to))
  }

  retire(program: Program, _thread: HardwareThread, domain: number): void {
    this.#hypervisor.call(program, Act.retire, domain, 0)
  }

  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void {
    switch (code) {
      case Act.switch:
        thread.enterSecondLevel(a)
        return
      case Act.keys:
        if (a === b) this.#domain[thread.software] = a
        thread.keyRights = this.#keys.registerOf(a) & this.#keys.registerOf(b)
        return
      case Act.stray:
        thread.keyRights = a
        return
      case Act.vmfunc:
        return this.#gate.stray(thread.pushProgram(), vmfunc(a, b, this.#list.isValid(b, thread.value)))
      case Act.retire:
        return this.#retire(thread, a)
      case Act.stored:
        if (this.#hands === undefined) this.#report(thread, a, b, tick)
        return
      case Act.grant:
        return this.#hypervisor.edit(thread, a, -1, Right.none, first(b), second(b))
      case Act.revoke:
        return this.#hypervisor.edit(thread, a, first(b), second(b), -1, Right.none)
      case Act.move:
        return this.#hypervisor.edit(thread, a, first(b), Right.none, second(b), Right.readWrite)
      default:
        this.#hands?.act(thread, code, a, b, tick)
    }
  }

  /** EPT17. */
  #retire(thread: HardwareThread, domain: number): void {
    const program = thread.pushProgram().as(Cause.kernel)
    for (const region of this.#hypervisor.retire(program, thread, domain, this.#list))
      this.#hands?.lose(program, region, domain)
  }

  allows(thread: RightsHolder, region: number): Rights {
    const rights = this.#tables.allows(thread.secondLevel, region)
    const page = this.#firstPage[region]
    return this.#keyed && page >= 0 ? rights & keyed(thread.keyRights, this.#parts.pages.entry[page]) : rights
  }

  /**
   * The register says whose view it is, and nothing of what that maps; the monitor's maps everything. With keys, other
   * domains' that it opens are the register's.
   */
  holds(thread: RightsHolder, region: number): Rights {
    if (this.#hands === undefined) return thread.secondLevel === this.#tables.monitor ? Right.readWrite : Right.none
    const holder = this.#hands.holderOf(region)
    const own = holder === thread.domain || holder === this.#domain[thread.software]
    return own ? Right.none : this.allows(thread, region)
  }

  registers(thread: RightsHolder): number {
    const { domain, keyRights, secondLevel, software } = thread
    if (this.#hands === undefined) return secondLevel === this.#tables.monitor ? 1 : 0
    if (this.#hands.underWay) return -1
    const at = secondLevel === this.#keys.contextOf(domain) && keyRights === this.#keys.registerOf(domain)
    return at && this.#domain[software] === domain ? 0 : -1
  }

  /** One place for each page of the region that the domain's view maps; with keys, one for its holder. */
  copies(domain: number, region: number, right: Rights): number {
    if (this.#hands !== undefined) return this.#hands.holderOf(region) === domain ? 1 : 0
    const context = this.#keys.contextOf(domain)
    return this.#parts.regions.pagesOf(region).filter((page) => (this.#tables.wanted(context, page) & right) !== 0)
      .length
  }

  translatesIn(domain: number): number {
    return this.#keys.contextOf(domain)
  }

  /** The entry of `page` in `context` has been stored: say what changed for the regions on it. */
  #report(thread: HardwareThread, context: number, page: number, tick: number): void {
    const tables = this.#tables
    const row = tables.rowOf(page)
    const before = this.#reported[context * tables.rows + row]
    const after = tables.mapped(context, page)
    this.#reported[context * tables.rows + row] = after
    for (let index = 0; tables.regionOn(row, index) >= 0; index++)
      this.#parts.enforced(thread.number, Place.table, context, tables.regionOn(row, index), before, after, tick)
  }
}

/** Two small numbers in the one argument that an action has. */
const pair = (low: number, high: number): number => low | (high << 16)
const first = (packed: number): number => packed & 0xffff
const second = (packed: number): number => packed >>> 16
