/**
 * The springboard and its way back, as programs. Heavyweight: save what the other side might spoil, clear what it must
 * not see, exchange stacks, write the base register of its zone. Zero-cost: a call through a checked target and a
 * return; the base register is written where the form has one.
 *
 *   SFI7  nothing in a gate enters the kernel or interrupts anybody; code runs in its sandbox from the branch on
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { SfiConfig } from "./config.ts"

/** Bytes of one activation's frame. */
const FRAME = 256
const FRAMES = PAGE_BYTES / FRAME
/** Contexts of sandboxes (stack pointer, base) on a page. */
const CONTEXT = 64
const CONTEXTS = PAGE_BYTES / CONTEXT

export class Gate {
  readonly #config: SfiConfig
  readonly #pass: number
  readonly #width: number // bytes of one store of registers
  readonly #saves: number
  readonly #first: number
  readonly #pages: number // of one thread: frames, then a context per sandbox
  readonly #depth: Int32Array // [software thread] activations open

  /** `pass` is the code of the unit's own action that makes another sandbox's code run. */
  constructor(config: SfiConfig, { domains, numbers, pages, softwareThreads }: MachineParts, pass: number) {
    this.#config = config
    this.#pass = pass
    // Arm stores two registers at a time.
    this.#width = numbers.memoryModel === "arm" ? 16 : 8
    this.#saves = Math.ceil((config.savedRegisters * 8) / this.#width)
    this.#pages = 1 + Math.ceil(domains / CONTEXTS)
    this.#first = pages.reserve(this.#pages * softwareThreads)
    this.#depth = new Int32Array(softwareThreads)
  }

  enter(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    const frame = (this.#depth[thread]++ % FRAMES) * FRAME
    if (this.#config.transition === "zero-cost") return this.#call(program, page, frame, to)
    program.as(Cause.registerSave)
    for (let at = 0; at < this.#saves; at++) program.store(page, frame + at * this.#width, this.#width)
    program.chain(this.#config.vectorState > 0 ? 1 : 0, this.#config.vectorState)
    this.#switch(program, page, from, to)
    program.jumpIndirect() // call
  }

  leave(program: Program, thread: number, from: number, to: number): void {
    const page = this.#first + thread * this.#pages
    if (this.#depth[thread] > 0) this.#depth[thread]--
    const frame = (this.#depth[thread] % FRAMES) * FRAME
    if (this.#config.transition === "zero-cost") return this.#return(program, page, frame, to)
    this.#switch(program, page, from, to)
    program.as(Cause.registerSave).chain(this.#config.vectorState > 0 ? 1 : 0, this.#config.vectorState)
    for (let at = 0; at < this.#saves; at++) program.load(page, frame + at * this.#width, this.#width)
    program.as(Cause.gate).jumpIndirect() // return
  }

  #switch(program: Program, page: number, from: number, to: number): void {
    program
      .as(Cause.gate)
      .compute(this.#config.clearedRegisters)
      .store(page + 1 + Math.floor(from / CONTEXTS), (from % CONTEXTS) * CONTEXT)
      .load(page + 1 + Math.floor(to / CONTEXTS), (to % CONTEXTS) * CONTEXT)
      .compute(this.#config.gateInstructions - 1)
    this.#zone(program, to)
  }

  /** The caller's own call, to whose target's type it compares first; and what writes the zone's base. */
  #call(program: Program, page: number, frame: number, to: number): void {
    program.as(Cause.gate).compute(3).store(page, frame)
    this.#zone(program, to)
  }

  #return(program: Program, page: number, frame: number, to: number): void {
    program.as(Cause.gate).load(page, frame).compute(1)
    this.#zone(program, to)
  }

  #zone(program: Program, to: number): void {
    if (this.#config.variant === "segment") program.serialise(Serialise.hold, this.#config.segmentWrite)
    program.act(this.#pass, to)
  }
}
