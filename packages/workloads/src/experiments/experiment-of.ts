/**
 * An experiment as it is offered: its scenarios are of parameters that its rules allow, on a machine that has what it
 * needs. Law: whoever asks for a scenario gets the one asked for, or InvalidInput.
 */
import { type InputIssue, InvalidInput, type Machine } from "@isolde/core"
import type { Experiment, Parameters } from "./experiment.ts"
import { ruleIssue } from "./parameter-rule.ts"

/** `definition`, whose scenario throws InvalidInput for what it can't be. */
export function experimentOf<P extends Parameters>(definition: Experiment<P>): Experiment<P> {
  return {
    ...definition,
    scenario: (machine, parameters, mechanisms) => {
      const issues = parameterIssues(definition, parameters, machine)
      if (issues.length > 0) throw new InvalidInput(issues)
      const scenario = definition.scenario(machine, parameters, mechanisms)
      const { workers = 1 } = scenario
      const threads = machine.tiles * machine.threadsPerTile
      if (workers > threads && definition.takesTurns !== true) throw tooMany(machine, workers, threads)
      return scenario
    }
  }
}

/**
 * What is wrong with `parameters`, each by its own rule and then, if those hold, together; `path` of one is its name
 * behind `prefix`. Without a machine, rules that are the machine's are left out.
 */
export function parameterIssues<P extends Parameters>(
  { accepts = {}, defaults, name, together }: Experiment<P>,
  parameters: P,
  machine?: Machine,
  prefix = ""
): ReadonlyArray<InputIssue> {
  const known = Object.keys(defaults)
  const unknown = Object.keys(parameters).filter((each) => !known.includes(each))
  const issues = [
    ...known.flatMap((each) => {
      const issue = ruleIssue(`${prefix}${each}`, parameters[each], defaults[each] as Parameters[string], accepts[each])
      return issue === undefined ? [] : [issue]
    }),
    ...unknown.map((each) => ({
      path: `${prefix}${each}`,
      expected: `a parameter of ${name}: ${known.join(", ")}`,
      actual: each,
      remedy: "Leave it out."
    }))
  ]
  if (issues.length > 0 || together === undefined) return issues
  return together(parameters, machine).map((issue) => ({ ...issue, path: `${prefix}${issue.path}` }))
}

const tooMany = ({ name, tiles }: Machine, workers: number, threads: number): InvalidInput =>
  new InvalidInput([
    {
      path: "workers",
      expected: `at most ${threads}, a hardware thread of ${name} for each: they wait for each other without leaving it`,
      actual: String(workers),
      remedy: `Choose fewer, or a machine with more cores, such as ${name}:cores=${Math.ceil((workers * tiles) / threads)}.`
    }
  ])
