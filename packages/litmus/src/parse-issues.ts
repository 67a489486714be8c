/** What is wrong with a litmus file. Law: every issue names file and line, and all of them are thrown at once. */
import { type InputIssue, InvalidInput, nearest } from "@isolde/core/invalid-input"

export class ParseIssues {
  readonly file: string
  readonly #issues: Array<InputIssue> = []

  constructor(file: string) {
    this.file = file
  }

  add(line: number, expected: string, actual: string, remedy: string): void {
    this.#issues.push({ path: `${this.file}:${line}`, expected, actual, remedy })
  }

  /** Place of `name` in `names`, or -1 with an issue. */
  place(line: number, what: string, name: string, names: ReadonlyArray<string>): number {
    const at = names.indexOf(name)
    if (at < 0) {
      const close = nearest(name, names, 1)[0]
      this.add(
        line,
        names.length === 0 ? `${what}, and none is declared` : `${what}: ${names.join(", ")}`,
        JSON.stringify(name),
        close === undefined ? `Declare it above the threads.` : `Did you mean ${close}?`
      )
    }
    return at
  }

  /** An integer from `least` to `most`, or `least` with an issue. */
  integer(line: number, what: string, text: string, least: number, most = 0x7fff_ffff): number {
    const value = Number(text)
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value
    this.add(line, `${what}: an integer from ${least} to ${most}`, JSON.stringify(text), "Write it in decimal digits.")
    return least
  }

  /** Throws InvalidInput if there is any issue. */
  settle(): void {
    if (this.#issues.length > 0) throw new InvalidInput(this.#issues)
  }
}
