/**
 * Operations on capabilities that a program names, lowered: stored, loaded, forgotten, derived, and what a compartment
 * does to them by itself. Law: a program says which register and slot; what that may reach is the capability's alone.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { CheriConfig } from "./config.ts"
import type { ExchangeObjects } from "./exchange-objects.ts"
import { boundsOf, type Handles, handleOf, objectOf, rightsOf } from "./handles.ts"
import { Instruction } from "./instructions.ts"
import type { Reach } from "./reach.ts"
import { ddcOf } from "./registers.ts"
import type { TrackedStores } from "./revocation.ts"
import { NONE } from "./stored-capabilities.ts"

/** Codes of the unit's effects. */
export interface NamedActs {
  readonly drop: number
  readonly recall: number
  readonly setHandle: number
  readonly keepUntracked: number
}

export class NamedCapabilities {
  readonly #config: CheriConfig
  readonly #objects: ExchangeObjects
  readonly #tracked: TrackedStores
  readonly #handles: Handles
  readonly #reach: Reach
  readonly #acts: NamedActs
  /** CHERI18: a slot is nobody's stack. */
  readonly #bound: boolean

  constructor(
    config: CheriConfig,
    objects: ExchangeObjects,
    tracked: TrackedStores,
    handles: Handles,
    reach: Reach,
    acts: NamedActs
  ) {
    this.#config = config
    this.#bound = config.revocation === "thread"
    this.#objects = objects
    this.#tracked = tracked
    this.#handles = handles
    this.#reach = reach
    this.#acts = acts
  }

  keep(program: Program, { authority, handles }: HardwareThread, region: number, slot: number, handle: number): void {
    const at = this.#slot(authority, slot)
    if (this.#bound) return this.#tracked.overwrite(program.as(Cause.application), at)
    if (handle < 0) return this.#tracked.keep(program, at, this.#objects.named(region), Right.none)
    const value = handles[handle]
    if (value < 0) return this.#tracked.overwrite(program.as(Cause.application), at)
    this.#tracked.keep(program, at, objectOf(value), rightsOf(value), boundsOf(value))
  }

  recall(program: Program, { authority }: HardwareThread, slot: number, handle: number): void {
    const at = this.#slot(authority, slot)
    this.#tracked.load(program, at)
    program.act(this.#acts.recall, at, handle + 1)
  }

  drop(program: Program, { authority }: HardwareThread, region: number, handle: number): void {
    program.serialise(Serialise.drain, 1) // older accesses have been judged
    if (handle >= 0) program.act(this.#acts.setHandle, handle, Handle.empty)
    else program.act(this.#acts.drop, ddcOf(authority), this.#objects.named(region))
  }

  derive(
    program: Program,
    thread: HardwareThread,
    region: number,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number
  ): void {
    const object = from < 0 ? this.#objects.named(region) : NONE
    const parent =
      from < 0 ? handleOf(object, this.#reach.whole(thread, ddcOf(thread.authority), object)) : thread.handles[from]
    const child = this.#handles.narrowed(parent, rights, offset, bytes)
    program.as(Cause.application).compute(this.#config.derive).act(this.#acts.setHandle, to, child)
  }

  /** What a compartment does by itself, in the order of `instructions`: `a` and `b` are a handle register and a slot. */
  instruction(program: Program, { authority, handles }: HardwareThread, code: number, a: number, b: number): void {
    program.as(Cause.application)
    if (code === Instruction.str) return this.#tracked.overwrite(program, this.#slot(authority, b))
    if (code === Instruction.storeCapability && this.#bound)
      return this.#tracked.overwrite(program, this.#slot(authority, b))
    if (code === Instruction.storeCapability)
      return this.#tracked.storeUntracked(program, this.#slot(authority, b), handles[a], this.#acts.keepUntracked)
    program.compute(1).act(this.#acts.setHandle, a, Handle.empty)
  }

  #slot(authority: number, slot: number): number {
    const { slots } = this.#config
    if (slot >= 0 && slot < slots) return this.#tracked.slot(ddcOf(authority), slot)
    throw new InvalidInput([
      {
        path: "script.toOffset",
        expected: `a slot from 0 to ${slots - 1}`,
        actual: String(slot),
        remedy: "Keep it in a lower slot, or raise `slots` of cheri."
      }
    ])
  }
}
