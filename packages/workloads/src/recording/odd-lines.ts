/**
 * Lines of a recording that aren't a record of their own: commentary, system calls, and what several writers to one
 * file did to each other.
 * Law: a record counts at the place where its line began. A record that another line split is put together when its
 * rest arrives; a line that began in the middle of another is taken as a line; everything else is counted, and a
 * lost record leaves a gap.
 */
import { AccessKind } from "./recording.ts"

/** Who takes what the text says. Addresses come as two 32-bit halves: a double costs more in the inner loop. */
export interface LackeySink {
  instruction(high: number, low: number, length: number): void
  access(kind: AccessKind, high: number, low: number, size: number): void
  /** A line of commentary, of the scheduler or of a system call. */
  text(line: string): void
  /** Text was lost here. */
  gap(): void
}

const record = /^(?:I {2}| ([LSM]) )([0-9a-f]{1,16}),(\d{1,5})$/
const recordStart =
  /^(?:I(?: (?: (?:[0-9a-f]{1,16}(?:,\d{0,5})?)?)?)?| (?:[LSM](?: (?:[0-9a-f]{1,16}(?:,\d{0,5})?)?)?)?)$/
const recordAtEnd = /(?:I {2}| [LSM] )[0-9a-f]{8,16},\d{1,5}$/
const known = /^(?:SYSCALL\[|--\d+-|==\d+=|\*\*\d+\*| --> )/
const commentary = /^(?:==|\*\*)\d+/
const embedded = /SYSCALL\[\d+,\d+\]\(|--\d+-- |==\d+== |\*\*\d+\*\* /g

export class OddLines {
  readonly #sink: LackeySink
  splitLines = 0
  embeddedLines = 0
  emptyLines = 0
  ignoredLines = 0
  /** The first line of no known form, with its number. */
  firstIgnored: { readonly text: string; readonly line: number } | null = null
  #torn: string | null = null
  #held: Array<string> = []

  constructor(sink: LackeySink) {
    this.#sink = sink
  }

  /** The start of a record waits for its rest: the next line must come here, whatever it looks like. */
  get waiting(): boolean {
    return this.#torn !== null
  }

  /** Take line number `line`, without its newline. */
  take(text: string, line: number): void {
    if (text.endsWith("\r")) text = text.slice(0, -1)
    if (this.#torn !== null) {
      if (this.#emit(this.#torn + text)) {
        this.splitLines++
        return this.#release()
      }
      const whole = this.#emit(this.#torn)
      if (whole) this.splitLines++
      else this.#ignore(this.#torn, line)
      this.#release()
      // The newline that the record lost.
      if (whole && text === "") return
    }
    this.#split(text, line)
  }

  /** No more lines: what waits is settled without its rest. */
  end(line: number): void {
    if (this.#torn !== null) this.take("", line)
  }

  #split(text: string, line: number): void {
    if (text === "") this.emptyLines++
    else if (this.#emit(text)) return
    else if (commentary.test(text)) this.#sink.text(text)
    else {
      const at = embeddedAt(text)
      if (at > 0) this.#cut(text.slice(0, at), text.slice(at), line)
      else if (known.test(text)) this.#sink.text(text)
      else this.#ignore(text, line)
    }
  }

  /** A line begins in the middle of another: `head` was cut short by `tail`. */
  #cut(head: string, tail: string, line: number): void {
    this.embeddedLines++
    if (recordStart.test(head) && !recordAtEnd.test(tail)) {
      this.#torn = head
      this.#held.push(tail)
      return
    }
    if (known.test(head)) this.#sink.text(head)
    else if (!this.#emit(head)) this.#ignore(head, line)
    this.#split(tail, line)
  }

  #release(): void {
    this.#torn = null
    const held = this.#held
    this.#held = []
    for (const text of held) this.#split(text, 0)
  }

  #ignore(text: string, line: number): void {
    if (text.trim() === "") return
    this.ignoredLines++
    this.firstIgnored ??= { text, line }
    this.#sink.gap()
  }

  #emit(text: string): boolean {
    const match = record.exec(text)
    if (match === null) return false
    const digits = match[2] as string
    const high = Number.parseInt(digits.slice(0, -8) || "0", 16)
    const low = Number.parseInt(digits.slice(-8), 16) | 0
    const size = Number(match[3])
    if (match[1] === undefined) this.#sink.instruction(high, low, size)
    else this.#sink.access(accessOf[match[1] as "L" | "S" | "M"], high, low, size)
    return true
  }
}

const accessOf = { L: AccessKind.load, S: AccessKind.store, M: AccessKind.modify } as const

/** Where another line begins inside `text`, or -1. */
function embeddedAt(text: string): number {
  embedded.lastIndex = 1
  const line = embedded.exec(text)?.index ?? -1
  const tail = recordAtEnd.exec(text)?.index ?? -1
  return line > 0 && (tail < 0 || line < tail) ? line : tail
}
