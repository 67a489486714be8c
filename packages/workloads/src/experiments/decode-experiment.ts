/**
 * The workloads of published experiments, made again from their names and parameters. Law: parameters are the
 * experiment's own, each of its kind; a missing one is not made up.
 */
import { type InputIssue, InvalidInput, type WorkloadDecoder } from "@isolde/core"
import { experimentByName, experiments } from "./catalogue.ts"
import type { AnyExperiment, Parameters } from "./experiment.ts"

/** Decodes the workload of every experiment. */
export const experimentWorkloads: WorkloadDecoder = {
  package: "@isolde/workloads",
  version: "0.1.0",
  names: experiments.map(({ name }) => name),
  decode: (name, config, machine, mechanisms = []) => {
    const experiment = experimentByName(name) as AnyExperiment
    const issues = issuesOf(experiment.defaults as Parameters, config)
    if (issues.length > 0) throw new InvalidInput(issues)
    return experiment.scenario(machine, config, mechanisms).workload
  }
}

function issuesOf(defaults: Parameters, config: unknown): Array<InputIssue> {
  const given = (typeof config === "object" && config !== null ? config : {}) as Readonly<Record<string, unknown>>
  const names = [...new Set([...Object.keys(defaults), ...Object.keys(given)])]
  return names.flatMap((name) => {
    const wanted = typeof defaults[name]
    if (typeof given[name] === wanted) return []
    const known = name in defaults
    return [
      {
        path: `config.${name}`,
        expected: known ? `a ${wanted}` : `one of ${Object.keys(defaults).join(", ")}`,
        actual: known ? `a value of type ${typeof given[name]}` : name,
        remedy: known ? `The default is ${String(defaults[name])}.` : "Leave it out."
      }
    ]
  })
}
