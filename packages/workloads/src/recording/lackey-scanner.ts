/**
 * The bytes of a recording, line by line, to records.
 * Law: a line that is exactly one record is read from its bytes, with no string; any other line goes to OddLines.
 *
 *     I  addr,size      instruction
 *      L addr,size      load;   S store;   M modify
 */
import { type LackeySink, OddLines } from "./odd-lines.ts"

const newline = 0x0a
const space = 0x20
const comma = 0x2c

/** [byte] Value of a lower-case hexadecimal digit, or -1. */
const digitOf = Int8Array.from({ length: 256 }, (_, byte) => "0123456789abcdef".indexOf(String.fromCharCode(byte)))

export class LackeyScanner {
  readonly odd: OddLines
  /** Lines taken so far: the number of the last one. */
  line = 0
  readonly #sink: LackeySink
  #rest: Uint8Array = new Uint8Array(0)

  constructor(sink: LackeySink) {
    this.#sink = sink
    this.odd = new OddLines(sink)
  }

  /** Take the next bytes; whole lines are delivered, the rest waits for more. */
  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const end = bytes.lastIndexOf(newline) + 1
    this.#scan(bytes, end)
    this.#rest = bytes.slice(end)
  }

  /** No more bytes. Returns the last line if it has no newline, undelivered; else null. */
  end(): string | null {
    this.odd.end(this.line)
    return this.#rest.length === 0 ? null : Buffer.from(this.#rest).toString("latin1")
  }

  /** Lines in `bytes` up to `end`, which stands behind a newline, so that no inner loop needs a bound. */
  #scan(bytes: Uint8Array, end: number): void {
    const sink = this.#sink
    const digits = digitOf
    let at = 0
    let waiting = this.odd.waiting
    while (at < end) {
      this.line++
      const start = at
      const first = bytes[at]!
      let kind = -1
      if (!waiting && at + 2 < end && bytes[at + 2] === space) {
        const second = bytes[at + 1]
        if (first === 0x49) kind = second === space ? 3 : -1
        else if (first === space) kind = second === 0x4c ? 0 : second === 0x53 ? 1 : second === 0x4d ? 2 : -1
      }
      if (kind >= 0) {
        at += 3
        let high = 0
        let low = 0
        let digit = 0
        while ((digit = digits[bytes[at]!]!) >= 0) {
          high = (high << 4) | (low >>> 28)
          low = (low << 4) | digit
          at++
        }
        const count = at - start - 3
        let size = 0
        if (bytes[at] === comma && count > 0 && count <= 16) {
          const from = ++at
          while ((digit = digits[bytes[at]!]!) >= 0 && digit < 10) {
            size = size * 10 + digit
            at++
          }
          if (bytes[at] === newline && at > from && at <= from + 5) {
            at++
            if (kind === 3) sink.instruction(high >>> 0, low, size)
            else sink.access(kind as 0 | 1 | 2, high >>> 0, low, size)
            continue
          }
        }
      }
      at = bytes.indexOf(newline, start)
      this.odd.take(Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString("latin1"), this.line)
      waiting = this.odd.waiting
      at++
    }
  }
}
