/**
 * The trampoline, as programs: save the callee-saved registers, take up the other domain's stack, put its tag into
 * the reserved register, branch; and the same way back. Nothing in it is privileged and nothing serialises. Its
 * memory is untagged and reached by trusted code alone.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { Program } from "@isolde/core/processor/program"
import type { MteConfig } from "./config.ts"

/** Bytes that one STP or LDP of 64-bit registers moves. */
const PAIR = 16
/** Bytes that one STP or LDP of vector registers moves. */
const VECTOR_PAIR = 32
/** Bytes of one activation's save area. */
const AREA = 768
const AREAS = Math.floor(PAGE_BYTES / AREA)
/** Per thread: the save areas, then a stack pointer per domain. */
const PAGES = 2

/** Where a pair of vector registers is saved, behind the general ones. */
const vectorAt = (area: number, pair: number): number => area + 256 + pair * VECTOR_PAIR

export class Gate {
  readonly #config: MteConfig
  readonly #setTag: number
  readonly #first: number // first page of thread 0
  readonly #depth: Int32Array // [software thread] activations open

  /** `setTag` is the code of the unit's own action that changes the reserved register. */
  constructor(config: MteConfig, parts: MachineParts, setTag: number) {
    this.#config = config
    this.#setTag = setTag
    this.#first = parts.pages.reserve(PAGES * parts.softwareThreads)
    this.#depth = new Int32Array(parts.softwareThreads)
  }

  enter(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * PAGES
    const area = (this.#depth[thread]++ % AREAS) * AREA
    const { savedPairs, vectorPairs } = this.#config
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.store(page, area + pair * PAIR, PAIR)
    for (let pair = 0; pair < vectorPairs; pair++) program.store(page, vectorAt(area, pair), VECTOR_PAIR)
    this.#pass(program, page, from, to, this.#config.clearedIn)
  }

  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * PAGES
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    this.#pass(program, page, from, to, this.#config.clearedOut)
    const { savedPairs, vectorPairs } = this.#config
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.load(page, area + pair * PAIR, PAIR)
    for (let pair = 0; pair < vectorPairs; pair++) program.load(page, vectorAt(area, pair), VECTOR_PAIR)
  }

  /** MTE7: leave the stack of `from` where it stands, take up that of `to`, clear registers, and write the tag. */
  #pass(program: Program, page: number, from: number, to: number, cleared: number): void {
    program
      .as(Cause.gate)
      .store(page + 1, from * 8)
      .load(page + 1, to * 8)
      .compute(this.#config.gateInstructions + cleared)
      .act(this.#setTag, to)
  }
}
