/**
 * Values of an experiment's parameters from text, `pages=1,4,16`: every combination is a run.
 * Law: a value is one that the parameter's rule allows; a text that the experiment reads itself may hold commas.
 */
import { type InputIssue, InvalidInput } from "@isolde/core"
import { shown } from "@isolde/core/invalid-input"
import { type AnyExperiment, type Parameters, parameterIssues } from "@isolde/workloads"
import { nearestText } from "../compare/request.ts"

type Value = Parameters[string]

const factors: Readonly<Record<string, number>> = { "": 1, K: 1 << 10, M: 1 << 20, G: 1 << 30 }

/** The parameters of each run, in the order of `settings`; naming one twice adds values to it. Throws InvalidInput. */
export function chosenParameters(
  experiment: AnyExperiment,
  settings: ReadonlyArray<string>
): ReadonlyArray<Parameters> {
  const defaults = experiment.defaults as Parameters
  const chosen = new Map<string, Array<Value>>()
  const issues: Array<InputIssue> = []
  for (const setting of settings) {
    const at = setting.indexOf("=")
    const name = setting.slice(0, Math.max(at, 0)).trim()
    const otherwise = defaults[name]
    if (otherwise === undefined) {
      const names = Object.keys(defaults)
      const expected = `one of ${names.join(", ")}, with = and a value`
      issues.push({ path: "set", expected, actual: shown(setting), remedy: nearestText(name || setting, names) })
      continue
    }
    const text = setting.slice(at + 1)
    for (const each of isText(experiment, name) ? [text] : text.split(",")) {
      const value = valueOf(each.trim(), otherwise)
      if (value === undefined) {
        const expected = typeof otherwise === "number" ? "a number, which may end in K, M or G" : "true or false"
        issues.push({ path: `set.${name}`, expected, actual: shown(each), remedy: `The default is ${otherwise}.` })
      } else chosen.set(name, [...(chosen.get(name) ?? []), value])
    }
  }
  if (issues.length > 0) throw new InvalidInput(issues)
  const runs = [...chosen].reduce<ReadonlyArray<Parameters>>(
    (made, [name, values]) => made.flatMap((run) => values.map((value) => ({ ...run, [name]: value }))),
    [{}]
  )
  const wrong = runs.flatMap((run) => parameterIssues(experiment, { ...defaults, ...run }, undefined, "set."))
  if (wrong.length > 0) throw new InvalidInput(distinct(wrong))
  return runs
}

/** Each once: many runs have the same wrong value. */
function distinct(issues: ReadonlyArray<InputIssue>): ReadonlyArray<InputIssue> {
  return [...new Map(issues.map((issue) => [`${issue.path}: ${issue.actual}`, issue])).values()]
}

/** True if the experiment reads the parameter's text itself. */
const isText = ({ accepts }: AnyExperiment, name: string): boolean => "text" in (accepts?.[name] ?? {})

function valueOf(text: string, otherwise: Value): Value | undefined {
  if (typeof otherwise === "string") return text
  if (typeof otherwise === "boolean") return text === "true" || text === "false" ? text === "true" : undefined
  const found = /^(-?\d+(?:\.\d+)?)([KMG]?)$/.exec(text)
  return found === null ? undefined : Number(found[1]) * (factors[found[2] ?? ""] as number)
}
