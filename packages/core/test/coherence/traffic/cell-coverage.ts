/**
 * Which cells of the protocol's tables the controllers of a real machine perform. Law: a table that is watched is the
 * table; only looking a cell up is noted. Evictions (`replace`) are left out: they are looked up elsewhere.
 */
import { Impossible, type ProtocolTable } from "@isolde/core/coherence/protocol-table"
import type { Coreless } from "./coreless.ts"

type Table = ProtocolTable<string, string, string>

export class CellCoverage {
  readonly table: Table
  readonly cells: Uint8Array // [cell] 1 if it has been looked up
  readonly #next: Uint8Array

  constructor(table: Table) {
    this.#next = table.next
    this.cells = new Uint8Array(table.next.length)
    const look = (next: Uint8Array, key: string | symbol) => {
      this.cells[Number(key)] = 1
      return Reflect.get(next, key) as unknown
    }
    this.table = { ...table, next: new Proxy(table.next, { get: look }) }
  }

  /** Note what another run of the same protocol has looked up. */
  add(cells: Uint8Array): void {
    for (const [cell, seen] of cells.entries()) if (seen === 1) this.cells[cell] = 1
  }

  /** Cells that the table defines, but for those of evictions and of accesses that hit or wait: how many, and which were not seen. */
  get summary(): { readonly defined: number; readonly unseen: ReadonlyArray<string> } {
    const { events, states } = this.table
    const unseen: Array<string> = []
    let defined = 0
    for (const [row, state] of states.entries()) {
      for (const [column, event] of events.entries()) {
        const cell = row * events.length + column
        if (this.#next[cell] === Impossible || isLocal(state, event)) continue
        defined++
        if (this.cells[cell] === 0) unseen.push(`${state} x ${event}`)
      }
    }
    return { defined, unseen }
  }
}

const isLocal = (state: string, event: string): boolean =>
  event === "replace" || (["load", "store", "write"].includes(event) && state !== "I")

/** Watch the tables of `parts`, all tiles and all homes: before they do anything. */
export function watchCells({ homes, tiles }: Pick<Coreless, "homes" | "tiles">): {
  cache: CellCoverage
  home: CellCoverage
} {
  const home = new CellCoverage(homes.table)
  Object.assign(homes, { table: home.table })
  const [first] = tiles
  if (first === undefined) throw new RangeError("a machine has tiles")
  const cache = new CellCoverage(first.caches.table)
  for (const { caches } of tiles) Object.assign(caches, { table: cache.table })
  return { cache, home }
}
