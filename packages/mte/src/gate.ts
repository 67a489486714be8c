/**
 * The trampoline, as programs: that of ATC'24's artifact (ideal/trampoline.aarch64.S) with a tag for the reserved
 * register. Save the callee-saved registers, leave a stack and take up the other's, clear, call; and back without
 * clearing. Nothing in it is privileged and nothing serialises. Its memory is untagged, reached by trusted code alone.
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
/** Bytes of one activation's save area, and where in it the caller's earlier stack pointer is kept. */
const AREA = 784
const KEPT = 768
const AREAS = Math.floor(PAGE_BYTES / AREA)
/** Per thread: the save areas, then a stack pointer per domain, then what a trampoline knows: target, both memories. */
const PAGES = 3
const KNOWN = 32

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
    const { clearedIn, gateInstructions, savedPairs, vectorPairs } = this.#config
    program.as(Cause.gate).compute(gateInstructions)
    known(program, page, to)
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.store(page, area + pair * PAIR, PAIR)
    for (let pair = 0; pair < vectorPairs; pair++) program.store(page, vectorAt(area, pair), VECTOR_PAIR)
    program
      .as(Cause.gate)
      .load(page + 1, from * 8)
      .store(page, area + KEPT)
      .store(page + 1, from * 8)
      .load(page + 1, to * 8)
      .compute(clearedIn)
      .act(this.#setTag, to)
      .jumpIndirect()
  }

  /** MTE7: what the caller left stands on its stack again when its registers come back. */
  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * PAGES
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    const { clearedOut, returnInstructions, savedPairs, vectorPairs } = this.#config
    program.as(Cause.gate).compute(returnInstructions)
    known(program, page, from)
    program
      .load(page + 1, to * 8)
      .load(page, area + KEPT)
      .store(page + 1, to * 8)
      .compute(clearedOut)
      .act(this.#setTag, to)
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.load(page, area + pair * PAIR, PAIR)
    for (let pair = 0; pair < vectorPairs; pair++) program.load(page, vectorAt(area, pair), VECTOR_PAIR)
    program.as(Cause.gate).jumpIndirect()
  }
}

/** Target and memory of both sides, which stand behind the trampoline into `callee`. */
function known(program: Program, page: number, callee: number): void {
  const at = (callee * KNOWN) % PAGE_BYTES
  program
    .load(page + 2, at)
    .load(page + 2, at + 8)
    .load(page + 2, at + 16)
}
