/**
 * Thread-bound capabilities: without the permission `global` one can be stored on its thread's own stack alone, so what
 * a revocation has to look through is that stack and the thread's registers; no table, no interrupt, no other memory.
 *
 *   CHERI18  a thread-bound capability is in registers or on the stack of the thread that it was given to; stored
 *            anywhere else it has no tag, and its thread alone can take it away
 */
import type { MachineParts } from "@isolde/core/isolation/unit"
import { LINE_BYTES, PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { CAPABILITY_BYTES } from "./capability.ts"
import type { CheriConfig } from "./config.ts"
import { type GovernedMemory, UNGOVERNED } from "./governed-memory.ts"

/** Capability registers of a thread. */
const REGISTERS = 31
const LINES = PAGE_BYTES / LINE_BYTES

export class ThreadStacks {
  readonly #config: CheriConfig
  readonly #pages: number // of one thread's stack
  readonly #first: Int32Array // [domain] page of thread 0's stack

  constructor(config: CheriConfig, { domains, softwareThreads }: MachineParts, memory: GovernedMemory) {
    this.#config = config
    this.#pages = Math.ceil(config.stackLines / LINES)
    // The runtime that hands capabilities over is inlined, and reaches them all.
    this.#first = Int32Array.from({ length: domains }, () => memory.reserve(this.#pages * softwareThreads, UNGOVERNED))
  }

  /** The capability that `thread` was given for `domain` is spilled: one store. */
  spill(program: Program, thread: number, domain: number, object: number): void {
    const line = object % this.#config.stackLines
    program.store(this.#page(thread, domain, line), (line % LINES) * LINE_BYTES, CAPABILITY_BYTES)
  }

  /** Every line of the thread's stack in `domain` is loaded with its tags, and every register compared; `drop` takes effect. */
  revoke(program: Program, thread: number, domain: number, object: number, drop: number): void {
    const { scanPath, stackLines, testPath } = this.#config
    program.as(Cause.sweep)
    for (let line = 0; line < stackLines; line++)
      program.load(this.#page(thread, domain, line), (line % LINES) * LINE_BYTES, CAPABILITY_BYTES).compute(scanPath)
    program.compute(REGISTERS * scanPath).compute(testPath)
    this.spill(program, thread, domain, object) // what is found is overwritten
    program.serialise(Serialise.drain, 1).act(drop, domain, object)
  }

  #page(thread: number, domain: number, line: number): number {
    return this.#first[domain] + thread * this.#pages + Math.floor(line / LINES)
  }
}
