/**
 * Several mechanisms at once. Programs are lowered one after the other, accesses checked in parallel: an access is
 * allowed if all allow it, its extra ticks are the most that one takes.
 *
 *   CO3  a fault is repaired by the first unit that can
 *   CO4  what registers, memory and translations give is told of each by itself: a thread has what all of them give it
 *   CO5  a fault that stops an access counts before one that is reported later, and of equals the first
 *   CO6  a state of the registers is one of every register that a mechanism may have, and of each unit by itself
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Fault, VERDICT_BITS } from "../processor/memory-port.ts"
import type { Program } from "../processor/program.ts"
import { bankedTables } from "./banked-table.ts"
import { CombinedLowering } from "./combined-lowering.ts"
import { PACKED_BITS } from "./combined-rights.ts"
import { combinedInstrumentation } from "./combined-traits.ts"
import { type Banks, swap } from "./register-banks.ts"
import { Right, type Rights } from "./rights.ts"
import { StateNumbers } from "./state-numbers.ts"
import type { Traits } from "./traits.ts"
import type { Instrumentation, ProtectionUnit, RightsHolder } from "./unit.ts"

const FAULT = (1 << VERDICT_BITS) - 1

/** CO5. */
const worse = (first: number, later: number): number =>
  first === Fault.none || (first >= Fault.detected && later !== Fault.none && later < Fault.detected) ? later : first

export class CombinedUnit extends CombinedLowering implements ProtectionUnit {
  readonly copyChunk: number
  readonly each: ReadonlyArray<ProtectionUnit>
  readonly instrumentation: Instrumentation | undefined
  readonly checkAccess: ProtectionUnit["checkAccess"]
  readonly tables: ProtectionUnit["tables"]
  readonly #states = new StateNumbers()

  /** `units` in scenario order, with the traits of each. */
  constructor(units: ReadonlyArray<ProtectionUnit>, traits: ReadonlyArray<Traits>) {
    super(units, traits)
    this.each = units
    this.copyChunk = units.reduce((least, unit) => Math.min(least, unit.copyChunk), 64)
    this.instrumentation = combinedInstrumentation(units.map((unit) => unit.instrumentation))
    this.checkAccess = units.some((unit) => unit.checkAccess !== undefined) ? this.#check : undefined
    this.tables = bankedTables(units, this.second, this.threads)
  }

  /** What every thread that is called by `synchronise` does for all of them; `serves[i]` is unit i's part. */
  serve(serves: ReadonlyArray<((program: Program, t: HardwareThread) => void) | undefined>) {
    return (program: Program, t: HardwareThread): void => {
      for (let at = 0; at < serves.length; at++) {
        this.into(at, t, program)
        serves[at]?.(program, t)
        this.out(at, t, program)
      }
    }
  }

  /** CO3: the first unit that says so repairs it. */
  heals(t: HardwareThread, fault: number, page: number, offset: number, store: boolean): boolean {
    return this.#healer(t, fault, page, offset, store) >= 0
  }

  repair(program: Program, t: HardwareThread, fault: number, page: number, offset: number, store: boolean): void {
    const at = this.#healer(t, fault, page, offset, store)
    if (at < 0) return
    this.into(at, t, program).repair?.(program, t, fault, page, offset, store)
    this.out(at, t, program)
  }

  #healer(t: HardwareThread, fault: number, page: number, offset: number, store: boolean): number {
    for (let at = 0; at < this.units.length; at++) {
      const heals = this.into(at, t, undefined).heals?.(t, fault, page, offset, store) === true
      this.out(at, t, undefined)
      if (heals) return at
    }
    return -1
  }

  tagged(t: HardwareThread, page: number, offset: number, bytes: number, tag: number, tick: number): void {
    for (const unit of this.units) unit.tagged?.(t, page, offset, bytes, tag, tick)
  }

  cleared(t: HardwareThread, slot: number, tick: number): void {
    for (const unit of this.units) unit.cleared?.(t, slot, tick)
  }

  allows(holder: RightsHolder, region: number, tick?: number): Rights {
    let rights: Rights = Right.readWrite | Right.execute
    for (let at = 0; at < this.units.length; at++) {
      this.swapAt(at, holder as unknown as Banks)
      rights &= this.units[at].allows(holder, region, tick)
      this.swapAt(at, holder as unknown as Banks)
    }
    return rights
  }

  /** CO4: what the registers hold for each unit, packed in their order. */
  holds(holder: RightsHolder, region: number, tick: number): number {
    let packed = 0
    for (let at = 0; at < this.units.length; at++) {
      this.swapAt(at, holder as unknown as Banks)
      const unit = this.units[at]
      const rights = unit.holds === undefined ? unit.allows(holder, region, tick) : unit.holds(holder, region, tick)
      this.swapAt(at, holder as unknown as Banks)
      packed |= (rights & Right.readWrite) << (at * PACKED_BITS)
    }
    return packed
  }

  /** CO6: every register that a unit may go by, and what each unit says of its own. */
  registers(holder: RightsHolder): number {
    const banks = holder as unknown as Banks
    const states = this.#states.begin().add(holder.domain).add(holder.keyRights).add(holder.context)
    states.add(holder.secondLevel).add(holder.space).add(banks.authority).add(banks.secondAuthority)
    for (let at = 0; at < this.units.length; at++) {
      this.swapAt(at, banks)
      const number = this.units[at].registers?.(holder) ?? -1
      this.swapAt(at, banks)
      if (number < 0) return -1
      states.add(number)
    }
    return states.number
  }

  /** What is beside the regions and stopped by none of them. */
  ungovernedBytes(t: HardwareThread): number {
    let least = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.units.length; at++) {
      least = Math.min(least, this.into(at, t, undefined).ungovernedBytes?.(t) ?? 0)
      this.out(at, t, undefined)
    }
    return least
  }

  readonly #check = (
    thread: number,
    page: number,
    offset: number,
    bytes: number,
    store: boolean,
    tick: number
  ): number => {
    const t = this.threads[thread]
    let fault = 0
    let ticks = 0
    for (let at = 0; at < this.units.length; at++) {
      const unit = this.units[at]
      if (unit.checkAccess === undefined) continue
      if (this.second[at]) swap(t)
      const verdict = unit.checkAccess(thread, page, offset, bytes, store, tick)
      if (this.second[at]) swap(t)
      fault = worse(fault, verdict & FAULT)
      if (verdict >>> VERDICT_BITS > ticks) ticks = verdict >>> VERDICT_BITS
    }
    return (ticks << VERDICT_BITS) | fault
  }
}
