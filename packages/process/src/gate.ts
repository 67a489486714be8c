/**
 * Ways into another domain, as programs: traps, saves, the kernel's paths, the change of address space, and back to user
 * code. One thread of control goes all the way; what the kernel reads on it lies in memory that every table maps.
 *
 *   PR5   the address space changes when the register is written, in the kernel, interrupts masked
 *   PR9   a pipe's message is copied into the kernel and out of it, and each side makes its own system call
 *   PR10  from the copy between two domains to the next gate the thread is in the kernel, on a table that maps every page
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { ProcessConfig } from "./config.ts"

/** Bytes for the registers of one thread in one domain. */
const AREA = 256
const AREAS = PAGE_BYTES / AREA
/** Objects of the kernel that the way into a domain reads: its capability, its endpoint, its thread. */
const OBJECTS = 3
const PER_PAGE = Math.floor(PAGE_BYTES / (OBJECTS * LINE_BYTES))

export class Gate {
  readonly #config: ProcessConfig
  readonly #parts: MachineParts
  readonly #viewed: number
  readonly #perThread: number
  readonly #areas: number // first page
  readonly #objects: number // first page
  readonly #messages: number // first page; of each software thread the user's, then the kernel's
  readonly #open: Uint8Array // [software thread] 1: in the kernel since a copy

  /** `viewed` is the code of an action that says that the thread is in the kernel's view, address space `domains`. */
  constructor(config: ProcessConfig, parts: MachineParts, viewed: number) {
    const { domains, pages, softwareThreads } = parts
    this.#config = config
    this.#parts = parts
    this.#viewed = viewed
    this.#perThread = Math.ceil(domains / AREAS)
    this.#areas = pages.reserve(this.#perThread * softwareThreads)
    this.#objects = pages.reserve(Math.ceil(domains / PER_PAGE))
    this.#messages = config.crossing === "pipe" ? pages.reserve(2 * softwareThreads) : -1
    this.#open = new Uint8Array(softwareThreads)
  }

  /** From domain `from` into `to`, or back. */
  pass(program: Program, t: HardwareThread, from: number, to: number): void {
    switch (this.#config.crossing) {
      case "shared":
        return this.#switchContext(program, t, from, to)
      case "pipe":
        return this.#message(program, t, from, to)
      case "direct":
        return this.#call(program, t, from, to, this.#config.directPath)
      case "fastpath":
        return this.#call(program, t, from, to, this.#config.fastPath)
    }
  }

  /** PR10: into the kernel, to copy. */
  open(program: Program, t: HardwareThread): void {
    if (this.#config.crossing === "shared" || this.#open[t.software] === 1) return
    this.#open[t.software] = 1
    this.#trap(program)
    if (this.#config.crossing === "pipe") program.chain(this.#parts.numbers.kernel.pipePath)
    const { domains, kernel } = this.#parts
    kernel.shootdown.generations.switchTo(program, t, domains)
    program.act(this.#viewed)
  }

  #call(program: Program, t: HardwareThread, from: number, to: number, path: number): void {
    const { kernelRegisters } = this.#config
    const { kernel } = this.#parts
    if (!this.#closed(t)) this.#trap(program)
    this.#save(program, t, from, kernelRegisters)
    program.as(Cause.kernel).chain(path)
    this.#lookUp(program, to)
    kernel.shootdown.generations.switchTo(program, t, to)
    this.#restore(program, t, to, kernelRegisters)
    kernel.entry.return(program)
  }

  /** PR9. The writer's call returns, its read finds nothing, and the reader goes on in the read in which it slept. */
  #message(program: Program, t: HardwareThread, from: number, to: number): void {
    const { copyChunk, kernelRegisters, messageBytes } = this.#config
    const { kernel, numbers } = this.#parts
    const user = this.#messages + 2 * t.software
    if (!this.#closed(t)) {
      this.#trap(program)
      program
        .chain(numbers.kernel.pipePath)
        .as(Cause.copy)
        .copy(user, 0, user + 1, 0, messageBytes, copyChunk)
    }
    program.as(Cause.kernel).chain(numbers.kernel.wakePath)
    kernel.entry.return(program)
    this.#trap(program)
    program.chain(numbers.kernel.pipePath)
    this.#save(program, t, from, kernelRegisters)
    program.as(Cause.kernel).chain(numbers.kernel.switchPath)
    this.#lookUp(program, to)
    kernel.spaces.switchTo(program, t, to)
    this.#restore(program, t, to, kernelRegisters)
    program.as(Cause.copy).copy(user + 1, 0, user, 0, messageBytes, copyChunk)
    kernel.entry.return(program)
  }

  #switchContext(program: Program, t: HardwareThread, from: number, to: number): void {
    const { savedRegisters, switchInstructions, threadPointer, threadPointerPath, threadPointerWrite } = this.#config
    const { entry } = this.#parts.kernel
    this.#save(program, t, from, savedRegisters)
    program.as(Cause.gate).compute(switchInstructions)
    if (threadPointer === "instruction") program.serialise(Serialise.hold, threadPointerWrite)
    else if (threadPointer === "call") {
      entry.call(program).chain(threadPointerPath)
      entry.return(program)
    }
    this.#restore(program, t, to, savedRegisters)
  }

  /** A system call instruction and what stands before it. */
  #trap(program: Program): void {
    this.#parts.kernel.entry.call(program.as(Cause.gate).compute(this.#config.stubInstructions))
  }

  /** True if the thread is in the kernel already. */
  #closed(t: HardwareThread): boolean {
    const was = this.#open[t.software] === 1
    this.#open[t.software] = 0
    return was
  }

  #save(program: Program, t: HardwareThread, domain: number, registers: number): void {
    program.as(Cause.registerSave)
    for (let at = 0; at < registers; at++) program.store(this.#page(t, domain), this.#offset(domain) + at * 8)
  }

  #restore(program: Program, t: HardwareThread, domain: number, registers: number): void {
    program.as(Cause.registerSave)
    for (let at = 0; at < registers; at++) program.load(this.#page(t, domain), this.#offset(domain) + at * 8)
  }

  #lookUp(program: Program, domain: number): void {
    const page = this.#objects + Math.floor(domain / PER_PAGE)
    const offset = (domain % PER_PAGE) * OBJECTS * LINE_BYTES
    for (let object = 0; object < OBJECTS; object++) program.loadChain(page, offset + object * LINE_BYTES)
  }

  #page(t: HardwareThread, domain: number): number {
    return this.#areas + t.software * this.#perThread + Math.floor(domain / AREAS)
  }

  #offset(domain: number): number {
    return (domain % AREAS) * AREA
  }
}
