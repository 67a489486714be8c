/**
 * The trampoline, as programs: save the callee-saved registers, take up the other domain's stack, branch; and the same
 * way back. No register says which domain runs: its code does, by the pointers that it has. Nothing is privileged and
 * nothing serialises.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { Program } from "@isolde/core/processor/program"
import type { PacConfig } from "./config.ts"

/** Bytes that one STP or LDP of 64-bit registers moves. */
const PAIR = 16
/** Bytes of one activation's save area. */
const AREA = 256
const AREAS = PAGE_BYTES / AREA
/** Stack pointers on a page. */
const STACKS = PAGE_BYTES / 8

export class Gate {
  readonly #config: PacConfig
  readonly #pass: number
  readonly #first: number // first page of thread 0
  readonly #pages: number // of one thread: the save areas, then a stack pointer per domain
  readonly #depth: Int32Array // [software thread] activations open

  /** `pass` is the code of the unit's own action that makes another domain's code run. */
  constructor(config: PacConfig, { domains, pages, softwareThreads }: MachineParts, pass: number) {
    this.#config = config
    this.#pass = pass
    this.#pages = 1 + Math.ceil(domains / STACKS)
    this.#first = pages.reserve(this.#pages * softwareThreads)
    this.#depth = new Int32Array(softwareThreads)
  }

  enter(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread]++ % AREAS) * AREA
    program.as(Cause.registerSave)
    for (let pair = 0; pair < this.#config.savedPairs; pair++) program.store(page, area + pair * PAIR, PAIR)
    this.#switch(program, page, from, to)
  }

  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    this.#switch(program, page, from, to)
    program.as(Cause.registerSave)
    for (let pair = 0; pair < this.#config.savedPairs; pair++) program.load(page, area + pair * PAIR, PAIR)
  }

  /** PAC7: leave the stack of `from` where it stands, take up that of `to`. */
  #switch(program: Program, page: number, from: number, to: number): void {
    program
      .as(Cause.gate)
      .store(page + 1 + Math.floor(from / STACKS), (from % STACKS) * 8)
      .load(page + 1 + Math.floor(to / STACKS), (to % STACKS) * 8)
      .compute(this.#config.gateInstructions)
      .act(this.#pass, to)
  }
}
