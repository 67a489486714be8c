/**
 * How a command ends: 0 ok, 1 a defect of Isolde, 2 bad input, 130 interrupted.
 * Law: bad input says where, what was expected, what stood there and what to do; a defect shows its stack.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { Cause, Exit } from "effect"
import { CliError } from "effect/cli"
import { remark } from "./output.ts"

export const ExitCode = { ok: 0, defect: 1, input: 2, interrupted: 130 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** Names of the errors that a user can put right. By name: their packages are loaded only by who uses them. */
const inputErrors = new Set(["InvalidInput", "InvalidRecording", "InvalidTrace", "TraceFailed", "ReportFailed"])

/** Something of what was asked for is missing, and not by the user's fault; its message has been shown. */
export class Incomplete extends Error {
  override readonly name = "Incomplete"
}

/** Tell what went wrong on stderr, and say how the process ends. */
export function report(exit: Exit.Exit<unknown, unknown>): ExitCode {
  if (Exit.isSuccess(exit)) return ExitCode.ok
  if (Cause.hasInterruptsOnly(exit.cause)) {
    remark("isolde: interrupted; traces under way can be read with recoverTrace")
    return ExitCode.interrupted
  }
  const error = Cause.squash(exit.cause)
  if (CliError.isCliError(error))
    return error._tag === "ShowHelp" && error.errors.length === 0 ? ExitCode.ok : ExitCode.input
  if (error instanceof Incomplete) return ExitCode.defect
  if (error instanceof Error && (error instanceof InvalidInput || inputErrors.has(error.name))) {
    for (const line of error.message.split("\n")) remark(`isolde: ${line}`)
    return ExitCode.input
  }
  remark(`isolde: this is a defect of Isolde, please report it with the recording and this text:`)
  remark(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return ExitCode.defect
}
