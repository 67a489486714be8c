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
import { VM_EXIT } from "./ept-walk.ts"

/** Bytes of one activation's save area. */
const AREA = 128
const AREAS = PAGE_BYTES / AREA
/** Leaf and index, all that a switch needs. */
const ARGUMENTS = 2

/** Codes of the unit's own: a switch of context, of the keys of two domains, and a key register written outside every gate. */
export interface GateActions {
  readonly switch: number
  readonly keys: number
  readonly stray: number
}

export class Gate {
  readonly #config: EptConfig
  readonly #actions: GateActions
  readonly #first: number // first page of thread 0
  readonly #pages: number // per thread: the save areas, then a stack pointer per domain
  readonly #depth: Int32Array // [thread] activations open

  constructor(config: EptConfig, parts: MachineParts, actions: GateActions) {
    this.#config = config
    this.#actions = actions
    this.#pages = 1 + Math.ceil((parts.domains * 8) / PAGE_BYTES)
    this.#first = parts.pages.reserve(this.#pages * parts.softwareThreads)
    this.#depth = new Int32Array(parts.softwareThreads)
  }

  /** Into domain `to`, whose context is `context`; -1: the thread is in it already. */
  enter(program: Program, thread: number, from: number, to: number, context: number): void {
    const { savedRegisters } = this.#config
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread]++ % AREAS) * AREA
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.store(page, area + register * 8)
    this.#pass(program, page, from, to, context)
    program.jumpIndirect() // call
  }

  leave(program: Program, thread: number, from: number, to: number, context: number): void {
    const { savedRegisters } = this.#config
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const area = (this.#depth[thread] % AREAS) * AREA
    this.#pass(program, page, from, to, context)
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.load(page, area + register * 8)
    program.as(Cause.gate).jumpIndirect() // return
  }

  /** VMFUNC alone, into `context`. */
  switch(program: Program, context: number): void {
    program.as(Cause.gate).compute(ARGUMENTS)
    this.#vmfunc(program, context)
  }

  /** WRPKRU: keys of domains `a` and `b`. */
  writeKeys(program: Program, a: number, b: number): void {
    program.as(Cause.gate).compute(3) // eax; ecx and edx = 0
    program.serialise(Serialise.hold, this.#config.wrpkru).act(this.#actions.keys, a, b)
    program.compute(2) // compare eax with what this gate writes, branch
  }

  /** VMFUNC as a domain executes it by itself: into `context`, or out to the hypervisor and back where that is VM_EXIT. */
  stray(program: Program, context: number): void {
    program.as(Cause.application)
    if (context !== VM_EXIT) return this.#vmfunc(program, context)
    program.serialise(Serialise.drain, this.#config.vmExit).serialise(Serialise.drain, this.#config.vmEntry)
  }

  /** WRPKRU as a domain executes it by itself. */
  strayKeys(program: Program, register: number): void {
    program.as(Cause.application).compute(3)
    program.serialise(Serialise.hold, this.#config.wrpkru).act(this.#actions.stray, register)
  }

  /** Leave the stack of `from` where it stands, switch, take up that of `to`. */
  #pass(program: Program, page: number, from: number, to: number, context: number): void {
    const { edits, gateInstructions, keys } = this.#config
    const before = gateInstructions >> 1
    program
      .as(Cause.gate)
      .compute(before)
      .store(this.#stackPage(page, from), (from * 8) % PAGE_BYTES)
    if (context >= 0) this.#vmfunc(program, context)
    if (keys) this.writeKeys(program, to, to)
    if (edits === "remap") program.load(this.#stackPage(page, from), (from * 8) % PAGE_BYTES).compute(2) // calling key: compare, branch
    program.load(this.#stackPage(page, to), (to * 8) % PAGE_BYTES).compute(gateInstructions - before - 1)
  }

  #vmfunc(program: Program, context: number): void {
    program.serialise(Serialise.drain, this.#config.vmfunc).act(this.#actions.switch, context)
  }

  #stackPage(page: number, domain: number): number {
    return page + 1 + Math.floor((domain * 8) / PAGE_BYTES)
  }
}
