/**
 * Processes with time. Which address space a thread runs in is its page-table base register's; what that maps lies in
 * the space's table and, under its identifier, in TLB entries. No access is checked by the unit itself: the entry that
 * a walk brings back says it all. The rule is in address-space-view.ts.
 */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts, ProtectionUnit, RightsHolder } from "@isolde/core/isolation/unit"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { ProcessConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { Mappings } from "./mappings.ts"
import { Views } from "./views.ts"

/** Actions of its own. */
const Act = { viewed: 0, change: 1, next: 2 } as const

export class ProcessUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #views: Views
  readonly #mappings: Mappings
  readonly #started: Uint8Array // [software thread] 1 once it has a place

  constructor(config: ProcessConfig, parts: MachineParts) {
    this.copyChunk = config.copyChunk
    this.#parts = parts
    this.#gate = new Gate(config, parts, Act.viewed)
    this.#views = new Views(parts)
    this.#views.open()
    this.#mappings = new Mappings(parts, this.#views, Act)
    if (config.identifiers === "flushed") parts.kernel.shootdown.generations.keepNothing()
    this.#started = new Uint8Array(parts.softwareThreads)
  }

  start(t: HardwareThread, domain: number): void {
    const { spaces } = this.#parts.kernel
    if (this.#started[t.software] === 1) return spaces.switchTo(t.pushProgram(), t, domain)
    this.#started[t.software] = 1
    spaces.place(t, domain)
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, from, to)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.pass(program, t, from, to)
  }

  openBoth(program: Program, t: HardwareThread): void {
    this.#gate.open(program, t)
  }

  grant(program: Program, _t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#mappings.append(program, region, [{ domain, rights }])
  }

  revoke(program: Program, _t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#mappings.append(program, region, [{ domain, rights }])
  }

  move(program: Program, _t: HardwareThread, region: number, from: number, to: number): void {
    this.#mappings.append(program, region, [
      { domain: from, rights: Right.none },
      { domain: to, rights: Right.readWrite }
    ])
  }

  act(t: HardwareThread, code: number, a: number, b: number): void {
    if (code === Act.change) this.#mappings.change(t, a, b)
    else if (code === Act.next) this.#mappings.next(t)
  }

  allows(t: RightsHolder, region: number): Rights {
    return t.space === this.#views.kernel ? Right.readWrite : this.#views.rights(t.space, region)
  }

  /** The register says whose table it is, and nothing of what that maps; the kernel's view maps everything. */
  holds(t: RightsHolder): Rights {
    return t.space === this.#views.kernel ? Right.readWrite : Right.none
  }

  registers(t: RightsHolder): number {
    return t.space === this.#views.kernel ? 1 : 0
  }

  /** PR11: what a domain's translations hold is its process's. */
  translatesAs(space: number): number {
    return space === this.#views.kernel ? -1 : space
  }

  copies(domain: number, region: number, right: Rights): number {
    return this.#views.copies(domain, region, right)
  }
}
