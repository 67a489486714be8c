/**
 * Pointers of proxy capabilities as values, in handle registers and memory slots: the name of an entry and the version
 * that it had. Law: a pointer holds no right; copying it costs nothing when the right is taken away.
 *
 *   value  version << 15 | region
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"

const REGION_BITS = 15
const REGION = (1 << REGION_BITS) - 1
/** Slots in one line. */
const WORDS = 16
const Act = { set: 0, load: 1 } as const

export const regionOf = (pointer: number): number => pointer & REGION
export const versionIn = (pointer: number): number => pointer >>> REGION_BITS

export class Pointers {
  readonly #slots: number
  readonly #words: number // first of [domain][slot]: pointer + 1, or 0
  readonly #act: number
  readonly #versionOf: (t: HardwareThread, region: number) => number

  /** `act`: the first of its actions' codes. `versionOf`: that of the thread's entry for a region, -1 for none. */
  constructor(
    { slots }: ProposalsConfig,
    { domains, words }: MachineParts,
    act: number,
    versionOf: (t: HardwareThread, region: number) => number
  ) {
    this.#slots = slots
    this.#act = act
    this.#versionOf = versionOf
    const firsts = Array.from({ length: Math.ceil((domains * slots) / WORDS) }, () => words.allocate(WORDS))
    this.#words = firsts[0] ?? 0
  }

  keep(program: Program, t: HardwareThread, region: number, slot: number, handle: number): void {
    program.as(Cause.application).storeWord(this.#slot(t.domain, slot), this.#value(t, region, handle) + 1)
  }

  recall(program: Program, t: HardwareThread, slot: number, handle: number): void {
    program
      .as(Cause.application)
      .loadWord(this.#slot(t.domain, slot))
      .act(this.#act + Act.load, handle)
  }

  drop(program: Program, handle: number): void {
    if (handle >= 0)
      program
        .as(Cause.application)
        .compute(1)
        .act(this.#act + Act.set, handle, Handle.empty)
  }

  /** Throws InvalidInput for less than the whole right: that would be another entry. */
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
    if (rights !== Right.readWrite || offset !== 0 || bytes !== 0) narrowing(rights, offset, bytes)
    program
      .as(Cause.application)
      .compute(1)
      .act(this.#act + Act.set, to, this.#value(t, region, from))
  }

  act(t: HardwareThread, code: number, handle: number, value: number): void {
    t.handles[handle] = code === Act.load ? t.value - 1 : value
  }

  #value(t: HardwareThread, region: number, handle: number): number {
    if (handle >= 0) return t.handles[handle]
    const version = this.#versionOf(t, region)
    return version < 0 ? Handle.empty : (version << REGION_BITS) | region
  }

  #slot(domain: number, slot: number): number {
    if (slot >= 0 && slot < this.#slots) return this.#words + domain * this.#slots + slot
    throw new InvalidInput([
      {
        path: "script.toOffset",
        expected: `a slot from 0 to ${this.#slots - 1}`,
        actual: String(slot),
        remedy: "Keep it in a lower slot, or raise `slots` of proposals."
      }
    ])
  }
}

function narrowing(rights: Rights, offset: number, bytes: number): never {
  throw new InvalidInput([
    {
      path: "script.rights",
      expected: "all rights to a whole region: a pointer names an entry, and less of it would be another entry",
      actual: `rights ${rights} to ${bytes} bytes from ${offset} on`,
      remedy: "Derive all of it, or choose a mechanism whose pointers have bounds."
    }
  ])
}
