/**
 * What can be wrong with a trace that somebody wants to read.
 * Law: an error says which file or folder, what was expected, what is there, and what to do.
 */
import { Schema } from "effect"

/** A folder or file that is no trace, no whole trace, or has no such table. */
export class InvalidTrace extends Schema.TaggedError<InvalidTrace>()("InvalidTrace", {
  /** The file or folder. */
  path: Schema.String,
  expected: Schema.String,
  actual: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    return `${this.path}: expected ${this.expected}, found ${this.actual}. ${this.remedy}`
  }
}
