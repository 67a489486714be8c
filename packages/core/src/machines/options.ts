/**
 * The check of what a caller chose about a machine: cores, hardware threads, sockets, clock, overrides.
 * Law: every issue is found before any is thrown; an option that nothing reads is an issue.
 */
import { type InputIssue, nearest, rejectIssues, shown } from "../invalid-input.ts"
import { type Choices, cacheOptionNames, checkedCaches, chosenWords } from "./cache-choice.ts"
import type { Field } from "./field.ts"
import { fields } from "./fields.ts"
import { type KernelVersion, kernelVersions, usualKernel } from "./kernel-version.ts"
import type { DeepPartial, KernelChoice, Machine, MachineOptions } from "./machine.ts"
import { chosenNetwork, networkOptionNames } from "./network-choice.ts"
import type { MachineShape } from "./shape.ts"
import { chosenShootdown, shootdownOptionNames } from "./shootdown-choice.ts"
import type { Silicon } from "./topology.ts"

/** Most cores of a machine: what a message and a sharer count can name. */
export const MAX_CORES = 256

/** Greatest number that the parts keep in 32 bits with room to add. */
const MOST = 0x3fff_ffff

const known = [
  "cores",
  "threadsPerCore",
  "kernel",
  "overrides",
  ...cacheOptionNames,
  ...networkOptionNames,
  ...shootdownOptionNames
]

const plainKernel: KernelChoice = { pageTableIsolation: false, virtualised: false, tick: 0, version: usualKernel }

/**
 * Cores, threads, words and overrides with their defaults: one socket with the silicon's cores, one hardware
 * thread each, the base clock, `usual`.
 * Throws InvalidInput with paths below `options`.
 */
export function chosen(
  silicon: Silicon,
  options: MachineOptions,
  usual: Choices
): Choices &
  Pick<
    Machine,
    "tiles" | "threadsPerTile" | "sockets" | "topology" | "kernel" | "features" | "overrides" | "shootdown"
  > {
  const issues: Array<InputIssue> = []
  if (!isRecord(options)) {
    issues.push(issue("options", "an object", options, "Leave it out for the silicon's own numbers."))
    rejectIssues(issues)
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      issues.push(
        issue(`options.${name}`, "a known option", options[name as keyof MachineOptions], suggest(name, known))
      )
    }
  }
  const { clock, ...network } = chosenNetwork(silicon, options, issues)
  const { cores = silicon.cores * network.sockets, threadsPerCore = 1, kernel = {}, overrides = {} } = options
  if (!Number.isInteger(cores) || cores < 1 || cores > MAX_CORES) {
    const remedy = `The silicon has ${silicon.cores}; more are hypothetical.`
    issues.push(issue("options.cores", `an integer from 1 to ${MAX_CORES}`, cores, remedy))
  }
  if (threadsPerCore !== 1 && threadsPerCore !== 2) {
    issues.push(issue("options.threadsPerCore", "1 or 2", threadsPerCore, "Choose 1 or 2 hardware threads per core."))
  }
  checkKernel(kernel, issues)
  const caches = chosenWords(options, usual, issues)
  const numbers = checkedCaches(overrides, issues)
  checkOverrides(numbers, fields as unknown as Tree, "options.overrides", issues)
  const shootdown = chosenShootdown(silicon.shootdowns, options, kernel, issues)
  rejectIssues(issues)
  return {
    ...network,
    ...caches,
    features: silicon.features,
    shootdown,
    tiles: cores,
    threadsPerTile: threadsPerCore,
    kernel: { ...plainKernel, ...kernel },
    overrides: { ...(numbers as DeepPartial<MachineShape<number>>), ...clock }
  }
}

/** Choices about the operating system are switches. */
function checkKernel(kernel: unknown, issues: Array<InputIssue>): void {
  const names = Object.keys(plainKernel)
  if (!isRecord(kernel)) {
    issues.push(issue("options.kernel", "an object of choices", kernel, `Choices: ${names.join(", ")}.`))
    return
  }
  for (const [name, value] of Object.entries(kernel)) {
    const path = `options.kernel.${name}`
    if (!names.includes(name)) issues.push(issue(path, "a known choice", value, suggest(name, names)))
    else if (name === "tick") {
      if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MOST)
        issues.push(issue(path, "an integer of at least 0 (tick)", value, "0 switches the timer off."))
    } else if (name === "version") {
      if (!kernelVersions.includes(value as KernelVersion))
        issues.push(issue(path, `one of ${kernelVersions.join(", ")}`, value, "Choose the newest that is not newer."))
    } else if (typeof value !== "boolean") issues.push(issue(path, "true or false", value, "Switch it on or off."))
  }
}

interface Tree {
  readonly [name: string]: Tree | Field
}

const isField = (node: Tree | Field): node is Field => typeof (node as Field).unit === "string"

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const issue = (path: string, expected: string, actual: unknown, remedy: string): InputIssue => ({
  path,
  expected,
  actual: shown(actual),
  remedy
})

const suggest = (name: string, candidates: ReadonlyArray<string>): string =>
  `Nearest names: ${nearest(name, candidates).join(", ")}.`

function checkOverrides(overrides: unknown, tree: Tree, path: string, issues: Array<InputIssue>): void {
  if (!isRecord(overrides)) {
    issues.push(
      issue(
        path,
        "an object of numbers by parameter name",
        overrides,
        `Parameters here: ${Object.keys(tree).join(", ")}.`
      )
    )
    return
  }
  for (const [name, value] of Object.entries(overrides)) {
    const at = `${path}.${name}`
    const child = Object.hasOwn(tree, name) ? tree[name] : undefined
    if (child === undefined) issues.push(issue(at, "a known parameter", value, suggest(name, Object.keys(tree))))
    else if (!isField(child)) checkOverrides(value, child, at, issues)
    else if (!isAllowed(child, value)) issues.push(issue(at, expectation(child), value, `It is: ${child.meaning}.`))
  }
}

const isAllowed = (field: Field, value: unknown): boolean =>
  typeof value === "number" &&
  value <= MOST &&
  (field.unit === "GHz" || field.unit === "ns"
    ? value > 0 || (value === 0 && field.least === 0)
    : Number.isInteger(value) && value >= field.least && value <= (field.most ?? MOST))

const expectation = (field: Field): string =>
  field.unit === "GHz" || field.unit === "ns"
    ? `a finite number ${field.least === 0 ? "of at least" : "above"} 0 in ${field.unit}`
    : `an integer ${field.most === undefined ? "of at least" : "from"} ${field.least}${field.most === undefined ? "" : ` to ${field.most}`} (${field.unit})`
