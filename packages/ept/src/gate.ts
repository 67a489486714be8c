/**
 * The trampoline, as programs: save, VMFUNC, pick a stack, call; and the same way back. Its memory is mapped in
 * every context, so the instruction behind VMFUNC finds it whichever context it arrives in.
 *
 *   EPT7  a context changes when VMFUNC completes: older instructions completed in the old one, younger start in the new
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { EptConfig } from "./config.ts"

/** Bytes of one activation's save area. */
const AREA = 128
const AREAS = PAGE_BYTES / AREA
/** Leaf and index, all that a switch needs. */
const ARGUMENTS = 2

export class Gate {
  readonly #config: EptConfig
  readonly #switch: number
  readonly #first: number // first page of thread 0
  readonly #pages: number // per thread: the save areas, then a stack pointer per domain
  readonly #depth: Int32Array // [thread] activations open

  /** `action` is the code of the unit's own switch of context. */
  constructor(config: EptConfig, parts: MachineParts, action: number) {
    this.#config = config
    this.#switch = action
    this.#pages = 1 + Math.ceil((parts.domains * 8) / PAGE_BYTES)
    this.#first = parts.pages.reserve(this.#pages * parts.softwareThreads)
    this.#depth = new Int32Array(parts.softwareThreads)
  }

  enter(program: Program, thread: number, from: number, to: number): void {
    const { savedRegisters } = this.#config
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread]++ % AREAS) * AREA
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.store(page, area + register * 8)
    this.#pass(program, page, from, to)
  }

  leave(program: Program, thread: number, from: number, to: number): void {
    const { savedRegisters } = this.#config
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    this.#pass(program, page, from, to)
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.load(page, area + register * 8)
  }

  /** VMFUNC alone, into `context`. */
  switch(program: Program, context: number): void {
    program.as(Cause.gate).compute(ARGUMENTS)
    this.#vmfunc(program, context)
  }

  /** Leave the stack of `from` where it stands, switch, take up that of `to`. */
  #pass(program: Program, page: number, from: number, to: number): void {
    const { gateInstructions } = this.#config
    const before = gateInstructions >> 1
    program
      .as(Cause.gate)
      .compute(before)
      .store(this.#stackPage(page, from), (from * 8) % PAGE_BYTES)
    this.#vmfunc(program, to)
    program.load(this.#stackPage(page, to), (to * 8) % PAGE_BYTES).compute(gateInstructions - before)
  }

  #vmfunc(program: Program, context: number): void {
    program.serialise(Serialise.drain, this.#config.vmfunc).act(this.#switch, context)
  }

  #stackPage(page: number, domain: number): number {
    return page + 1 + Math.floor((domain * 8) / PAGE_BYTES)
  }
}
