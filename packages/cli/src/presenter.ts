/**
 * How help and wrong invocations are shown.
 * Law: help that was asked for goes to stdout; what was wrong goes to stderr, with the way to the help.
 */
import { Effect } from "effect"
import { CliOutput } from "effect/cli"
import { remark } from "./output.ts"

const formatter = CliOutput.defaultFormatter({ colors: process.stdout.isTTY === true, inheritedFlags: "none" })

export const presenter: CliOutput.Presenter = {
  present: (event) =>
    Effect.sync(() => {
      if (event._tag === "Help") process.stdout.write(`${formatter.formatHelpDoc(event.helpDoc)}\n`)
      else if (event._tag === "Version") process.stdout.write(`${event.name} ${event.version}\n`)
      else {
        for (const error of event.errors) remark(`isolde: ${error.message}`)
        remark(`Usage: ${event.helpDoc.usage}`)
        remark(`See ${event.commandPath.join(" ")} --help.`)
      }
    })
}
