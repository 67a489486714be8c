/**
 * A published experiment on machines, mechanisms and parameters of one's own: what `validate` does with published
 * points, for a figure that isn't among them.
 * Law: every combination is a run, and a run that fails says why without ending the others.
 */
import type { InputIssue } from "@isolde/core"
import { InvalidInput, machineByName } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { experimentByName, experiments, type Parameters, type Reading } from "@isolde/workloads"
import { mechanismsByText, shortText } from "../compare/mechanisms-by-text.ts"
import { nearestText } from "../compare/request.ts"
import { BASELINE } from "../comparison.ts"
import { type MakeOptions, makeRuns } from "../validate/make-runs.ts"
import type { Readings } from "../validate/measure.ts"
import type { RunDefinition } from "../validate/point.ts"
import { runKey } from "../validate/run-key.ts"
import { chosenParameters } from "./chosen-parameters.ts"
import { machineByText } from "./machine-by-text.ts"

export interface ExperimentRequest {
  readonly experiment: string
  /** As `machineByText` reads them. */
  readonly machines: ReadonlyArray<string>
  /** As `mechanismsByText` reads them; `none` is no mechanism. */
  readonly mechanisms: ReadonlyArray<string>
  /** As `chosenParameters` reads them. */
  readonly settings: ReadonlyArray<string>
}

/** One run: readings in ticks of the machine's reference clock, or why there are none. */
export interface ExperimentRun {
  readonly machine: string
  /** GHz: ticks over this are nanoseconds. */
  readonly clock: number
  readonly mechanism: string
  /** Those that were chosen. */
  readonly parameters: Parameters
  readonly readings: Readings | null
  readonly failed?: string
}

export interface ExperimentStudy {
  readonly experiment: string
  readonly meaning: string
  readonly readings: ReadonlyArray<Reading>
  readonly runs: ReadonlyArray<ExperimentRun>
}

/** What there is to be run: name, meaning, parameters with their defaults, readings. */
export const listedExperiments = () =>
  experiments.map(({ defaults, meaning, name, parameters, readings }) => ({
    name,
    meaning,
    parameters: Object.entries(defaults as Parameters).map(([parameter, otherwise]) => ({
      name: parameter,
      default: otherwise,
      meaning: (parameters as Readonly<Record<string, string>>)[parameter] ?? ""
    })),
    readings
  }))

/** Rejects with InvalidInput. */
export async function studyExperiment(request: ExperimentRequest, options: MakeOptions = {}): Promise<ExperimentStudy> {
  const found = experimentByName(request.experiment)
  if (found === undefined) throw new InvalidInput([unknown(request.experiment)])
  const { meaning, readings } = found
  const chosen = chosenParameters(found, request.settings)
  for (const text of request.mechanisms) if (text !== BASELINE) await mechanismsByText(text)
  const planned = request.machines.flatMap((machine) =>
    request.mechanisms.flatMap((mechanism) =>
      chosen.map((parameters) => planOf(found.name, machine, mechanism, parameters))
    )
  )
  const outcomes = await makeRuns(
    planned.map(({ run }) => run),
    options
  )
  const runs = planned.map(({ parameters, run, shownAs }): ExperimentRun => {
    const outcome = outcomes.get(runKey(run))
    const clock = numbersOf(machineByName(run.machine)(run.options ?? {})).clock
    const common = { ...shownAs, clock, parameters }
    if (outcome === undefined || "failed" in outcome)
      return { ...common, readings: null, failed: outcome?.failed.message ?? "the run was not made" }
    return { ...common, readings: outcome.readings }
  })
  return { experiment: found.name, meaning, readings, runs }
}

interface Planned {
  readonly run: RunDefinition
  readonly shownAs: { readonly machine: string; readonly mechanism: string }
  readonly parameters: Parameters
}

function planOf(experiment: string, machine: string, mechanism: string, parameters: Parameters): Planned {
  const isolated = mechanism === BASELINE ? {} : { mechanism: { name: mechanism } }
  return {
    run: { ...machineByText(machine), ...isolated, experiment, parameters },
    shownAs: { machine, mechanism: mechanism === BASELINE ? BASELINE : shortText(mechanism) },
    parameters
  }
}

function unknown(name: string): InputIssue {
  const names = experiments.map((experiment) => experiment.name)
  return { path: "NAME", expected: `one of ${names.join(", ")}`, actual: name, remedy: nearestText(name, names) }
}
