/**
 * One table's Arrow IPC file while it is written: apache-arrow's writer, driven synchronously into a file.
 * Law L7: what is on disk is always a readable stream up to its last batch. For that the schema and the
 * dictionaries come first, in the stream too (apache-arrow leaves the schema to the footer alone).
 */
import { Message, type RecordBatch, RecordBatchFileWriter, type Schema } from "apache-arrow"
import type { PartFile } from "./part-file.ts"

export class ArrowFile extends RecordBatchFileWriter {
  readonly #file: PartFile

  constructor(file: PartFile) {
    super()
    this.#file = file
  }

  /** Write the schema of `empty`, a batch without rows, and its dictionaries. */
  begin(empty: RecordBatch): void {
    this.reset(undefined, empty.schema)
    this._writeDictionaries(empty)
  }

  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema)
    return this._writeMessage(Message.from(schema))
  }

  /** The base class queues its chunks for asynchronous readers; here they go to the file at once. */
  protected override _write(chunk: ArrayBufferView): this {
    if (this._started && chunk.byteLength > 0) {
      this.#file.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
      this._position += chunk.byteLength
    }
    return this
  }
}
