/**
 * EPT switching with time. Which context is active lives in a register of the thread (`context`); what a context
 * may reach lives in its tables and, tagged with the context, in TLB entries. No access is checked by the unit
 * itself: the entry that a two-dimensional walk brings back says it all.
 *
 *   EPT11  translations are tagged with their context, and VMFUNC forgets none
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { EptConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { Hypervisor } from "./hypervisor.ts"
import { SecondLevel } from "./second-level.ts"

/** Actions of its own. `grant`, `revoke` and `move` run under the hypervisor's lock. */
const Act = { switch: 0, stored: 1, grant: 2, revoke: 3, move: 4 } as const

export class EptUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #parts: MachineParts
  readonly #tables: SecondLevel
  readonly #gate: Gate
  readonly #hypervisor: Hypervisor
  readonly #reported: Uint8Array // [domain][row] Rights as last reported

  constructor(config: EptConfig, parts: MachineParts) {
    this.copyChunk = config.copyChunk
    this.#parts = parts
    this.#tables = new SecondLevel(parts, config.eptpList)
    this.#gate = new Gate(config, parts, Act.switch)
    this.#hypervisor = new Hypervisor(config, parts, this.#tables, Act.stored)
    this.#reported = new Uint8Array(parts.domains * this.#tables.rows)
    for (let region = 0; region < parts.regions.count; region++)
      for (const page of parts.regions.pagesOf(region))
        for (let domain = 0; domain < parts.domains; domain++)
          this.#reported[domain * this.#tables.rows + this.#tables.rowOf(page)] = this.#tables.wanted(domain, page)
  }

  start(thread: HardwareThread, domain: number): void {
    thread.enterSecondLevel(domain)
  }

  enter(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.enter(program, thread.software, from, to)
  }

  leave(program: Program, thread: HardwareThread, from: number, to: number): void {
    this.#gate.leave(program, thread.software, from, to)
  }

  openBoth(program: Program): void {
    this.#gate.switch(program, this.#tables.monitor)
  }

  grant(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#hypervisor.call(program, Act.grant, region, pair(domain, rights))
  }

  revoke(program: Program, _thread: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#hypervisor.call(program, Act.revoke, region, pair(domain, rights))
  }

  move(program: Program, _thread: HardwareThread, region: number, from: number, to: number): void {
    this.#hypervisor.call(program, Act.move, region, pair(from, to))
  }

  act(thread: HardwareThread, code: number, a: number, b: number, tick: number): void {
    switch (code) {
      case Act.switch:
        thread.enterSecondLevel(a)
        return
      case Act.stored:
        return this.#report(thread, a, b, tick)
      case Act.grant:
        return this.#hypervisor.edit(thread, a, -1, Right.none, first(b), second(b))
      case Act.revoke:
        return this.#hypervisor.edit(thread, a, first(b), second(b), -1, Right.none)
      case Act.move:
        return this.#hypervisor.edit(thread, a, first(b), Right.none, second(b), Right.readWrite)
    }
  }

  allows(thread: RightsHolder, region: number): Rights {
    return this.#tables.allows(thread.secondLevel, region)
  }

  /** The register says whose view it is, and nothing of what that maps; the monitor's maps everything. */
  holds(thread: RightsHolder): Rights {
    return thread.secondLevel === this.#tables.monitor ? Right.readWrite : Right.none
  }

  /** One place for each page of the region that the domain's view maps; an entry's bits are rights. */
  copies(domain: number, region: number, right: Rights): number {
    return this.#parts.regions.pagesOf(region).filter((page) => (this.#tables.wanted(domain, page) & right) !== 0)
      .length
  }

  translatesIn(domain: number): number {
    return domain
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
