/**
 * The compartment switcher, as programs: branch to its sealed entry, save, clear, write DDC, branch on; and the same
 * way back. It runs in Executive, compartments in Restricted, whose DDC it writes; or both in one bank, and it writes
 * its own DDC first. Every branch changes PCC, and waits for its target: nothing predicts that.
 *
 *   CHERI7  the switcher's memory is reached in Executive alone; a compartment's DDC changes when the branch into it
 *           completes, and everything older completed before
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { CAPABILITY_BYTES } from "./capability.ts"
import type { CheriConfig } from "./config.ts"
import { type GovernedMemory, INSIDE, TRUSTED } from "./governed-memory.ts"
import { passed } from "./handles.ts"

/** A compartment's sealed entries: code and data capability for every callee. */
const ENTRY_BYTES = 2 * CAPABILITY_BYTES
/** What the switcher keeps per thread and compartment: DDC, stack, thread pointer, entry. */
const RECORD_BYTES = 4 * CAPABILITY_BYTES
/** Capabilities of the caller that every activation saves: DDC, stack, return. */
const CALLER_CAPABILITIES = 3
const VECTOR_BYTES = 16

export class Gate {
  readonly #config: CheriConfig
  readonly #domains: number
  readonly #executive: number
  readonly #restricted: number
  readonly #entryPages: Int32Array // [domain] first page of its sealed entries
  readonly #recordPage: number
  readonly #framePage: number // one page per thread: its trusted stack
  readonly #frameBytes: number
  readonly #depth: Int32Array // [software thread] activations open

  /** `executive` and `restricted` are the codes of the unit's changes of state. */
  constructor(config: CheriConfig, parts: MachineParts, memory: GovernedMemory, executive: number, restricted: number) {
    const { domains, softwareThreads: threads } = parts
    this.#config = config
    this.#domains = domains
    this.#executive = executive
    this.#restricted = restricted
    const entryPages = Math.ceil((domains * ENTRY_BYTES) / PAGE_BYTES)
    this.#entryPages = Int32Array.from({ length: domains }, (_, d) => memory.reserve(entryPages, INSIDE - d))
    this.#recordPage = memory.reserve(Math.ceil((threads * domains * RECORD_BYTES) / PAGE_BYTES), TRUSTED)
    this.#framePage = memory.reserve(threads, TRUSTED)
    const bytes = config.registersSaved * config.registerBytes + config.vectorRegisters * VECTOR_BYTES
    this.#frameBytes = Math.ceil((bytes + CALLER_CAPABILITIES * CAPABILITY_BYTES) / 64) * 64
    this.#depth = new Int32Array(threads)
  }

  /** Into `to`; `inside` when the switcher runs already. */
  enter(program: Program, thread: number, from: number, to: number, inside: boolean): void {
    if (!inside) this.#intoSwitcher(program, from, to, 0)
    this.#loadRecord(program, thread, to)
    program.compute(this.#config.gatePath).as(Cause.registerSave)
    this.#frame(program, thread, this.#depth[thread]++, true)
    this.#outOfSwitcher(program, this.#config.clearedIn, to, passed.in)
  }

  /** Back to `to`. The return capability is in a register. */
  leave(program: Program, thread: number, to: number, inside: boolean): void {
    if (!inside) this.#branch(program.as(Cause.gate), Serialise.hold, this.#executive, 0)
    if (!inside) this.#ownData(program)
    program.as(Cause.gate).compute(this.#config.gatePath).as(Cause.registerSave)
    if (this.#depth[thread] > 0) this.#depth[thread]--
    this.#frame(program, thread, this.#depth[thread], false)
    this.#outOfSwitcher(program, this.#config.clearedOut, to, passed.out)
  }

  /** Into the switcher, which copies between `from` and `to` until the next gate. */
  open(program: Program, thread: number, from: number, to: number, other: number, inside: boolean): void {
    if (inside) program.as(Cause.gate).act(this.#executive, other + 1)
    else this.#intoSwitcher(program, from, to, other + 1)
    this.#loadRecord(program, thread, from)
    this.#loadRecord(program, thread, to)
  }

  #intoSwitcher(program: Program, from: number, to: number, opened: number): void {
    const at = to * ENTRY_BYTES
    const page = this.#entryPages[from] + Math.floor(at / PAGE_BYTES)
    program.as(Cause.gate).load(page, at % PAGE_BYTES, CAPABILITY_BYTES)
    if (this.#config.entries === "pair") program.load(page, (at % PAGE_BYTES) + CAPABILITY_BYTES, CAPABILITY_BYTES)
    this.#branch(program, Serialise.operand, this.#executive, opened)
    this.#ownData(program)
  }

  /** Without an Executive bank the switcher's own DDC is derived and written, on each way in. */
  #ownData(program: Program): void {
    if (this.#config.switch === "executive") return
    program.as(Cause.gate).chain(this.#config.derive).serialise(Serialise.drain, this.#config.ddcWrite)
  }

  /** The compartment's DDC: loaded with its record, or derived in its image and sealed behind it. */
  #outOfSwitcher(program: Program, cleared: number, to: number, first: number): void {
    program.as(Cause.gate).compute(cleared)
    if (this.#config.switch === "ddc") program.chain(this.#config.derive)
    program.serialise(Serialise.drain, this.#config.ddcWrite)
    this.#branch(program, Serialise.hold, this.#restricted, to, first)
  }

  #branch(program: Program, kind: Serialise, action: number, argument: number, first = 0): void {
    program.serialise(kind, this.#config.branch).act(action, argument, first)
  }

  #loadRecord(program: Program, thread: number, domain: number): void {
    const at = (thread * this.#domains + domain) * RECORD_BYTES
    const page = this.#recordPage + Math.floor(at / PAGE_BYTES)
    for (let part = 0; part < RECORD_BYTES; part += CAPABILITY_BYTES)
      program.load(page, (at % PAGE_BYTES) + part, CAPABILITY_BYTES)
  }

  /** Save or restore one activation's registers: 16 bytes at a time, the width of Morello's store path. */
  #frame(program: Program, thread: number, depth: number, save: boolean): void {
    const { registerBytes, registersSaved, vectorRegisters } = this.#config
    const frames = Math.floor(PAGE_BYTES / this.#frameBytes)
    const first = (depth % frames) * this.#frameBytes
    const bytes =
      registersSaved * registerBytes + CALLER_CAPABILITIES * CAPABILITY_BYTES + vectorRegisters * VECTOR_BYTES
    for (let at = 0; at < bytes; at += CAPABILITY_BYTES) {
      if (save) program.store(this.#framePage + thread, first + at, CAPABILITY_BYTES)
      else program.load(this.#framePage + thread, first + at, CAPABILITY_BYTES)
    }
  }
}
