/**
 * What can be wrong with a recording, its side table or its columnar file.
 * Law: an error says which file, where in it, what was expected, what stood there, and what to do.
 */
import { Schema } from "effect"

/** A file that is no usable recording. */
export class InvalidRecording extends Schema.TaggedError<InvalidRecording>()("InvalidRecording", {
  /** The file. */
  path: Schema.String,
  /** Where in it: a line, an address, a column; empty when it is the whole file. */
  at: Schema.String,
  expected: Schema.String,
  actual: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    const place = this.at === "" ? this.path : `${this.path}, ${this.at}`
    return `${place}: expected ${this.expected}, found ${this.actual}. ${this.remedy}`
  }
}

/** What a caller shows of an unknown text: its first characters, quoted, without control characters. */
export function excerpt(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, "?")
  return JSON.stringify(clean.length > 60 ? `${clean.slice(0, 60)}...` : clean)
}
