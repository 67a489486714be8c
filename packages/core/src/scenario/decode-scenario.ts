/**
 * A scenario from data: what `Scenario.encode` wrote, with the code of its mechanisms and its workload attached from
 * the values given. Law: every wrong or missing field is an issue with its path, all of them at once, and what comes
 * out encodes to what went in.
 */
import { type InputIssue, InvalidInput, nearest, shown } from "../invalid-input.ts"
import { machineByName } from "../machines/catalogue.ts"
import type { Machine, MachineOptions } from "../machines/machine.ts"
import { MECHANISM_API, type MechanismInstance } from "../mechanism.ts"
import { InvalidScenario } from "./invalid-scenario.ts"
import type { ScenarioInput } from "./scenario.ts"
import type { Workload, WorkloadDecoder } from "./workload.ts"

/** A mechanism as its package exports it, whatever its configuration is. */
export interface MechanismDecoder {
  (config?: never): MechanismInstance
  readonly mechanism: string
  readonly version: string
}

/** Code that a scenario's data may name. */
export interface DecodeParts {
  readonly mechanisms?: ReadonlyArray<MechanismDecoder>
  readonly workloads?: ReadonlyArray<WorkloadDecoder>
}

type Fields = Readonly<Record<string, unknown>>

const fieldNames = ["machine", "mechanisms", "workload", "workers", "seed", "frames", "nodes", "hostPages"] as const
const machineFields: ReadonlyArray<string> = [
  "name",
  "cores",
  "threadsPerCore",
  "sockets",
  "kernel",
  "protocol",
  "llcPolicy",
  "shootdown",
  "overrides"
]
const mechanismFields: ReadonlyArray<string> = ["package", "version", "api", "config"]
const workloadFields: ReadonlyArray<string> = ["package", "version", "name", "config"]

/** What `Scenario.make` takes, from an encoded scenario; it checks the numbers. Throws InvalidScenario with every issue. */
export function decodeInput(json: unknown, parts: DecodeParts): ScenarioInput {
  const issues: Array<InputIssue> = []
  const fields = fieldsOf(json, "scenario", fieldNames, issues)
  const machine = fields.machine === undefined ? undefined : machineOf(fields.machine, issues)
  const mechanisms = mechanismsOf(fields.mechanisms, parts.mechanisms ?? [], issues)
  const workload =
    fields.workload === undefined || machine === undefined
      ? undefined
      : workloadOf(fields.workload, parts.workloads ?? [], machine, mechanisms, issues)
  if (issues.length > 0 || machine === undefined || workload === undefined) throw new InvalidScenario(issues)
  return { ...(fields as unknown as ScenarioInput), machine, mechanisms, workload }
}

/** The fields of an object, those called `names`; every missing and every unknown one is an issue. */
function fieldsOf(value: unknown, path: string, names: ReadonlyArray<string>, issues: Array<InputIssue>): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    issues.push({
      path,
      expected: `an object with ${names.join(", ")}`,
      actual: shown(value),
      remedy: "Take what Scenario.encode returns."
    })
    return {}
  }
  const fields = value as Fields
  for (const name of names) {
    if (fields[name] !== undefined) continue
    const remedy = "Scenario.encode writes every field, also those with their defaults."
    issues.push({ path: `${path}.${name}`, expected: "a value", actual: "nothing", remedy })
  }
  for (const name of Object.keys(fields)) {
    if (names.includes(name)) continue
    const remedy = `Leave it out; the nearest field is ${nearest(name, names, 1).join()}.`
    issues.push({ path: `${path}.${name}`, expected: `one of ${names.join(", ")}`, actual: shown(name), remedy })
  }
  return fields
}

/** What `make` returns; what it throws as bad input are issues below `path`. */
function attempted<A>(path: string, issues: Array<InputIssue>, make: () => A): A | undefined {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    for (const issue of error.issues) issues.push({ ...issue, path: `${path}.${issue.path}` })
    return undefined
  }
}

function machineOf(value: unknown, issues: Array<InputIssue>): Machine | undefined {
  const path = "scenario.machine"
  const before = issues.length
  const { cores, kernel, llcPolicy, name, overrides, protocol, shootdown, sockets, threadsPerCore } = fieldsOf(
    value,
    path,
    machineFields,
    issues
  )
  const choice = fieldsOf(shootdown, `${path}.shootdown`, ["policy", "optimisations", "hypothetical"], issues)
  if (issues.length > before) return undefined
  return attempted(path, issues, () =>
    machineByName(
      name as string,
      "name"
    )({
      cores,
      threadsPerCore,
      sockets,
      kernel,
      protocol,
      llcPolicy,
      overrides,
      shootdown: choice.policy,
      shootdownOptimisations: choice.optimisations,
      hypothetical: choice.hypothetical
    } as MachineOptions)
  )
}

function mechanismsOf(
  value: unknown,
  known: ReadonlyArray<MechanismDecoder>,
  issues: Array<InputIssue>
): Array<MechanismInstance> {
  if (value === undefined) return []
  if (!Array.isArray(value)) {
    const remedy = "No mechanism is an empty list."
    issues.push({ path: "scenario.mechanisms", expected: "a list", actual: shown(value), remedy })
    return []
  }
  return value.flatMap((each: unknown, at) => mechanismOf(each, `scenario.mechanisms[${at}]`, known, issues) ?? [])
}

function mechanismOf(
  value: unknown,
  path: string,
  known: ReadonlyArray<MechanismDecoder>,
  issues: Array<InputIssue>
): MechanismInstance | undefined {
  const before = issues.length
  const fields = fieldsOf(value, path, mechanismFields, issues)
  if (issues.length > before) return undefined
  const found = known.find(({ mechanism }) => `@isolde/${mechanism}` === fields.package)
  if (found === undefined) {
    issues.push({
      path: `${path}.package`,
      expected: `a package among those given: ${known.map(({ mechanism }) => `@isolde/${mechanism}`).join(", ") || "none"}`,
      actual: shown(fields.package),
      remedy: "Give its value in `mechanisms`. One written inline can't be made again from data: run it in process."
    })
    return undefined
  }
  issues.push(...versionIssues(fields.version, found.version, String(fields.package), path))
  if (fields.api !== MECHANISM_API) {
    issues.push({
      path: `${path}.api`,
      expected: `interface version ${MECHANISM_API}`,
      actual: shown(fields.api),
      remedy: "Encode the scenario again with this release."
    })
  }
  if (issues.length > before) return undefined
  return attempted(path, issues, () => found(fields.config as never))
}

function workloadOf(
  value: unknown,
  known: ReadonlyArray<WorkloadDecoder>,
  machine: Machine,
  mechanisms: ReadonlyArray<MechanismInstance>,
  issues: Array<InputIssue>
): Workload | undefined {
  const path = "scenario.workload"
  const before = issues.length
  const fields = fieldsOf(value, path, workloadFields, issues)
  if (issues.length > before) return undefined
  const ofPackage = known.filter((each) => each.package === fields.package)
  const found = ofPackage.find((each) => each.names.includes(fields.name as string))
  if (found === undefined) {
    const names = ofPackage.flatMap((each) => each.names)
    const among = names.length > 0 ? names : [...new Set(known.map((each) => each.package))]
    issues.push({
      path: names.length > 0 ? `${path}.name` : `${path}.package`,
      expected: `one among those given: ${among.join(", ") || "none"}`,
      actual: shown(names.length > 0 ? fields.name : fields.package),
      remedy:
        "Give what decodes it in `workloads`. One written inline can't be made again from data: run it in process."
    })
    return undefined
  }
  issues.push(...versionIssues(fields.version, found.version, found.package, path))
  if (issues.length > before) return undefined
  return attempted(path, issues, () => found.decode(fields.name as string, fields.config, machine, mechanisms))
}

function versionIssues(version: unknown, known: string, name: string, path: string): Array<InputIssue> {
  if (version === known) return []
  const remedy = `Install that release of ${name}, or encode the scenario again with this one.`
  return [{ path: `${path}.version`, expected: `version ${known}`, actual: shown(version), remedy }]
}
