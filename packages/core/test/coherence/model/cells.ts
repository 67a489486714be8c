/**
 * Which cells of a table a model has reached. Law: a cell that the table defines is reached in some model, and one
 * that it marks "." in none; what a busy line does to the processor ("stall") is no cell of the protocol's.
 */
import { Impossible } from "@isolde/core/coherence/protocol-table"
import type { Table } from "./line-model.ts"

const processor = ["load", "store", "replace", "write"]

export interface Cells {
  /** Defined, and reached by none of `reached`. */
  readonly unreached: ReadonlyArray<string>
  /** Marked ".", and reached by none: proven unreachable within those models. */
  readonly unreachable: ReadonlyArray<string>
}

export function cellsOf(table: Table, reached: ReadonlyArray<Uint8Array>): Cells {
  const unreached: Array<string> = []
  const unreachable: Array<string> = []
  for (const [row, state] of table.states.entries()) {
    if (!table.next.subarray(row * table.events.length, (row + 1) * table.events.length).some(isDefined)) continue
    for (const [column, event] of table.events.entries()) {
      const at = row * table.events.length + column
      if (reached.some((cells) => cells[at] === 1)) continue
      // A load that hits changes nothing, and a second store to M: every situation asserts that its value is right.
      const silent = event === "load" || (event === "store" && state === "M")
      const waits = processor.includes(event) && (state.includes("_") || event === "write")
      if (!isDefined(table.next[at] as number)) unreachable.push(`${state} x ${event}`)
      else if (!waits && !(silent && state !== "I")) unreached.push(`${state} x ${event}`)
    }
  }
  return { unreached, unreachable }
}

const isDefined = (next: number): boolean => next !== Impossible
