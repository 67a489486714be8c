/**
 * The bytes of a file that may be plain, gzip or zstd; its first bytes say which, not its name.
 * Law: bytes arrive in order, chunk by chunk, and a compressed file that was cut yields everything before the cut, so
 * that the reader of its contents, which knows how they end, says what is missing.
 */
import { createReadStream } from "node:fs"
import { open } from "node:fs/promises"
import type { Duplex } from "node:stream"
import { pipeline } from "node:stream/promises"
import { constants, createGunzip, createZstdDecompress } from "node:zlib"
import { InvalidRecording } from "./invalid-recording.ts"

/** Window of the zstd recordings: 2^27 bytes, above the decoder's own limit. */
const zstdWindowLog = 27
const chunkBytes = 1 << 20

export interface SourceOptions {
  /** Called after each chunk: bytes of the file read so far, and in all. */
  readonly onProgress?: ((read: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Feed the decompressed bytes of `path` to `take`. Rejects with InvalidRecording, with what `take` throws, or on abort. */
export async function readSource(
  path: string,
  take: (chunk: Uint8Array) => void,
  { onProgress, signal }: SourceOptions = {}
): Promise<void> {
  let thrown: unknown
  try {
    const { magic, total } = await probe(path)
    const file = createReadStream(path, { highWaterMark: 1 << 18 })
    const consume = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of chunks) {
        try {
          take(chunk)
        } catch (cause) {
          thrown = cause
          throw cause
        }
        onProgress?.(file.bytesRead, total)
      }
    }
    const decoder = decompressor(magic)
    const options = signal === undefined ? {} : { signal }
    await (decoder === null ? pipeline(file, consume, options) : pipeline(file, decoder, consume, options))
  } catch (cause) {
    if (thrown !== undefined) throw thrown
    if (signal?.aborted === true) throw signal.reason
    throw unreadable(path, cause)
  }
}

async function probe(path: string): Promise<{ magic: number; total: number }> {
  const file = await open(path)
  try {
    const first = Buffer.alloc(4)
    await file.read(first, 0, 4, 0)
    return { magic: first.readUInt32LE(0), total: (await file.stat()).size }
  } finally {
    await file.close()
  }
}

function decompressor(magic: number): Duplex | null {
  if (magic === 0xfd2fb528) {
    const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLog }
    return createZstdDecompress({ chunkSize: chunkBytes, finishFlush: constants.ZSTD_e_flush, params })
  }
  if ((magic & 0xffff) === 0x8b1f) return createGunzip({ chunkSize: chunkBytes, finishFlush: constants.Z_SYNC_FLUSH })
  return null
}

function unreadable(path: string, cause: unknown): InvalidRecording {
  const { code, message } = cause as NodeJS.ErrnoException
  const damaged = typeof code === "string" && /^(ZSTD|Z)_/.test(code)
  return new InvalidRecording({
    path,
    at: "",
    expected: damaged ? "a whole compressed file" : "a readable file",
    actual: code === "ENOENT" ? "no such file" : message,
    remedy: damaged ? "Copy the file again from where it was recorded." : "Check the name and the permissions."
  })
}
