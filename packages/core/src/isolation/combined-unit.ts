/**
 * Several mechanisms at once. Programs are lowered one after the other, accesses checked in parallel: an access is
 * allowed if all allow it, its extra ticks are the most that one takes, and the first fault in scenario order counts.
 *
 *   CO1  each unit finds its own registers: of two that use `authority` and handles, the second has a bank of its own
 *   CO2  actions come back to the unit that appended them
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { VERDICT_BITS } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import type { ThreadContext } from "../processor/thread-context.ts"
import { bankedTables } from "./banked-table.ts"
import { combinedInstrumentation } from "./combined-traits.ts"
import { allocate, free, share } from "./default-lowering.ts"
import { type Banks, swap } from "./register-banks.ts"
import { Right, type Rights } from "./rights.ts"
import { usesAuthority } from "./thread-state.ts"
import type { Traits } from "./traits.ts"
import type { Instrumentation, ProtectionUnit, RightsHolder } from "./unit.ts"

/** Bits of an action's code that are the unit's own. */
const CODE_BITS = 16
const FAULT = (1 << VERDICT_BITS) - 1

export class CombinedUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly instrumentation: Instrumentation | undefined
  readonly checkAccess: ProtectionUnit["checkAccess"]
  readonly tables: ProtectionUnit["tables"]
  readonly #units: ReadonlyArray<ProtectionUnit>
  readonly #second: ReadonlyArray<boolean> // [unit] its registers are the second bank
  readonly #instructions: ReadonlyArray<number> // [unit] code of its first instruction
  readonly #threads: Array<HardwareThread> = []

  /** `units` in scenario order, with the traits of each. */
  constructor(units: ReadonlyArray<ProtectionUnit>, traits: ReadonlyArray<Traits>) {
    this.#units = units
    const first = traits.findIndex(usesAuthority)
    this.#second = traits.map((each, at) => at !== first && usesAuthority(each))
    let instructions = 0
    this.#instructions = traits.map((each) => {
      const code = instructions
      instructions += each.instructions?.length ?? 0
      return code
    })
    this.copyChunk = units.reduce((least, unit) => Math.min(least, unit.copyChunk), 64)
    this.instrumentation = combinedInstrumentation(units.map((unit) => unit.instrumentation))
    this.checkAccess = units.some((unit) => unit.checkAccess !== undefined) ? this.#check : undefined
    this.tables = bankedTables(units, this.#second, this.#threads)
  }

  /** What every thread that is called by `synchronise` does for all of them; `serves[i]` is unit i's part. */
  serve(serves: ReadonlyArray<((program: Program, t: HardwareThread) => void) | undefined>) {
    return (program: Program, t: HardwareThread): void => {
      for (let at = 0; at < serves.length; at++) {
        this.#into(at, t, program)
        serves[at]?.(program, t)
        this.#out(at, t, program)
      }
    }
  }

  start(t: HardwareThread, domain: number): void {
    this.#threads[t.number] = t
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, undefined).start(t, domain)
      this.#out(at, t, undefined)
    }
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).enter(program, t, from, to)
      this.#out(at, t, program)
    }
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).leave(program, t, from, to)
      this.#out(at, t, program)
    }
  }

  openBoth(program: Program, t: HardwareThread, from: number, to: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).openBoth(program, t, from, to)
      this.#out(at, t, program)
    }
  }

  grant(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).grant(program, t, domain, region, rights)
      this.#out(at, t, program)
    }
  }

  revoke(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).revoke(program, t, domain, region, rights)
      this.#out(at, t, program)
    }
  }

  move(program: Program, t: HardwareThread, region: number, from: number, to: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).move(program, t, region, from, to)
      this.#out(at, t, program)
    }
  }

  share(program: Program, t: HardwareThread, domain: number, region: number, rights: Rights): void {
    for (let at = 0; at < this.#units.length; at++) {
      const unit = this.#into(at, t, program)
      share(unit, program, t, domain, region, rights)
      this.#out(at, t, program)
    }
  }

  allocate(program: Program, t: HardwareThread, domain: number, region: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      const unit = this.#into(at, t, program)
      allocate(unit, program, t, domain, region)
      this.#out(at, t, program)
    }
  }

  free(program: Program, t: HardwareThread, domain: number, region: number, holders: ReadonlyArray<number>): void {
    for (let at = 0; at < this.#units.length; at++) {
      const unit = this.#into(at, t, program)
      free(unit, program, t, domain, region, holders)
      this.#out(at, t, program)
    }
  }

  keep(program: Program, t: HardwareThread, region: number, slot: number, handle: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).keep?.(program, t, region, slot, handle)
      this.#out(at, t, program)
    }
  }

  recall(program: Program, t: HardwareThread, slot: number, handle: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).recall?.(program, t, slot, handle)
      this.#out(at, t, program)
    }
  }

  drop(program: Program, t: HardwareThread, region: number, handle: number): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).drop?.(program, t, region, handle)
      this.#out(at, t, program)
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
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).derive?.(program, t, region, from, to, rights, offset, bytes)
      this.#out(at, t, program)
    }
  }

  /** Codes are those of the first unit, then those of the second. */
  instruction(program: Program, t: HardwareThread, code: number, a: number, b: number): void {
    let at = this.#units.length - 1
    while (at > 0 && code < this.#instructions[at]) at--
    this.#into(at, t, program).instruction?.(program, t, code - this.#instructions[at], a, b)
    this.#out(at, t, program)
  }

  save(t: HardwareThread, context: ThreadContext): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, undefined).save?.(t, context)
      this.#out(at, t, undefined)
    }
  }

  restore(t: HardwareThread, context: ThreadContext): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, undefined).restore?.(t, context)
      this.#out(at, t, undefined)
    }
  }

  signal(program: Program, t: HardwareThread): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).signal?.(program, t)
      this.#out(at, t, program)
    }
  }

  sigreturn(program: Program, t: HardwareThread): void {
    for (let at = 0; at < this.#units.length; at++) {
      this.#into(at, t, program).sigreturn?.(program, t)
      this.#out(at, t, program)
    }
  }

  /** CO2. */
  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    const at = code >>> CODE_BITS
    this.#into(at, t, undefined).act(t, code & ((1 << CODE_BITS) - 1), a, b, tick)
    this.#out(at, t, undefined)
  }

  tagged(t: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    for (const unit of this.#units) unit.tagged?.(t, page, offset, bytes, tag, tick)
  }

  cleared(t: HardwareThread, slot: number, tick: number): void {
    for (const unit of this.#units) unit.cleared?.(t, slot, tick)
  }

  allows(holder: RightsHolder, region: number, tick?: number): Rights {
    return this.#common(holder, region, tick, false)
  }

  holds(holder: RightsHolder, region: number, tick: number): Rights {
    return this.#common(holder, region, tick, true)
  }

  /** What is beside the regions and stopped by none of them. */
  ungovernedBytes(t: HardwareThread): number {
    let least = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.#units.length; at++) {
      least = Math.min(least, this.#into(at, t, undefined).ungovernedBytes?.(t) ?? 0)
      this.#out(at, t, undefined)
    }
    return least
  }

  #common(holder: RightsHolder, region: number, tick: number | undefined, held: boolean): Rights {
    let rights: Rights = Right.readWrite | Right.execute
    for (let at = 0; at < this.#units.length; at++) {
      const unit = this.#units[at]
      this.#swap(at, holder as unknown as Banks)
      rights &= (held ? unit.holds?.(holder, region, tick ?? 0) : undefined) ?? unit.allows(holder, region, tick)
      this.#swap(at, holder as unknown as Banks)
    }
    return rights
  }

  readonly #check = (
    thread: number,
    page: number,
    offset: number,
    bytes: number,
    store: boolean,
    tick: number
  ): number => {
    const t = this.#threads[thread]
    let fault = 0
    let ticks = 0
    for (let at = 0; at < this.#units.length; at++) {
      const unit = this.#units[at]
      if (unit.checkAccess === undefined) continue
      if (this.#second[at]) swap(t)
      const verdict = unit.checkAccess(thread, page, offset, bytes, store, tick)
      if (this.#second[at]) swap(t)
      if (fault === 0) fault = verdict & FAULT
      if (verdict >>> VERDICT_BITS > ticks) ticks = verdict >>> VERDICT_BITS
    }
    return (ticks << VERDICT_BITS) | fault
  }

  /** CO1, CO2: what happens until `#out` is unit `at`'s, also what is appended to programs pushed meanwhile. */
  #into(at: number, t: HardwareThread, program: Program | undefined): ProtectionUnit {
    t.unit = at << CODE_BITS
    if (program !== undefined) program.unit = t.unit
    this.#swap(at, t)
    return this.#units[at]
  }

  #out(at: number, t: HardwareThread, program: Program | undefined): void {
    this.#swap(at, t)
    t.unit = 0
    if (program !== undefined) program.unit = 0
  }

  #swap(at: number, banks: Banks): void {
    if (this.#second[at]) swap(banks)
  }
}
