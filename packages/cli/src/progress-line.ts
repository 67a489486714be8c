/**
 * Progress on stderr: one line that is rewritten on a terminal, a line whenever the text before the first mark
 * changes elsewhere. Law: nothing of it reaches stdout.
 */
import type { CompareProgress, PlannedRun } from "@isolde/study"

/** Milliseconds between two updates of a terminal's line. */
const EVERY = 100

export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #began = performance.now()
  #last = ""
  #shownAt = Number.NEGATIVE_INFINITY

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  /** Show `head`, what changes seldom, and `details`, what changes often. */
  update(head: string, details = ""): void {
    const now = performance.now()
    if (this.#stream.isTTY) {
      if (head === this.#last && now - this.#shownAt < EVERY) return
      const text = [head, details, clock(now - this.#began)].filter((part) => part !== "").join(" · ")
      this.#stream.write(`\r${text.slice(0, (this.#stream.columns ?? 80) - 1)}\u001b[K`)
    } else {
      if (head === this.#last) return
      this.#stream.write(`${head} · ${clock(now - this.#began)}\n`)
    }
    this.#last = head
    this.#shownAt = now
  }

  /** Leave the terminal's line. */
  end(): void {
    if (this.#stream.isTTY && this.#last !== "") this.#stream.write("\r\u001b[K")
    this.#last = ""
  }
}

/** Shows where a comparison is. */
export function showComparison(line: ProgressLine, { done, running, total }: CompareProgress): void {
  const details = running.map(({ run, share }) => `${labelOf(run)} ${Math.floor(share * 100)} %`)
  line.update(`${done}/${total} runs`, details.join(", "))
}

const labelOf = ({ cores, exchange, mechanism }: PlannedRun): string =>
  `${mechanism === "none" ? mechanism : `${mechanism} ${exchange}`} on ${cores}`

/** "1:05". */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}
