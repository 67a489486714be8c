/**
 * Progress on stderr: on a terminal one line that is rewritten, with the time going on; elsewhere a line whenever what
 * changes seldom has changed. Law: nothing of it reaches stdout.
 */
import type { CompareProgress, PlannedRun } from "@isolde/study"

/** Milliseconds between two updates of a terminal's line, and after which it is updated in any case. */
const EVERY = 100
const TICK = 1000

export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #began = performance.now()
  #head = ""
  #details = ""
  #shownAt = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream
  }

  /** Show `head`, what changes seldom, and `details`, what changes often. */
  update(head: string, details = ""): void {
    const isNew = head !== this.#head
    this.#head = head
    this.#details = details
    if (this.#stream.isTTY) {
      this.#timer ??= setInterval(() => this.#rewrite(), TICK).unref()
      if (isNew || performance.now() - this.#shownAt >= EVERY) this.#rewrite()
    } else if (isNew) this.#stream.write(`${head} · ${this.#clock()}\n`)
  }

  /** Leave the terminal's line. */
  end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (this.#stream.isTTY && this.#head !== "") this.#stream.write("\r\u001b[K")
    this.#head = ""
  }

  #rewrite(): void {
    const text = [this.#head, this.#clock(), this.#details].filter((part) => part !== "").join(" · ")
    this.#stream.write(`\r${text.slice(0, (this.#stream.columns || 80) - 1)}\u001b[K`)
    this.#shownAt = performance.now()
  }

  /** "1:05". */
  #clock(): string {
    const seconds = Math.floor((performance.now() - this.#began) / 1000)
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
  }
}

/** Shows where a comparison is. */
export function showComparison(line: ProgressLine, { done, running, total }: CompareProgress): void {
  // A run tells its share after each slice of events, and a short one has a single slice.
  const shareText = (share: number): string => (share > 0 && share < 1 ? ` ${Math.floor(share * 100)} %` : "")
  const details = running.map(({ run, share }) => labelOf(run) + shareText(share))
  line.update(`${done}/${total} runs`, details.join(", "))
}

const labelOf = ({ cores, exchange, mechanism }: PlannedRun): string =>
  `${mechanism === "none" ? mechanism : `${mechanism} ${exchange}`} on ${cores}`
