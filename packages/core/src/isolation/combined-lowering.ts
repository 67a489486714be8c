/**
 * What several mechanisms do, one after the other: each operation is lowered by every unit in scenario order, each with
 * its own registers in place.
 *
 *   CO1  each unit finds its own registers: of two that use `authority` and handles, the second has a bank of its own
 *   CO2  actions come back to the unit that appended them
 *   CO6  what tags memory stores to it, so it does while the caller can: before the others take a region away, and
 *        behind them where they give one
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { Program } from "../processor/program.ts"
import type { ThreadContext } from "../processor/thread-context.ts"
import { allocate, free, share } from "./default-lowering.ts"
import { type Banks, swap } from "./register-banks.ts"
import type { Rights } from "./rights.ts"
import { usesAuthority } from "./thread-state.ts"
import type { Traits } from "./traits.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Bits of an action's code that are the unit's own. */
const CODE_BITS = 16

export class CombinedLowering {
  protected readonly units: ReadonlyArray<ProtectionUnit>
  protected readonly second: ReadonlyArray<boolean> // [unit] its registers are the second bank
  protected readonly threads: Array<HardwareThread> = []
  readonly #instructions: ReadonlyArray<number> // [unit] code of its first instruction
  readonly #taking: ReadonlyArray<number> // units in the order in which they take a region away (CO6)
  readonly #giving: ReadonlyArray<number> // … and give one

  /** `units` in scenario order, with the traits of each. */
  constructor(units: ReadonlyArray<ProtectionUnit>, traits: ReadonlyArray<Traits>) {
    this.units = units
    const first = traits.findIndex(usesAuthority)
    this.second = traits.map((each, at) => at !== first && usesAuthority(each))
    const places = [...units.keys()]
    const tagging = places.filter((at) => traits[at].takes?.includes("tags") === true)
    const others = places.filter((at) => !tagging.includes(at))
    this.#taking = [...tagging, ...others]
    this.#giving = [...others, ...tagging]
    let instructions = 0
    this.#instructions = traits.map((each) => {
      const code = instructions
      instructions += each.instructions?.length ?? 0
      return code
    })
  }

  connect(threads: ReadonlyArray<HardwareThread>): void {
    this.threads.push(...threads)
    for (const unit of this.units) unit.connect?.(threads)
  }

  start(t: HardwareThread, domain: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, undefined).start(t, domain)
      this.out(at, t, undefined)
    }
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).enter(program, t, from, to)
      this.out(at, t, program)
    }
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).leave(program, t, from, to)
      this.out(at, t, program)
    }
  }

  openBoth(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).openBoth(program, t, from, to)
      this.out(at, t, program)
    }
  }

  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (const at of this.#giving) {
      this.into(at, t, program).grant(program, t, domain, region, rights)
      this.out(at, t, program)
    }
  }

  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (const at of this.#taking) {
      this.into(at, t, program).revoke(program, t, domain, region, rights)
      this.out(at, t, program)
    }
  }

  move(program: Program, t: HardwareThread, region: number, from: number, to: number): void {
    for (const at of this.#taking) {
      this.into(at, t, program).move(program, t, region, from, to)
      this.out(at, t, program)
    }
  }

  share(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (const at of this.#giving) {
      const unit = this.into(at, t, program)
      share(unit, program, t, domain, region, rights)
      this.out(at, t, program)
    }
  }

  allocate(program: Program, t: HardwareThread, domain: number, region: number): void {
    for (const at of this.#giving) {
      const unit = this.into(at, t, program)
      allocate(unit, program, t, domain, region)
      this.out(at, t, program)
    }
  }

  free(program: Program, t: HardwareThread, domain: number, region: number, holders: ReadonlyArray<number>): void {
    for (const at of this.#taking) {
      const unit = this.into(at, t, program)
      free(unit, program, t, domain, region, holders)
      this.out(at, t, program)
    }
  }

  retire(program: Program, t: HardwareThread, domain: number): void {
    for (const at of this.#taking) {
      this.into(at, t, program).retire?.(program, t, domain)
      this.out(at, t, program)
    }
  }

  keep(program: Program, t: HardwareThread, region: number, slot: number, handle: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).keep?.(program, t, region, slot, handle)
      this.out(at, t, program)
    }
  }

  recall(program: Program, t: HardwareThread, slot: number, handle: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).recall?.(program, t, slot, handle)
      this.out(at, t, program)
    }
  }

  drop(program: Program, t: HardwareThread, region: number, handle: number): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).drop?.(program, t, region, handle)
      this.out(at, t, program)
    }
  }

  derive(
    program: Program,
    t: HardwareThread,
    region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).derive?.(program, t, region, from, to, rights, offset, bytes)
      this.out(at, t, program)
    }
  }

  /** Codes are those of the first unit, then those of the second. */
  instruction(program: Program, t: HardwareThread, code: number, a: number, b: number): void {
    let at = this.units.length - 1
    while (at > 0 && code < this.#instructions[at]) at--
    this.into(at, t, program).instruction?.(program, t, code - this.#instructions[at], a, b)
    this.out(at, t, program)
  }

  save(t: HardwareThread, context: ThreadContext): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, undefined).save?.(t, context)
      this.out(at, t, undefined)
    }
  }

  restore(t: HardwareThread, context: ThreadContext): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, undefined).restore?.(t, context)
      this.out(at, t, undefined)
    }
  }

  signal(program: Program, t: HardwareThread): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).signal?.(program, t)
      this.out(at, t, program)
    }
  }

  sigreturn(program: Program, t: HardwareThread): void {
    for (let at = 0; at < this.units.length; at++) {
      this.into(at, t, program).sigreturn?.(program, t)
      this.out(at, t, program)
    }
  }

  /** CO2. */
  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    const at = code >>> CODE_BITS
    this.into(at, t, undefined).act(t, code & ((1 << CODE_BITS) - 1), a, b, tick)
    this.out(at, t, undefined)
  }

  /** CO1, CO2: what happens until `out` is unit `at`'s, also what is appended to programs pushed meanwhile. */
  protected into(at: number, t: HardwareThread, program: Program | undefined): ProtectionUnit {
    t.unit = at << CODE_BITS
    if (program !== undefined) program.unit = t.unit
    this.swapAt(at, t)
    return this.units[at]
  }

  protected out(at: number, t: HardwareThread, program: Program | undefined): void {
    this.swapAt(at, t)
    t.unit = 0
    if (program !== undefined) program.unit = 0
  }

  protected swapAt(at: number, banks: Banks): void {
    if (this.second[at]) swap(banks)
  }
}
