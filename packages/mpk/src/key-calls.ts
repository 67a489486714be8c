/**
 * pkey_alloc and pkey_free, system calls that any domain can make by itself. Which keys are allocated is a word of the
 * address space, under its lock; pages and registers are no business of theirs.
 *
 *   MPK19  pkey_alloc gives the lowest free key and sets its bits in the caller's PKRU; pkey_free takes none away: pages
 *          keep the key and threads their rights to it, so whoever is given it next reaches those pages
 */

import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import type { Gate } from "./gate.ts"
import { KEYS } from "./pkru.ts"

export class KeyCalls {
  readonly #parts: MachineParts
  readonly #path: number
  readonly #gate: Gate
  readonly #lock: number // word: the address space's semaphore, as these calls take it
  readonly #allocated: number // word: a bit for each key

  /** Keys below `used` are allocated at the start. */
  constructor(path: number, parts: MachineParts, gate: Gate, used: number) {
    this.#parts = parts
    this.#path = path
    this.#gate = gate
    this.#lock = parts.words.allocate(1)
    this.#allocated = parts.words.allocate(1)
    parts.words.values[this.#allocated] = (1 << used) - 1
  }

  /** Instruction `code` of the traits, if it is one of the calls: with rights, two bits as in PKRU, or of a key. */
  make(program: Program, code: number, argument: number): boolean {
    const action = code === 2 ? Act.allocate : code === 3 ? Act.free : -1
    if (action < 0) return false
    const { kernel, numbers } = this.#parts
    kernel.entry.call(program.as(Cause.gate)).lock(this.#lock, numbers.core.locked)
    program.loadWord(this.#allocated).chain(this.#path).act(action, argument, 0)
    program.storeWord(this.#lock, 0)
    kernel.entry.return(program)
    return true
  }

  /** Under the lock, the word of keys in `value`. */
  act(t: HardwareThread, code: number, argument: number): void {
    const program = t.pushProgram().as(Cause.kernel)
    if (code === Act.free) return void program.storeWord(this.#allocated, t.value & ~(1 << argument))
    const key = 31 - Math.clz32(~t.value & -~t.value)
    if (key < 0 || key >= KEYS) return // ENOSPC
    program.storeWord(this.#allocated, t.value | (1 << key))
    this.#gate.rewrite(program, Act.stray, (t.keyRights & ~(3 << (2 * key))) | (argument << (2 * key)), 0)
  }
}
