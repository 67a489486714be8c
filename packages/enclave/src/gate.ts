/**
 * Ways into an enclave and out of it, as programs: the runtime's saves and dispatch, EENTER and EEXIT, and what becomes of
 * the TLB. An interrupt or a fault inside leaves by an asynchronous exit and comes back by ERESUME.
 *
 *   SGX6  EENTER, EEXIT, an asynchronous exit and ERESUME complete what is older, change the mode, and lose the
 *         translations of both modes
 *   SGX7  between two enclaves a call goes through the outside: EEXIT, the untrusted runtime, EENTER
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import type { EnclaveConfig } from "./config.ts"
import { OUTSIDE } from "./enclave-page.ts"

export class Gate {
  readonly #config: EnclaveConfig
  readonly #areas: number // first page; one for each software thread
  readonly #mode: number
  readonly #ahead: Int32Array // [software thread] mode that it has been brought into for a copy, or -1

  /** `mode` is the code of the unit's own change of mode. */
  constructor(config: EnclaveConfig, { pages, softwareThreads }: MachineParts, mode: number) {
    this.#config = config
    this.#areas = pages.reserve(softwareThreads)
    this.#mode = mode
    this.#ahead = new Int32Array(softwareThreads).fill(-1)
  }

  /** From mode `from` into `to`. */
  pass(program: Program, t: HardwareThread, from: number, to: number): void {
    const { runtimePath, savedRegisters } = this.#config
    const page = this.#areas + t.software
    const ahead = this.#ahead[t.software] === to
    this.#ahead[t.software] = -1
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.store(page, register * 8)
    program.as(Cause.gate).compute(savedRegisters).chain(runtimePath)
    if (!ahead) this.#change(program, from, to)
    program.as(Cause.registerSave)
    for (let register = 0; register < savedRegisters; register++) program.load(page, register * 8)
  }

  /** Copies into an enclave are its own: the thread goes in before them. */
  open(program: Program, t: HardwareThread, from: number, to: number): void {
    if (from !== OUTSIDE || this.#ahead[t.software] === to) return
    this.#change(program.as(Cause.gate), from, to)
    this.#ahead[t.software] = to
  }

  /** An interrupt or a fault takes the thread out of mode `from`. */
  exit(program: Program, from: number): void {
    if (from !== OUTSIDE) this.#switch(program, this.#config.aex, from, OUTSIDE)
  }

  /** Back into mode `to`. */
  resume(program: Program, to: number): void {
    if (to !== OUTSIDE) this.#switch(program, this.#config.eresume, OUTSIDE, to)
  }

  #change(program: Program, from: number, to: number): void {
    if (from !== OUTSIDE) this.#switch(program, this.#config.eexit, from, OUTSIDE)
    if (to !== OUTSIDE) this.#switch(program, this.#config.eenter, OUTSIDE, to)
  }

  #switch(program: Program, ticks: number, from: number, to: number): void {
    program.serialise(Serialise.drain, ticks).act(this.#mode, to)
    program.invalidateContext(from, 0).invalidateContext(to, 0)
  }
}
