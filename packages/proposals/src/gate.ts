/**
 * The gate, as programs: save registers, take up the other domain's stack, write the protected register, branch; and
 * the same way back. Law: what the proposals differ in here is the instruction that changes the domain.
 *
 *   PRO6  with one-cycle switches the change takes effect in its own slot and nothing waits; else younger wait
 *   PRO7  hardware saves vector registers line by line; FXSAVE is microcode beside its lines
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"

/** Bytes of one activation's save area: callee-saved registers, then vector state. */
const AREA = 1024
const AREAS = PAGE_BYTES / AREA
const VECTORS_AT = 256
/** Bytes of x87 and SSE state as FXSAVE lays it out. */
const VECTORS = 512
const STACKS = PAGE_BYTES / 8

/** What changes the domain on the way in and on the way back, in cycles. */
export interface SwitchTicks {
  readonly enter: number
  readonly leave: number
}

export class Gate {
  readonly #config: ProposalsConfig
  readonly #ticks: SwitchTicks
  readonly #first: number // first page of thread 0
  readonly #pages: number // of one thread: save areas, then a stack pointer per domain
  readonly #depth: Int32Array // [software thread] activations open

  constructor(config: ProposalsConfig, { domains, pages, softwareThreads }: MachineParts, ticks: SwitchTicks) {
    this.#config = config
    this.#ticks = ticks
    this.#pages = 1 + Math.ceil(domains / STACKS)
    this.#first = pages.reserve(this.#pages * softwareThreads)
    this.#depth = new Int32Array(softwareThreads)
  }

  /** Up to where the domain changes. */
  call(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread]++ % AREAS) * AREA
    const { extendedRegisters, fxsave, savedRegisters } = this.#config
    program.as(Cause.registerSave)
    for (let n = 0; n < savedRegisters; n++) program.store(page, area + n * 16, 8)
    if (extendedRegisters !== "none") {
      for (let at = 0; at < VECTORS; at += LINE_BYTES) program.store(page, area + VECTORS_AT + at, LINE_BYTES)
      this.#moved(program, fxsave)
    }
    this.#stacks(program, page, from, to)
  }

  /** Behind the change on the way in. */
  arrive(program: Program): void {
    program.as(Cause.gate).jumpIndirect() // call
  }

  return(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    this.#stacks(program, page, from, to)
  }

  /** Behind the change on the way back. */
  resume(program: Program, thread: number): void {
    const page = this.#first + thread * this.#pages
    const area = (this.#depth[thread] % AREAS) * AREA
    const { extendedRegisters, fxrstor, savedRegisters } = this.#config
    program.as(Cause.registerSave)
    if (extendedRegisters !== "none") {
      for (let at = 0; at < VECTORS; at += LINE_BYTES) program.load(page, area + VECTORS_AT + at, LINE_BYTES)
      this.#moved(program, fxrstor)
    }
    for (let n = 0; n < savedRegisters; n++) program.load(page, area + n * 16, 8)
    program.as(Cause.gate).jumpIndirect() // return
  }

  /** The instruction that changes the domain; `action` takes effect when it completes. */
  change(program: Program, isReturn: boolean, action: number, a: number, b = 0): void {
    program.as(Cause.gate)
    if (this.#config.oneCycleSwitch) program.compute(1)
    else program.serialise(Serialise.hold, isReturn ? this.#ticks.leave : this.#ticks.enter)
    program.act(action, a, b)
  }

  /** PRO7 */
  #moved(program: Program, microcode: number): void {
    const { extendedRegisters, hardwareLine } = this.#config
    const lines = VECTORS / LINE_BYTES
    program.serialise(Serialise.hold, extendedRegisters === "hardware" ? lines * hardwareLine : microcode)
  }

  /** Leave the stack of `from` where it stands, take up that of `to`. */
  #stacks(program: Program, page: number, from: number, to: number): void {
    program
      .as(Cause.gate)
      .store(page + 1 + Math.floor(from / STACKS), (from % STACKS) * 8)
      .load(page + 1 + Math.floor(to / STACKS), (to % STACKS) * 8)
      .compute(this.#config.gateInstructions - 1)
  }
}
