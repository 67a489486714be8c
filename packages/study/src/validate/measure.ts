/** One run of an experiment, from its definition to its readings. */
import { InvalidInput, type Machine, type MechanismInstance, machineByName, simulate } from "@isolde/core"
import { type AnyExperiment, experimentByName, experiments } from "@isolde/workloads"
import { mechanismByName } from "../compare/mechanism-by-name.ts"
import { mechanismsByText } from "../compare/mechanisms-by-text.ts"
import { nearestText } from "../compare/request.ts"
import type { RunDefinition } from "./point.ts"

/** What a run came to, by the names of its experiment's readings. */
export type Readings = Readonly<Record<string, number>>

/** Simulate. Rejects with InvalidInput, or with what `simulate` throws. */
export async function measure(run: RunDefinition, onProgress?: (share: number) => void): Promise<Readings> {
  const experiment = experimentOf(run.experiment)
  const parameters = { ...experiment.defaults, ...run.parameters }
  const input = experiment.scenario(machineOf(run), parameters, await mechanismsOf(run))
  const result = simulate(input, onProgress === undefined ? {} : { onProgress: ({ done }) => onProgress(done) })
  return experiment.read(result, parameters)
}

/** The machine of a run. Throws InvalidInput. */
export const machineOf = ({ machine, options }: RunDefinition): Machine => machineByName(machine)(options ?? {})

export async function mechanismsOf({ mechanism }: RunDefinition): Promise<ReadonlyArray<MechanismInstance>> {
  if (mechanism === undefined) return []
  const { config, name } = mechanism
  return config === undefined ? mechanismsByText(name) : [(await mechanismByName(name))(config)]
}

function experimentOf(name: string): AnyExperiment {
  const found = experimentByName(name)
  if (found !== undefined) return found
  const names = experiments.map((experiment) => experiment.name)
  const expected = `one of ${names.join(", ")}`
  throw new InvalidInput([{ path: "experiment", expected, actual: name, remedy: nearestText(name, names) }])
}
