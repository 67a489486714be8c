/**
 * The vector state on its way through a gate: FXSAVE and FXRSTOR, which are microcode, or a move for each register.
 * Law: what they store and load are lines of memory; what the microcode takes beside that is one action each.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { MpkConfig } from "./config.ts"

/** x87, SSE and control state as FXSAVE lays it out (SDM vol. 1, 10.5). */
const FXSAVE_BYTES = 512

export class ExtendedRegisters {
  readonly #config: MpkConfig
  readonly #page: number // page of thread 0's areas, or -1
  readonly #bytes: number // of one area
  readonly #chunk: number

  constructor(config: MpkConfig, parts: MachineParts) {
    const { extendedRegisters, vectorBytes, vectorRegisters } = config
    this.#config = config
    this.#page = extendedRegisters === "none" ? -1 : parts.pages.reserve(parts.softwareThreads)
    this.#bytes = extendedRegisters === "fxsave" ? FXSAVE_BYTES : vectorRegisters * vectorBytes
    this.#chunk = extendedRegisters === "fxsave" ? LINE_BYTES : vectorBytes
  }

  save(program: Program, thread: number, depth: number): void {
    if (this.#page < 0) return
    const area = this.#area(depth)
    const fxsave = this.#config.extendedRegisters === "fxsave"
    if (fxsave) program.compute(3) // room on the stack, aligned to 16 bytes
    for (let at = 0; at < this.#bytes; at += this.#chunk) program.store(this.#page + thread, area + at, this.#chunk)
    if (fxsave) program.serialise(Serialise.hold, this.#config.fxsave)
  }

  restore(program: Program, thread: number, depth: number): void {
    if (this.#page < 0) return
    const area = this.#area(depth)
    for (let at = 0; at < this.#bytes; at += this.#chunk) program.load(this.#page + thread, area + at, this.#chunk)
    if (this.#config.extendedRegisters === "fxsave") program.serialise(Serialise.hold, this.#config.fxrstor)
  }

  #area(depth: number): number {
    return (depth % Math.floor(PAGE_BYTES / this.#bytes)) * this.#bytes
  }
}
