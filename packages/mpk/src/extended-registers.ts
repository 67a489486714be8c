/**
 * The vector state on its way through a gate: FXSAVE and FXRSTOR or XSAVE and XRSTOR, which are microcode, or a move for each register.
 * Law: what they store and load are lines of memory; what the microcode takes beside that is one action each.
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { MpkConfig } from "./config.ts"

/** x87, SSE and control state as FXSAVE lays it out (SDM vol. 1, 10.5). */
const FXSAVE_BYTES = 512
/** Behind it XSAVE has a header, then the upper halves of ymm0 to ymm15, opmasks and upper halves of zmm0 to zmm15, zmm16 to zmm31 (SDM vol. 1, 13.4). */
const HEADER = 64
const UPPER = { ymm: 256, zmm: 64 + 512, more: 1024 } as const

/** Bytes of the area that holds the state. */
function areaOf({ extendedRegisters, vectorBytes, vectorRegisters }: MpkConfig): number {
  if (extendedRegisters === "fxsave") return FXSAVE_BYTES
  if (extendedRegisters === "vectors") return vectorRegisters * vectorBytes
  const ymm = vectorBytes > 16 ? UPPER.ymm : 0
  const zmm = vectorBytes > 32 ? UPPER.zmm : 0
  return FXSAVE_BYTES + HEADER + ymm + zmm + (vectorRegisters > 16 ? UPPER.more : 0)
}

export class ExtendedRegisters {
  readonly #config: MpkConfig
  readonly #page: number // page of thread 0's areas, or -1
  readonly #bytes: number // of one area
  readonly #chunk: number

  constructor(config: MpkConfig, parts: MachineParts) {
    const { extendedRegisters, vectorBytes } = config
    this.#config = config
    this.#page = extendedRegisters === "none" ? -1 : parts.pages.reserve(parts.softwareThreads)
    this.#bytes = areaOf(config)
    this.#chunk = extendedRegisters === "vectors" ? vectorBytes : LINE_BYTES
  }

  save(program: Program, thread: number, depth: number): void {
    if (this.#page < 0) return
    const area = this.#area(depth)
    const { extendedRegisters, fxsave, xsave } = this.#config
    const whole = extendedRegisters !== "vectors"
    if (whole) program.compute(3) // room on the stack, aligned to 16 bytes
    for (let at = 0; at < this.#bytes; at += this.#chunk) program.store(this.#page + thread, area + at, this.#chunk)
    if (whole) program.serialise(Serialise.hold, extendedRegisters === "fxsave" ? fxsave : xsave)
  }

  restore(program: Program, thread: number, depth: number): void {
    if (this.#page < 0) return
    const area = this.#area(depth)
    for (let at = 0; at < this.#bytes; at += this.#chunk) program.load(this.#page + thread, area + at, this.#chunk)
    const { extendedRegisters, fxrstor, xrstor } = this.#config
    if (extendedRegisters !== "vectors")
      program.serialise(Serialise.hold, extendedRegisters === "fxsave" ? fxrstor : xrstor)
  }

  #area(depth: number): number {
    return (depth % Math.floor(PAGE_BYTES / this.#bytes)) * this.#bytes
  }
}
