/**
 * Failures on their way from a thread. Cloning an error between threads keeps its message alone.
 * Law: what the user got wrong arrives as the error that it was; everything else as a name, a message and a stack.
 */
import { type InputIssue, InvalidInput, TraceFailed } from "@isolde/core"
import { InvalidRecording } from "@isolde/workloads"

/** An error as data. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly issues?: ReadonlyArray<InputIssue>
  /** The fields of an InvalidRecording or a TraceFailed. */
  readonly fields?: Readonly<Record<string, string>>
}

/** A run that went wrong, and not by the user's fault. */
export class RunFailed extends Error {
  override readonly name = "RunFailed"
  /** Name of the original error, such as ModelDefect or Exhausted. */
  readonly kind: string

  constructor(kind: string, message: string, stack?: string) {
    super(message)
    this.kind = kind
    if (stack !== undefined) this.stack = stack
  }
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "" }
  const { message, name, stack = "" } = error
  const failure = { name, message, stack }
  if (error instanceof InvalidInput) return { ...failure, name: "InvalidInput", issues: error.issues }
  if (error instanceof InvalidRecording) {
    const { actual, at, expected, path, remedy } = error
    return { ...failure, fields: { path, at, expected, actual, remedy } }
  }
  if (error instanceof TraceFailed) {
    const { path, reason, remedy } = error
    return { ...failure, fields: { path, reason, remedy } }
  }
  return failure
}

/** The error that `failure` was, or a RunFailed. */
export function errorOf({ fields, issues, message, name, stack }: Failure): Error {
  if (issues !== undefined) return new InvalidInput(issues)
  if (name === "InvalidRecording" && fields !== undefined)
    return new InvalidRecording(fields as unknown as ConstructorParameters<typeof InvalidRecording>[0])
  if (name === "TraceFailed" && fields !== undefined)
    return new TraceFailed(fields as unknown as ConstructorParameters<typeof TraceFailed>[0])
  return new RunFailed(name, message, stack)
}
