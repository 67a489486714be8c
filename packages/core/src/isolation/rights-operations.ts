/**
 * Operations that change rights: what they need, how the mechanism's unit lowers them, and when they change intent.
 *
 *   RO1  an operation whose `from` doesn't own the region (`move`, `share`, `free`), or whose region is owned
 *        (`allocate`), is a fault of the program: a compare, a branch that nobody predicted, and nothing else
 *   RO2  what takes a right away changes intent when it is issued, what only gives one when it is complete; who waits for
 *        a record (OW1) has issued its operation, and changes intent when it has found that it may
 *   RO3  a domain that is no more gains nothing: the thread that has been told refuses
 */
import { type InputIssue, InvalidInput } from "../invalid-input.ts"
import { Cause } from "../processor/cause.ts"
import type { HardwareThread } from "../processor/hardware-thread.ts"
import { Serialise } from "../processor/operation.ts"
import type { Program } from "../processor/program.ts"
import { allocate, free, share } from "./default-lowering.ts"
import type { Monitor } from "./monitor.ts"
import { gives, type OperationScript, Verb } from "./operation-script.ts"
import { Nobody, needsOwner, type Ownership } from "./ownership.ts"
import { RegionKind, type Regions } from "./regions.ts"
import { Right } from "./rights.ts"
import { type Termination, TerminationRoutine } from "./termination.ts"
import type { ProtectionUnit } from "./unit.ts"

/** Routines: the record of an operation's region is read; that of an estate's region is; all of an estate's are. */
export const RightsRoutine = { claimed: -7, found: -8, gathered: -9, released: -10 } as const

/** Domain to which what a domain that is no more owned goes: the application. */
const HEIR = 0

/** What a domain that is no more leaves behind. */
interface Estate {
  readonly domain: number
  /** Its regions, once their records have been read. */
  readonly owned: Array<number>
}

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
  readonly #locked: number
  readonly #begin: Float64Array // [software thread] tick at which its operation was issued
  readonly #estates: Array<Estate> // [software thread] what its terminate hands on
  readonly #holders: ReadonlyArray<Array<number>> // [region] domains that may be given rights to it, by any script
  readonly #ended = new Set<number>() // domains that some script terminates

  /** `locked`: ticks of a locked instruction. */
  constructor(
    software: number,
    unit: ProtectionUnit,
    monitor: Monitor,
    regions: Regions,
    ownership: Ownership,
    termination: Termination | undefined,
    locked: number
  ) {
    this.#unit = unit
    this.#monitor = monitor
    this.#regions = regions
    this.#ownership = ownership
    this.#termination = termination
    this.#locked = locked
    this.#begin = new Float64Array(software)
    this.#estates = Array.from({ length: software }, () => ({ domain: HEIR, owned: [] }))
    this.#holders = Array.from(regions.owner, (owner) => (owner === Nobody ? [] : [owner]))
  }

  /** Some thread executes `script`. */
  assign({ region, to, verb }: OperationScript): void {
    for (let at = 0; at < verb.length; at++) {
      if (verb[at] === Verb.terminate && to[at] === HEIR) throw new InvalidInput([heirless])
      if (verb[at] !== Verb.move && !gives(verb[at])) continue
      this.#holds(to[at], region[at])
    }
    for (let at = 0; at < verb.length; at++) if (verb[at] === Verb.terminate) this.#ended.add(to[at])
    if (this.#ended.size > 0) this.#inherit()
  }

  /** What a domain may have when it ends, the application may inherit. */
  #inherit(): void {
    for (let region = 0; region < this.#holders.length; region++)
      if (this.#isInherited(region) && this.#holders[region].some((domain) => this.#ended.has(domain)))
        this.#holds(HEIR, region)
  }

  #holds(domain: number, region: number): void {
    const holders = this.#holders[region]
    if (!holders.includes(domain)) holders.push(domain)
  }

  /** Append what waits for the record of the operation's region and reads it, if several threads need that: whether it did. */
  claims(program: Program, script: OperationScript, operation: number): boolean {
    const region = script.region[operation]
    if (!this.#isShared(script.verb[operation], region)) return false
    this.#ownership.acquire(program.as(Cause.gate), region, this.#locked)
    program.run(RightsRoutine.claimed, operation)
    return true
  }

  /** Its first instruction dispatches at `tick`. */
  begins(t: HardwareThread, tick: number): void {
    this.#begin[t.software] = tick
  }

  /** RO1, RO3: whether operation `operation` of `script` is a fault, now that its region's record is known. */
  refuses(program: Program, t: HardwareThread, script: OperationScript, operation: number): boolean {
    const verb = script.verb[operation]
    const region = script.region[operation]
    const isShared = this.#isShared(verb, region)
    if (this.#may(t, script, operation, isShared ? t.value : this.#ownership.of(region))) {
      if (!isShared && verb !== Verb.share && needsOwner(verb))
        this.#ownership.record(region, ownerAfter(script, operation))
      return false
    }
    program.as(Cause.gate).compute(1).serialise(Serialise.drain, 1)
    t.faults++
    this.#monitor.refused(t, script.from[operation], region, t.barrier > t.tick ? t.barrier : t.tick)
    if (isShared) this.#ownership.release(program, region)
    return true
  }

  /** Append what lets others come to the records that the operation has held. */
  release(program: Program, script: OperationScript, operation: number): void {
    const verb = script.verb[operation]
    const region = script.region[operation]
    if (verb === Verb.terminate) program.run(RightsRoutine.released)
    else if (!this.#isShared(verb, region)) return
    else if (verb === Verb.share) this.#ownership.release(program.as(Cause.gate), region)
    else this.#ownership.handOver(program.as(Cause.gate), region, ownerAfter(script, operation))
  }

  /** It may change rights, and does from `tick` on. */
  issued(t: HardwareThread, script: OperationScript, operation: number, tick: number): void {
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
      for (const each of this.#estates[t.software].owned)
        if (this.#isInherited(each)) this.#monitor.intend(t, HEIR, each, Right.readWrite, tick)
    }
    this.#monitor.changed(t, tick)
    const domain = verb === Verb.revoke || verb === Verb.free ? script.from[operation] : to
    this.#monitor.completed(t, verb, domain, region, this.#begin[t.software], tick)
  }

  /** RO1, RO3: `owner` by the region's record. */
  #may(t: HardwareThread, { from, to, verb }: OperationScript, operation: number, owner: number): boolean {
    const what = verb[operation]
    if ((what === Verb.move || gives(what)) && this.#termination?.isGone(t, to[operation]) === true) return false
    if (what === Verb.move || what === Verb.share || what === Verb.free) return owner === from[operation]
    return what !== Verb.allocate || owner === Nobody
  }

  #isShared(verb: number, region: number): boolean {
    return needsOwner(verb) && this.#ownership.isShared(region)
  }

  #isInherited(region: number): boolean {
    return this.#regions.kind[region] === RegionKind.exchange
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

  /** Behind the unwinding of who was inside: read who owns what may be the domain's. */
  reclaim(t: HardwareThread, script: OperationScript, operation: number): void {
    const program = t.pushProgram()
    const domain = script.to[operation]
    const estate: Estate = { domain, owned: [] }
    this.#estates[t.software] = estate
    let shared = 0
    for (const region of this.#ownership.estateOf(domain)) {
      if (!this.#ownership.isShared(region)) {
        if (this.#ownership.of(region) !== domain) continue
        estate.owned.push(region)
        this.#ownership.record(region, this.#isInherited(region) ? HEIR : Nobody)
      } else {
        this.#ownership.acquire(program.as(Cause.kernel), region, this.#locked)
        program.run(RightsRoutine.found, region)
        shared++
      }
    }
    if (shared === 0) this.#take(program, t, estate)
    else program.run(RightsRoutine.gathered)
  }

  /** A step of an operation that holds records. */
  routine(t: HardwareThread, routine: number, argument: number): void {
    const estate = this.#estates[t.software]
    if (routine === RightsRoutine.found) {
      if (t.value === estate.domain) estate.owned.push(argument)
    } else if (routine === RightsRoutine.gathered) {
      estate.owned.sort((x, y) => x - y)
      this.#take(t.pushProgram(), t, estate)
    } else this.#letGo(t, estate)
  }

  /** Take what the domain owns and what it was given. Exchanged regions go to the application, others to nobody. */
  #take(program: Program, t: HardwareThread, { domain, owned }: Estate): void {
    const tick = t.barrier > t.tick ? t.barrier : t.tick
    const inherited = owned.filter((region) => this.#isInherited(region))
    // A change that was under way when the operation was issued has ended since.
    for (const region of owned)
      if (this.#ownership.isShared(region)) this.#monitor.intend(t, domain, region, Right.none, tick)
    if (this.#unit.terminate !== undefined) this.#unit.terminate(program, t, domain, owned)
    else {
      for (const region of inherited) this.#unit.move(program, t, region, domain, HEIR)
      for (let region = 0; region < this.#regions.count; region++) {
        const given = this.#isInherited(region) && this.#holders[region].includes(domain)
        if (given && !inherited.includes(region)) this.#unit.revoke(program, t, domain, region, Right.none)
      }
    }
    this.#unit.retire?.(program, t, domain)
  }

  #letGo(t: HardwareThread, { domain, owned }: Estate): void {
    const ownership = this.#ownership
    const shared = ownership.estateOf(domain).filter((region) => ownership.isShared(region))
    if (shared.length === 0) return
    const program = t.pushProgram().as(Cause.kernel)
    for (const region of shared) {
      if (owned.includes(region)) ownership.handOver(program, region, this.#isInherited(region) ? HEIR : Nobody)
      else ownership.release(program, region)
    }
  }
}

/** Who owns the region of a move, an allocate or a free behind it. */
function ownerAfter({ to, verb }: OperationScript, operation: number): number {
  return verb[operation] === Verb.free ? Nobody : to[operation]
}
