/** Every published experiment by its name. Law: a name is written once, in the experiment's own file. */
import type { AnyExperiment } from "./experiment.ts"
import { loadLatency } from "./load-latency.ts"

export const experiments: ReadonlyArray<AnyExperiment> = [loadLatency]

/** The experiment called `name`, or undefined. */
export const experimentByName = (name: string): AnyExperiment | undefined =>
  experiments.find((experiment) => experiment.name === name)
