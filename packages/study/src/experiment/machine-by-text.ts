/**
 * A machine as a command line writes it: `haswell-ep`, `haswell-ep:cores=16:sockets=2:kernel.pageTableIsolation=true`.
 * Law: an option stands after a colon, a dot goes into what it holds, and what it means is the machine's to check.
 */
import { InvalidInput, type MachineOptions, machineByName } from "@isolde/core"
import { shown } from "@isolde/core/invalid-input"
import type { RunDefinition } from "../validate/point.ts"

interface Tree {
  [name: string]: Tree | number | string | boolean | ReadonlyArray<string>
}

/** Throws InvalidInput, also for options that the machine refuses. */
export function machineByText(text: string): Pick<RunDefinition, "machine" | "options"> {
  const [machine = "", ...settings] = text.split(":")
  const options: Tree = {}
  for (const setting of settings) {
    const at = setting.indexOf("=")
    if (at <= 0) {
      const remedy = "Write machine:option=value, such as skylake-sp:cores=8."
      throw new InvalidInput([
        { path: "machine", expected: "option=value after a colon", actual: shown(setting), remedy }
      ])
    }
    const path = setting.slice(0, at).split(".")
    const last = path.pop() as string
    let into = options
    for (const name of path) {
      const inner = into[name]
      into = (typeof inner === "object" ? inner : (into[name] = {})) as Tree
    }
    into[last] = valueOf(last, setting.slice(at + 1))
  }
  machineByName(machine)(options as MachineOptions)
  return settings.length === 0 ? { machine } : { machine, options: options as MachineOptions }
}

/** Numbers and truth values as what they are; the shootdown's optimisations are a list, a version is no number. */
function valueOf(name: string, text: string): Tree[string] {
  if (name === "shootdownOptimisations") return text.split("+")
  if (name === "version") return text
  if (text === "true" || text === "false") return text === "true"
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
