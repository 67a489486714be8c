/**
 * The trampoline, as programs: that of ATC'24's artifact (ideal/trampoline.aarch64.S). Save the callee-saved registers,
 * leave a stack and take up the other's, clear, call; and back without clearing. No register says which domain runs:
 * its code does, by the pointers that it has. Nothing is privileged and nothing serialises.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { Program } from "@isolde/core/processor/program"
import type { PacConfig } from "./config.ts"

/** Bytes that one STP or LDP of 64-bit registers moves. */
const PAIR = 16
/** Bytes of one activation's save area, and where in it the caller's earlier stack pointer is kept. */
const AREA = 272
const KEPT = 256
const AREAS = Math.floor(PAGE_BYTES / AREA)
/** What a trampoline knows: target, memory of both sides. */
const KNOWN = 32
/** Stack pointers on a page. */
const STACKS = PAGE_BYTES / 8

export class Gate {
  readonly #config: PacConfig
  readonly #pass: number
  readonly #first: number // first page of thread 0
  readonly #pages: number // of one thread: the save areas, what trampolines know, then a stack pointer per domain
  readonly #depth: Int32Array // [software thread] activations open

  /** `pass` is the code of the unit's own action that makes another domain's code run. */
  constructor(config: PacConfig, { domains, pages, softwareThreads }: MachineParts, pass: number) {
    this.#config = config
    this.#pass = pass
    this.#pages = 2 + Math.ceil(domains / STACKS)
    this.#first = pages.reserve(this.#pages * softwareThreads)
    this.#depth = new Int32Array(softwareThreads)
  }

  enter(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread]++ % AREAS) * AREA
    const { clearedRegisters, gateInstructions, savedPairs } = this.#config
    program.as(Cause.gate).compute(gateInstructions)
    known(program, page + 1, to)
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.store(page, area + pair * PAIR, PAIR)
    program
      .as(Cause.gate)
      .load(stackPage(page, from), stackAt(from))
      .store(page, area + KEPT)
      .store(stackPage(page, from), stackAt(from))
      .load(stackPage(page, to), stackAt(to))
      .compute(clearedRegisters)
      .act(this.#pass, to)
      .jumpIndirect()
  }

  /** PAC7: what the caller left stands on its stack again when its registers come back. */
  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    const { returnInstructions, savedPairs } = this.#config
    program.as(Cause.gate).compute(returnInstructions)
    known(program, page + 1, from)
    program
      .load(stackPage(page, to), stackAt(to))
      .load(page, area + KEPT)
      .store(stackPage(page, to), stackAt(to))
      .act(this.#pass, to)
    program.as(Cause.registerSave)
    for (let pair = 0; pair < savedPairs; pair++) program.load(page, area + pair * PAIR, PAIR)
    program.as(Cause.gate).jumpIndirect()
  }
}

/** Target and memory of both sides, which stand behind the trampoline into `callee`. */
function known(program: Program, page: number, callee: number): void {
  const at = (callee * KNOWN) % PAGE_BYTES
  program
    .load(page, at)
    .load(page, at + 8)
    .load(page, at + 16)
}

const stackPage = (page: number, domain: number): number => page + 2 + Math.floor(domain / STACKS)
const stackAt = (domain: number): number => (domain % STACKS) * 8
