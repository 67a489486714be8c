/** A trace in memory, reduced to one number per table: two runs wrote the same rows if their digests are equal. */
import { mix } from "@isolde/core/kernel/random"
import type { TableSchema, TraceColumn } from "@isolde/core/trace/table-schema"
import type { TraceSink } from "@isolde/core/trace/trace-table"

export class TraceDigest implements TraceSink {
  readonly rows: Record<string, number> = {}
  readonly digests: Record<string, number> = {}
  readonly #bits = new DataView(new ArrayBuffer(8))

  write(table: TableSchema, columns: ReadonlyArray<TraceColumn>, rows: number): void {
    let digest = this.digests[table.name] ?? 0
    for (let row = 0; row < rows; row++) {
      for (let c = 0; c < table.columns.length; c++) {
        this.#bits.setFloat64(0, columns[c]?.[row] as number)
        digest = mix(mix(digest ^ this.#bits.getInt32(0)) ^ this.#bits.getInt32(4))
      }
    }
    this.digests[table.name] = digest
    this.rows[table.name] = (this.rows[table.name] ?? 0) + rows
  }
}
