/**
 * Pointers as values: a handle register holds the tag of the address that it holds, a memory slot the tag of the address
 * that was stored there. Nothing tells a pointer that its memory was tagged anew.
 *
 *   MTE18  an access through a handle is checked against the tag in that pointer where nothing inserts tags, and against
 *          the domain's tag where BFI does; a register without a pointer faults
 *   MTE19  tag stores and MSR TCO need no privilege: what keeps a domain from them is the verifier, not the hardware
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { RandomStream } from "@isolde/core/kernel/random"
import type { Pages } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { MteConfig } from "./config.ts"
import { narrowing } from "./inexpressible.ts"
import { GRANULE, TAGS } from "./tag-check.ts"

/** Unprivileged instructions, in the order of their codes. `a` and `b` are page and offset, a handle register, or a value. */
export const instructions = ["STG", "ST2G", "DC GVA", "LDG", "MSR TCO", "IRG", "ADDG", "MOV tag"] as const

/** What the unit does when an action of these completes. */
export interface PointerActs {
  /** Register `a` gets a pointer with tag `b`; Handle.empty takes it away. */
  readonly setHandle: number
  /** Register `a` gets the pointer that the thread has just loaded. */
  readonly loadHandle: number
  /** Handle register 0 gets the allocation tag at page `a`, offset `b`. */
  readonly loadTag: number
  readonly override: number
  readonly check: number
  /** The reserved register gets tag `a`. */
  readonly forge: number
  /** A tag store to page `a` is about to be buffered: `b` is offset, tag and bytes. */
  readonly unpublishedStore: number
}

/** Slots in one line. */
const WORDS = 16

export class Pointers {
  readonly #config: MteConfig
  readonly #acts: PointerActs
  readonly #pages: Pages
  readonly #words: number // first of [domain][slot]: tag + 1, or 0
  readonly #random: ReadonlyArray<RandomStream> // [software thread]

  constructor(config: MteConfig, parts: MachineParts, acts: PointerActs) {
    this.#config = config
    this.#acts = acts
    this.#pages = parts.pages
    const lines = Math.ceil((parts.domains * config.slots) / WORDS)
    const firsts = Array.from({ length: lines }, () => parts.words.allocate(WORDS))
    this.#words = firsts[0] ?? 0
    this.#random = Array.from(
      { length: parts.softwareThreads },
      (_, thread) => new RandomStream(0, `IRG of thread ${thread}`)
    )
  }

  /** Store the pointer in `handle`, or one with `tag`, to slot `slot` of the thread's domain. */
  keep(program: Program, { domain, handles }: HardwareThread, slot: number, handle: number, tag: number): void {
    const value = handle < 0 ? tag : handles[handle]
    program.as(Cause.application).storeWord(this.#slot(domain, slot), value + 1)
  }

  recall(program: Program, { domain }: HardwareThread, slot: number, handle: number): void {
    program.as(Cause.application).loadWord(this.#slot(domain, slot)).act(this.#acts.loadHandle, handle)
  }

  drop(program: Program, handle: number): void {
    if (handle >= 0) program.as(Cause.application).compute(1).act(this.#acts.setHandle, handle, Handle.empty)
  }

  /** Throws InvalidInput for what a tag can't say: fewer rights, a part of a region. */
  derive(
    program: Program,
    { handles }: HardwareThread,
    from: number,
    to: number,
    rights: Rights,
    offset: number,
    bytes: number,
    tag: number
  ): void {
    if (rights !== Right.readWrite || offset !== 0 || bytes !== 0) narrowing(rights, offset, bytes)
    program
      .as(Cause.application)
      .compute(1)
      .act(this.#acts.setHandle, to, from < 0 ? tag : handles[from])
  }

  /**
   * MTE19: instruction `code` as the domain executes it by itself, whose own tag is `tag`. `hasRoom`: one more tag store
   * of the thread can be pending.
   */
  instruction(
    program: Program,
    t: HardwareThread,
    code: number,
    a: number,
    b: number,
    tag: number,
    hasRoom: boolean
  ): void {
    const { dcGva, st2g, stg, tagInsert, tco } = this.#config
    program.as(Cause.application)
    switch (instructions[code]) {
      case "STG":
        return this.#tagStore(program, a, b, GRANULE, tag, stg, hasRoom)
      case "ST2G":
        return this.#tagStore(program, a, b, 2 * GRANULE, tag, st2g, hasRoom)
      case "DC GVA":
        return this.#tagStore(program, a, b, 64, tag, dcGva, hasRoom)
      case "LDG":
        return void program.readLines(this.#pages.line(a, b), 1).act(this.#acts.loadTag, a, b)
      case "MSR TCO":
        return void program.serialise(Serialise.hold, tco).act(a !== 0 ? this.#acts.override : this.#acts.check)
      case "IRG":
        return void program.compute(1, 2).act(this.#acts.setHandle, a, this.#random[t.software].below(TAGS - 1) + 1)
      case "ADDG": {
        const value = t.handles[a]
        const sum = value < 0 ? Handle.empty : (value + b) & (TAGS - 1)
        return void program.compute(1, 2).act(this.#acts.setHandle, a, sum)
      }
      case "MOV tag":
        return void program.compute(1, tagInsert).act(this.#acts.forge, a & (TAGS - 1))
      default:
        noSuch(code)
    }
  }

  /** MTE15: what the thread does next finds the tag; with no room for that, it waits until everybody does. */
  #tagStore(
    program: Program,
    page: number,
    offset: number,
    bytes: number,
    tag: number,
    ticks: number,
    hasRoom: boolean
  ): void {
    const first = align(offset, bytes)
    if (hasRoom) program.act(this.#acts.unpublishedStore, page, first | (tag << 12) | (bytes << 16))
    program.tagStore(page, first, bytes, tag, bytes, ticks)
    if (!hasRoom) program.serialise(Serialise.drainStores, this.#config.barrier)
  }

  #slot(domain: number, slot: number): number {
    const { slots } = this.#config
    if (slot >= 0 && slot < slots) return this.#words + domain * slots + slot
    throw new InvalidInput([
      {
        path: "script.toOffset",
        expected: `a slot from 0 to ${slots - 1}`,
        actual: String(slot),
        remedy: "Keep it in a lower slot, or raise `slots` of mte."
      }
    ])
  }
}

const align = (offset: number, bytes: number): number => offset - (offset % bytes)

function noSuch(code: number): never {
  throw new InvalidInput([
    {
      path: "script.rights",
      expected: `an instruction from 0 to ${instructions.length - 1}`,
      actual: String(code),
      remedy: `The instructions are ${instructions.join(", ")}, in this order.`
    }
  ])
}
