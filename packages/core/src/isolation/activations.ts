/**
 * The calls between domains that a software thread is inside of, and where each of them returns: what is needed to
 * leave a domain that is no more. A thread's activations are its own.
 *
 *   AV1  an enter and the leave of its activation nest
 */
import type { InstructionStream } from "../processor/instruction-stream.ts"
import { FIELDS, Field } from "../processor/instruction-table.ts"
import { type OperationScript, Verb } from "./operation-script.ts"

const NoLeave = -1
const NoEnter = -1

/** Where a software thread is in its stream and its script: of a hardware thread, or saved. */
export interface Position {
  stream: InstructionStream | undefined
  streamAt: number
  blockAt: number
  blockEnd: number
  access: number
  addedAt: number
  operation: number
}

export class Activations {
  readonly #leaveOf: Array<Int32Array> // [thread][operation] the leave of an enter, or NoLeave
  readonly #open: Array<Int32Array> // [thread][depth] operation that entered
  readonly #depth: Int32Array // [thread]
  readonly #start: Int32Array // [thread] domain in which it began

  constructor(threads: number) {
    this.#leaveOf = Array.from({ length: threads }, () => new Int32Array(0))
    this.#open = Array.from({ length: threads }, () => new Int32Array(0))
    this.#depth = new Int32Array(threads)
    this.#start = new Int32Array(threads)
  }

  /** `thread` executes `script` from `domain` on. */
  assign(thread: number, script: OperationScript, domain: number): void {
    const { verb } = script
    const leaveOf = new Int32Array(verb.length).fill(NoLeave)
    const open: Array<number> = []
    let deepest = 0
    for (let at = 0; at < verb.length; at++) {
      if (verb[at] === Verb.enter) deepest = Math.max(deepest, open.push(at))
      else if (verb[at] === Verb.leave) {
        const entered = open.pop()
        if (entered !== undefined) leaveOf[entered] = at
      }
    }
    this.#leaveOf[thread] = leaveOf
    this.#open[thread] = new Int32Array(deepest)
    this.#start[thread] = domain
  }

  entered(thread: number, operation: number): void {
    this.#open[thread][this.#depth[thread]++] = operation
  }

  left(thread: number): void {
    if (this.#depth[thread] > 0) this.#depth[thread]--
  }

  /** Whether `thread` is inside one of the domains that are marked in `dead`, or was called from one. */
  isInside(thread: number, script: OperationScript, dead: Uint8Array): boolean {
    if (dead[this.#start[thread]] === 1) return true
    for (let at = 0; at < this.#depth[thread]; at++) if (dead[script.to[this.#open[thread][at]]] === 1) return true
    return false
  }

  /** The operation that began the innermost activation, which is given up, or -1 if there is none. */
  giveUp(thread: number): number {
    return this.#depth[thread] === 0 ? NoEnter : this.#open[thread][--this.#depth[thread]]
  }

  /** The leave of the activation that `operation` begins, or -1 if nothing follows but the script's end. */
  leaveOf(thread: number, operation: number): number {
    return this.#leaveOf[thread][operation]
  }
}

/** `t` goes on behind operation `operation` of its script, or at its end if that is -1. */
export function skipBehind(t: Position, script: OperationScript, operation: number): void {
  const { stream } = t
  if (stream === undefined) return
  skip(t, stream, operation < 0 ? stream.last : stream.operationAt[operation])
  t.operation = operation < 0 ? script.verb.length : operation + 1
}

/** The next that `t` does is its next operation. */
export function skipToOperation(t: Position): void {
  const { operation, stream } = t
  if (stream === undefined) return
  skip(t, stream, operation < stream.operationAt.length ? stream.operationAt[operation] : stream.last)
}

function skip(
  t: Position,
  { blockInstructions, blockStart, blocks, table }: InstructionStream,
  position: number
): void {
  const count = (from: number, to: number): void => {
    for (let at = from; at < to; at++) t.access += table.rows[blockInstructions[at] * FIELDS + Field.accesses] & 255
  }
  count(t.blockAt, t.blockEnd)
  for (; t.streamAt < position; t.streamAt++) count(blockStart[blocks[t.streamAt]], blockStart[blocks[t.streamAt] + 1])
  t.blockAt = 0
  t.blockEnd = 0
  t.addedAt = 0
}
