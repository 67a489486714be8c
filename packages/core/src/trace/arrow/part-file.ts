/**
 * A file that is being written under a temporary name, `<name>.part`.
 * Law: writes are synchronous and whole or thrown; the final name appears only by `publish`, after `close`.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { writing } from "./trace-failed.ts"

/** What is added to the name of a file until it is complete. */
export const PART = ".part"

export class PartFile {
  readonly path: string
  readonly #final: string
  #descriptor: number | undefined

  /** Open `<path>.part` for writing; one left over from an interrupted run is overwritten. */
  constructor(path: string) {
    this.#final = path
    this.path = path + PART
    this.#descriptor = writing(this.path, () => openSync(this.path, "w"))
  }

  /** Append bytes. The system may take them in pieces: a full disk takes what fits before it refuses. */
  write(bytes: Uint8Array): void {
    const descriptor = this.#descriptor
    if (descriptor === undefined) throw new Error(`${this.path} is closed`)
    writing(this.path, () => {
      for (let done = 0; done < bytes.byteLength; ) done += writeSync(descriptor, bytes, done)
    })
  }

  /** No more bytes; the file keeps its temporary name. */
  close(): void {
    const descriptor = this.#descriptor
    if (descriptor === undefined) return
    this.#descriptor = undefined
    writing(this.path, () => closeSync(descriptor))
  }

  /** Remove what an earlier run has left under the final name. */
  clear(): void {
    writing(this.#final, () => rmSync(this.#final, { force: true }))
  }

  /** Give the closed file its final name. */
  publish(): void {
    writing(this.#final, () => renameSync(this.path, this.#final))
  }
}
