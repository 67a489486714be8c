/**
 * A small piece of the real nginx recording: everything up to a number of memory lines, with its real system calls,
 * its real side table and its real last line. Law: no line is invented or changed.
 */
import { copyFileSync, createReadStream, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { createZstdDecompress } from "node:zlib"

const recordings = fileURLToPath(new URL("../../../recordings/", import.meta.url))

/** Write the piece and its side table into `folder`; the path of the piece. */
export async function cutPiece(folder: string, memoryLines: number): Promise<string> {
  const kept: Array<string> = []
  let left = memoryLines
  const text = createReadStream(join(recordings, "nginx-tls.lackey.zst")).pipe(createZstdDecompress())
  for await (const line of createInterface({ input: text })) {
    if (/^(I| [LSM]) /.test(line) && left-- === 0) break
    kept.push(line)
  }
  text.destroy()
  const process = /^==\d+==/.exec(kept[0] ?? "")?.[0]
  const piece = join(folder, "piece.lackey")
  writeFileSync(piece, `${kept.join("\n")}\n${process} Exit code:       0\n`)
  copyFileSync(join(recordings, "nginx-tls.code.zst"), join(folder, "piece.code.zst"))
  return piece
}
