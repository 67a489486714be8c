/**
 * The bytes of every instruction that a recording executed, kept in a text beside it.
 * Law: each address stands once.
 *
 *     # object INDEX PATH build-id ID
 *     ADDRESS INDEX BYTES            hexadecimal, decimal, hexadecimal
 */
import { excerpt, InvalidRecording } from "./invalid-recording.ts"
import { readSource, type SourceOptions } from "./source-bytes.ts"

export interface SideTable {
  readonly path: string
  readonly objects: ReadonlyArray<{ readonly path: string; readonly buildId: string | null }>
  /** Address to the row of the two columns below. */
  readonly rowOf: ReadonlyMap<number, number>
  /** [row] Index in `objects`, or -1 where the table names none. */
  readonly object: ReadonlyArray<number>
  /** [row] Instruction bytes, hexadecimal. */
  readonly bytes: ReadonlyArray<string>
}

const objectLine = /^# object (\d+) (.*?)(?: build-id ([0-9a-f]+))?$/
const instructionLine = /^([0-9a-f]{1,16}) (\d+) ((?:[0-9a-f]{2}){1,32})$/

/** Read a side table: plain, gzip or zstd. Rejects with InvalidRecording at the first line of another form. */
export async function readSideTable(path: string, options: SourceOptions = {}): Promise<SideTable> {
  const chunks: Array<Uint8Array> = []
  await readSource(path, (chunk) => chunks.push(chunk), { signal: options.signal })
  const lines = Buffer.concat(chunks).toString("latin1").split("\n")
  // A whole table ends in a newline; a torn last line could pass for a shorter one.
  const last = lines.pop() as string
  if (lines.length === 0 || last !== "") throw invalid(path, lines.length + 1, "a last line with its newline", last)
  return parse(path, lines)
}

function parse(path: string, lines: ReadonlyArray<string>): SideTable {
  const objects: Array<{ readonly path: string; readonly buildId: string | null }> = []
  const rowOf = new Map<number, number>()
  const object: Array<number> = []
  const bytes: Array<string> = []
  lines.forEach((line, index) => {
    if (line.startsWith("#")) {
      const [, number, name, buildId] = objectLine.exec(line) ?? []
      if (name !== undefined) objects[Number(number)] = { path: name, buildId: buildId ?? null }
      return
    }
    const [, address, number, hex] = instructionLine.exec(line) ?? []
    if (address === undefined || hex === undefined)
      throw invalid(path, index + 1, "an address, an object's index and instruction bytes", line)
    rowOf.set(Number.parseInt(address, 16), bytes.length)
    object.push(objects[Number(number)] === undefined ? -1 : Number(number))
    bytes.push(hex)
  })
  return { path, objects, rowOf, object, bytes }
}

const invalid = (path: string, line: number, expected: string, actual: string): InvalidRecording =>
  new InvalidRecording({
    path,
    at: `line ${line}`,
    expected,
    actual: actual === "" ? "nothing" : excerpt(actual),
    remedy: "Give the side table that was made with the recording, or none."
  })
