/**
 * Address streams on disk: made once for all rounds, read by the processes that measure.
 * Law: what is read is what was written; a file holds each core's lines, offsets and stores, one column after the other.
 */
import { readFileSync, writeFileSync } from "node:fs"
import type { AddressStream } from "./address-streams.ts"

/** Write streams of equal length to `path`. */
export function writeStreams(path: string, streams: ReadonlyArray<AddressStream>): void {
  const columns = streams.flatMap(({ line, offset, store }) => [
    new Uint8Array(line.buffer, line.byteOffset, line.byteLength),
    offset,
    store
  ])
  writeFileSync(path, Buffer.concat(columns))
}

/** The streams of `cores` cores in `path`. */
export function readStreams(path: string, cores: number): ReadonlyArray<AddressStream> {
  const bytes = new Uint8Array(readFileSync(path))
  const size = bytes.length / cores
  const each = size / (Int32Array.BYTES_PER_ELEMENT + 2)
  return Array.from({ length: cores }, (_, core) => {
    const from = core * size
    const line = new Int32Array(bytes.slice(from, from + 4 * each).buffer)
    return {
      line,
      offset: bytes.slice(from + 4 * each, from + 5 * each),
      store: bytes.slice(from + 5 * each, from + size)
    }
  })
}

/** The first `accesses` accesses of all cores together. */
export const beginningOf = (streams: ReadonlyArray<AddressStream>, accesses: number): ReadonlyArray<AddressStream> => {
  const each = Math.ceil(accesses / streams.length)
  return streams.map(({ line, offset, store }) => ({
    line: line.subarray(0, each),
    offset: offset.subarray(0, each),
    store: store.subarray(0, each)
  }))
}
