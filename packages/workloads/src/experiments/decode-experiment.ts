/**
 * The workloads of published experiments, made again from their names and parameters. Law: parameters are the
 * experiment's own, each of its kind; a missing one is not made up.
 */
import { type InputIssue, InvalidInput, type WorkloadDecoder } from "@isolde/core"
import { experimentByName, experiments } from "./catalogue.ts"
import type { AnyExperiment, Parameters } from "./experiment.ts"
import { parameterIssues } from "./experiment-of.ts"

/** Decodes the workload of every experiment. */
export const experimentWorkloads: WorkloadDecoder = {
  package: "@isolde/workloads",
  version: "0.1.0",
  names: experiments.map(({ name }) => name),
  decode: (name, config, machine, mechanisms = []) => {
    const experiment = experimentByName(name) as AnyExperiment
    const issues = configIssues(experiment, config)
    if (issues.length > 0) throw new InvalidInput(issues)
    return experiment.scenario(machine, config as Parameters, mechanisms).workload
  }
}

/** Every parameter has to be there. */
function configIssues(experiment: AnyExperiment, config: unknown): ReadonlyArray<InputIssue> {
  const given = (typeof config === "object" && config !== null ? config : {}) as Parameters
  return parameterIssues(experiment, given, undefined, "config.")
}
