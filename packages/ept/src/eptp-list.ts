/**
 * The EPTP list: memory of the hypervisor's that VMFUNC reads, an entry for each context, which is valid until the
 * hypervisor clears it.
 */
import type { Words } from "@isolde/core/memory/words"
import type { Program } from "@isolde/core/processor/program"

const VALID = 1

/** No word. */
const None = -1

export class EptpList {
  readonly #first: number // word of context 0
  readonly #entries: number

  constructor(words: Words, contexts: number) {
    this.#first = words.allocate(contexts, VALID)
    this.#entries = contexts
  }

  /** Append what reads entry `index`, if the list has it. */
  read(program: Program, index: number): void {
    const word = this.#wordOf(index)
    if (word !== None) program.loadWord(word)
  }

  /** Whether entry `index` is valid, in which `value` was read. */
  isValid(index: number, value: number): boolean {
    return this.#wordOf(index) !== None && value === VALID
  }

  /** Append what takes entry `index` off the list. */
  clear(program: Program, index: number): void {
    program.storeWord(this.#wordOf(index), 0)
  }

  #wordOf(index: number): number {
    return index >= 0 && index < this.#entries ? this.#first + index : None
  }
}
