/**
 * What can go wrong while a trace is written: the disk is full, the folder can't be written to.
 * Law: an error names the file, what the system said, and what to do; nothing half-written has its final name.
 */
import { Schema } from "effect"

/** A trace that could not be written. What had been written until then is readable with `recoverTrace`. */
export class TraceFailed extends Schema.TaggedError<TraceFailed>()("TraceFailed", {
  /** The file or folder. */
  path: Schema.String,
  /** What the system answered, for example `ENOSPC: no space left on device, write`. */
  reason: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.reason}. ${this.remedy}`
  }
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space, or write the trace to another disk.",
  EDQUOT: "Free some space, or write the trace where your quota allows it.",
  EFBIG: "Raise the limit on file sizes, or write fewer tables.",
  EACCES: "Choose a folder that you may write to.",
  EPERM: "Choose a folder that you may write to.",
  EROFS: "Choose a folder on a disk that can be written to.",
  ENOTDIR: "Choose a path whose parents are folders.",
  EEXIST: "Choose a path that isn't a file.",
  EISDIR: "Remove the folder that has the name of the file.",
  ENOTEMPTY: "Remove the folder that has the name of the file.",
  EMFILE: "Raise the limit on open files, or run fewer simulations at once."
}

/** Run an action of the file system on `path`; what it throws becomes a TraceFailed. */
export function writing<A>(path: string, action: () => A): A {
  try {
    return action()
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause
    const remedy = remedies[String(cause.code)] ?? "Write the trace somewhere else."
    throw new TraceFailed({ path, reason: cause.message, remedy })
  }
}
