/**
 * Operations that change rights: what they need, how the mechanism's unit lowers them, and when they change intent.
 *
 *   RO1  an operation whose `from` doesn't own the region (`move`, `share`, `free`), or whose region is owned
 *        (`allocate`), is a fault of the program: a compare, a branch that nobody predicted, and nothing else
 *   RO2  what takes a right away changes intent when it is issued, what only gives one when it is complete
 */
import { type InputIssue, InvalidInput } from "../invalid-input.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"
import { allocate, free, share } from "./default-lowering.ts"
import type { Monitor } from "./monitor.ts"
import { gives, type OperationScript, Verb } from "./operation-script.ts"
import { Nobody, type Ownership } from "./ownership.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { Right } from "./rights.ts"
import { type Termination, TerminationRoutine } from "./termination.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Domain to which what a domain that is no more owned goes: the application. */
const HEIR = 0

const heirless: InputIssue = {
  path: "script.to",
  expected: "a domain other than 0 to be terminated",
  actual: "0, to which goes what the others owned",
  remedy: "Let the program end instead."
}

export class RightsOperations {
  readonly #unit: ProtectionUnit
  readonly #monitor: Monitor
  readonly #regions: Regions
  readonly #ownership: Ownership
  readonly #termination: Termination | undefined
  readonly #begin: Float64Array // [software thread] tick at which its operation was issued
  readonly #inherited: Array<ReadonlyArray<number>> // [software thread] regions that its terminate hands on
  readonly #holders: ReadonlyArray<Array<number>> // [region] domains that may be given rights to it, by any script

  constructor(
    software: number,
    unit: ProtectionUnit,
    monitor: Monitor,
    regions: Regions,
    ownership: Ownership,
    termination: Termination | undefined
  ) {
    this.#unit = unit
    this.#monitor = monitor
    this.#regions = regions
    this.#ownership = ownership
    this.#termination = termination
    this.#begin = new Float64Array(software)
    this.#inherited = Array.from({ length: software }, () => [])
    this.#holders = Array.from(regions.owner, (owner) => (owner === Nobody ? [] : [owner]))
  }

  /** Some thread executes `script`. */
  assign({ region, to, verb }: OperationScript): void {
    for (let at = 0; at < verb.length; at++) {
      if (verb[at] === Verb.terminate && to[at] === HEIR) throw new InvalidInput([heirless])
      if (verb[at] !== Verb.move && !gives(verb[at])) continue
      const holders = this.#holders[region[at]]
      if (!holders.includes(to[at])) holders.push(to[at])
    }
  }

  /** RO1: whether operation `operation` of `script` is a fault. */
  refuses(program: Program, t: HardwareThread, script: OperationScript, operation: number): boolean {
    const tick = t.barrier > t.tick ? t.barrier : t.tick
    const verb = script.verb[operation]
    const region = script.region[operation]
    if (this.#may(t, verb, script.from[operation], region, tick)) {
      this.#own(t, verb, script.to[operation], region, tick)
      return false
    }
    program.as(Cause.gate).compute(1).serialise(Serialise.drain, 1)
    t.faults++
    this.#monitor.refused(t, script.from[operation], region, tick)
    return true
  }

  /** It dispatches its first instruction at `tick`. */
  issued(t: HardwareThread, script: OperationScript, operation: number, tick: number): void {
    this.#begin[t.software] = tick
    const verb = script.verb[operation]
    const region = script.region[operation]
    this.#monitor.issued(t, region)
    if (gives(verb)) return
    const monitor = this.#monitor
    if (verb === Verb.terminate) {
      for (let each = 0; each < this.#regions.count; each++)
        monitor.intend(t, script.to[operation], each, Right.none, tick)
    } else if (verb === Verb.free) {
      for (const holder of this.#holders[region]) monitor.intend(t, holder, region, Right.none, tick)
    } else {
      const rights = verb === Verb.revoke ? script.rights[operation] : Right.none
      monitor.intend(t, script.from[operation], region, rights, tick)
    }
    this.#monitor.changed(t, tick)
  }

  /** It is complete at `tick`. */
  completed(t: HardwareThread, script: OperationScript, operation: number, tick: number): void {
    const verb = script.verb[operation]
    const region = script.region[operation]
    const to = script.to[operation]
    if (verb === Verb.move || gives(verb)) {
      const rights = verb === Verb.grant || verb === Verb.share ? script.rights[operation] : Right.readWrite
      this.#monitor.intend(t, to, region, rights, tick)
    } else if (verb === Verb.terminate) {
      for (const each of this.#inherited[t.software]) this.#monitor.intend(t, HEIR, each, Right.readWrite, tick)
    }
    this.#monitor.changed(t, tick)
    const domain = verb === Verb.revoke || verb === Verb.free ? script.from[operation] : to
    this.#monitor.completed(t, verb, domain, region, this.#begin[t.software], tick)
  }

  /** RO1. */
  #may(t: HardwareThread, verb: number, from: number, region: number, tick: number): boolean {
    if (verb === Verb.move || verb === Verb.share || verb === Verb.free)
      return this.#ownership.of(region, t.number, tick) === from
    return verb !== Verb.allocate || this.#ownership.of(region, t.number, tick) === Nobody
  }

  #own(t: HardwareThread, verb: number, to: number, region: number, tick: number): void {
    if (verb === Verb.move || verb === Verb.allocate) this.#ownership.record(region, to, t.number, tick)
    else if (verb === Verb.free) this.#ownership.record(region, Nobody, t.number, tick)
  }

  /** Append what it does. */
  lower(program: Program, t: HardwareThread, script: OperationScript, operation: number): void {
    const unit = this.#unit
    const from = script.from[operation]
    const to = script.to[operation]
    const region = script.region[operation]
    const rights = script.rights[operation]
    switch (script.verb[operation]) {
      case Verb.move:
        return unit.move(program, t, region, from, to)
      case Verb.grant:
        return unit.grant(program, t, to, region, rights)
      case Verb.revoke:
        return unit.revoke(program, t, from, region, rights)
      case Verb.share:
        return share(unit, program, t, to, region, rights)
      case Verb.allocate:
        return allocate(unit, program, t, to, region)
      case Verb.free:
        return free(unit, program, t, from, region, this.#holders[region])
      case Verb.terminate:
        this.#termination?.announce(program, t, to)
        program.run(TerminationRoutine.reclaim, operation)
    }
  }

  /**
   * Behind the unwinding of who was inside: take what the domain owns and what it was given. Exchanged regions go to the
   * application, others to nobody.
   */
  reclaim(t: HardwareThread, script: OperationScript, operation: number): void {
    const program = t.pushProgram()
    const domain = script.to[operation]
    const tick = t.barrier > t.tick ? t.barrier : t.tick
    const { count, kind } = this.#regions
    const owned: Array<number> = []
    for (let region = 0; region < count; region++) {
      if (kind[region] === RegionKind.shared || this.#ownership.of(region, t.number, tick) !== domain) continue
      owned.push(region)
      this.#ownership.record(region, kind[region] === RegionKind.exchange ? HEIR : Nobody, t.number, tick)
    }
    const inherited = owned.filter((region) => kind[region] === RegionKind.exchange)
    this.#inherited[t.software] = inherited
    if (this.#unit.terminate !== undefined) return this.#unit.terminate(program, t, domain, owned)
    for (const region of inherited) this.#unit.move(program, t, region, domain, HEIR)
    for (let region = 0; region < count; region++) {
      const given = kind[region] === RegionKind.exchange && this.#holders[region].includes(domain)
      if (given && !inherited.includes(region)) this.#unit.revoke(program, t, domain, region, Right.none)
    }
  }
}
