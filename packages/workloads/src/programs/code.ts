/**
 * A thread's program in code, as it is written: static instructions in blocks, the order in which blocks run, and
 * operations between them. Law: an instruction is described once; what it costs in memory per execution is its
 * accesses and one position, and a repeat costs neither.
 */
import { type OperationRecord, Verb } from "@isolde/core"
import { Clock } from "@isolde/core/isolation/requests"
import { type AccessKind, type Control, StoreKind } from "@isolde/core/processor/instruction-table"
import { GrowingColumn } from "../recording/growing-column.ts"
import type { AccessPattern } from "./access-pattern.ts"

/** Memory of a program by its place in the list of areas. */
export type AreaIndex = number

/** What one instruction loads or stores. */
export interface CodeAccess {
  readonly area: AreaIndex
  readonly at: AccessPattern
  /** Bytes; default 8. An access stays within its line. */
  readonly bytes?: number
  /** How a store alone gets its line: owned with its data (default), by a string instruction, or past the caches. */
  readonly kind?: keyof typeof StoreKind
}

/** One static instruction. Registers are 0 to 61. */
export interface CodeInstruction {
  /** Ticks of execution, memory excluded; default 1, or 0 for an instruction that accesses memory. */
  readonly latency?: number
  readonly control?: Control
  /** Registers read for the address, read for the data, and written. */
  readonly address?: ReadonlyArray<number>
  readonly data?: ReadonlyArray<number>
  readonly to?: ReadonlyArray<number>
  readonly load?: CodeAccess
  readonly store?: CodeAccess
  readonly modify?: CodeAccess
}

/** Instructions without a way in between, by their number. */
export type BlockNumber = number

/** An operation that names memory of the program: its first page is found when the memory is placed. */
export interface CodeOperation extends Omit<OperationRecord, "page" | "toPage"> {
  readonly memory?: { readonly area: AreaIndex; readonly page: number }
  readonly toMemory?: { readonly area: AreaIndex; readonly page: number }
  /** For `instruction` alone: its first operand. */
  readonly operand?: number
  /** For `repeat` alone: where it goes back to. */
  readonly back?: { readonly position: number; readonly access: number; readonly operation: number }
}

export class Code {
  readonly blocks: Array<ReadonlyArray<CodeInstruction>> = []
  readonly positions = new GrowingColumn(Uint32Array)
  readonly areas = new GrowingColumn(Uint16Array) // [access]
  readonly offsets = new GrowingColumn(Float64Array) // [access] bytes from the start of its area
  readonly operations: Array<CodeOperation> = []
  readonly operationAt: Array<number> = []
  readonly #executed: Array<number> = [] // [block]
  readonly #names: ReadonlyArray<string>

  /** `requests`: names of the measured regions. */
  constructor(requests: ReadonlyArray<string> = []) {
    this.#names = requests
  }

  /** Define a block; it runs when `run` says so. */
  block(instructions: ReadonlyArray<CodeInstruction>): BlockNumber {
    this.#executed.push(0)
    return this.blocks.push(instructions) - 1
  }

  /** Execute `block` so many times, one after another. Its patterns go on where they were. */
  run(block: BlockNumber, times = 1): this {
    const accesses = (this.blocks[block] ?? []).flatMap(accessesOf)
    for (let i = 0; i < times; i++) {
      const n = (this.#executed[block] as number) + i
      this.positions.push(block)
      for (const [, { area, at }] of accesses) {
        this.areas.push(area)
        this.offsets.push(at(n))
      }
    }
    this.#executed[block] = (this.#executed[block] as number) + times
    return this
  }

  /** What `body` writes, `times` times in all, with the same addresses each time. */
  repeat(times: number, body: () => void): this {
    const back = {
      position: this.positions.length,
      access: this.areas.length,
      operation: this.operations.length
    }
    body()
    return this.operate({ verb: Verb.repeat, bytes: times, back })
  }

  /** An isolation operation or system call. */
  operate(operation: CodeOperation): this {
    this.operations.push(operation)
    this.operationAt.push(this.positions.length)
    return this
  }

  /** A measured region begins. */
  begin(name: string, clock: Clock = Clock.completed): this {
    return this.operate({ verb: Verb.begin, region: this.#named(name), rights: clock })
  }

  end(name: string, clock: Clock = Clock.completed): this {
    return this.operate({ verb: Verb.end, region: this.#named(name), rights: clock })
  }

  /** Store `value` to word `word`. */
  signal(word: number, value: number): this {
    return this.operate({ verb: Verb.signal, region: word, bytes: value })
  }

  /** Wait until word `word` is `value`. */
  wait(word: number, value: number): this {
    return this.operate({ verb: Verb.wait, region: word, bytes: value })
  }

  /** Compare-and-swap of word `word` from `expected` to `value`, in a loop until it succeeds. */
  compareSwap(word: number, expected: number, value: number): this {
    return this.operate({ verb: Verb.compareSwap, region: word, offset: expected, bytes: value })
  }

  #named(name: string): number {
    const at = this.#names.indexOf(name)
    if (at < 0) throw new RangeError(`request ${name} is none of ${this.#names.join(", ")}`)
    return at
  }
}

type AnyKind = AccessKind | (typeof StoreKind)[keyof typeof StoreKind]

const kindOf = ({ kind }: CodeAccess): AnyKind => (kind === undefined ? 1 : StoreKind[kind])

/** The accesses of an instruction in their order, by kind. */
export function accessesOf({ load, modify, store }: CodeInstruction): Array<readonly [AnyKind, CodeAccess]> {
  return [
    ...(load === undefined ? [] : [[0, load] as const]),
    ...(store === undefined ? [] : [[kindOf(store), store] as const]),
    ...(modify === undefined ? [] : [[2, modify] as const])
  ]
}
