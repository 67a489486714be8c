/**
 * Rights operations that have completed, on their way to the `transfers` table: a row leaves when the last store
 * of its operation has performed, since only then is the old right gone. Each thread has its own.
 */
import type { HardwareThread } from "../processor/hardware-thread.ts"
import type { TraceTable } from "../trace/trace-table.ts"
import { gives } from "./operation-script.ts"
import type { Regions } from "./regions.ts"

const PENDING = 64
const FIELDS = 6

export class PendingTransfers {
  readonly #regions: Regions
  readonly #table: TraceTable
  readonly #rows: ReadonlyArray<Float64Array> // [thread][pending] store, operation, domain, region, issued, completed
  readonly #count: Int32Array // [thread]

  constructor(threads: number, regions: Regions, table: TraceTable) {
    this.#regions = regions
    this.#table = table
    this.#rows = Array.from({ length: threads }, () => new Float64Array(PENDING * FIELDS))
    this.#count = new Int32Array(threads)
  }

  add(t: HardwareThread, operation: number, domain: number, region: number, issued: number, completed: number): void {
    if (!this.#table.on) return
    if (this.#count[t.number] === PENDING) this.release(t, completed, true)
    const rows = this.#rows[t.number]
    const at = this.#count[t.number]++ * FIELDS
    rows[at] = t.stores.next
    rows[at + 1] = operation
    rows[at + 2] = domain
    rows[at + 3] = region
    rows[at + 4] = issued
    rows[at + 5] = completed
  }

  /** Emit the transfers whose stores have drained; all of them, with the last known drain, if `force`. */
  release(t: HardwareThread, tick: number, force = false): void {
    const count = this.#count[t.number]
    if (count === 0) return
    const rows = this.#rows[t.number]
    let done = 0
    while (done < count && (force || rows[done * FIELDS] <= t.stores.firstUnresolved)) {
      const at = done++ * FIELDS
      const region = rows[at + 3]
      // A grant changes intent when it is complete; what takes a right away, when it is issued.
      const issued = rows[at + 4]
      const completed = rows[at + 5]
      const drained = drainOf(t, rows[at])
      const bytes = region < 0 ? 0 : this.#regions.bytes[region]
      const quiet = drained > completed ? drained : completed
      this.#table.emit(
        tick,
        t.owner,
        rows[at + 1],
        t.number,
        rows[at + 2],
        region,
        bytes,
        issued,
        gives(rows[at + 1]) ? completed : issued,
        completed,
        quiet
      )
    }
    rows.copyWithin(0, done * FIELDS, count * FIELDS)
    this.#count[t.number] = count - done
  }
}

/** Drain tick of the last store before `next`; 0 when it has long left the buffer. */
function drainOf({ stores }: HardwareThread, next: number): number {
  if (next === 0 || stores.next - next > stores.mask) return 0
  return stores.drain[(next - 1) & stores.mask]
}
