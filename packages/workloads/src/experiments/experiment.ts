/**
 * What a published experiment is: a scenario for a machine and parameters, and what is read off its run.
 * Law: an experiment is data in and data out. Its program text is what the source describes; nothing in it depends
 * on the published values.
 */
import type { InputIssue, Machine, MechanismInstance, Run, ScenarioInput } from "@isolde/core"
import type { RequestRows } from "@isolde/core/isolation/requests"
import type { Rules } from "./parameter-rule.ts"

/** Parameters of an experiment: plain data, so that it can go to threads and into files. */
export type Parameters = Readonly<Record<string, number | string | boolean>>

/** One number that an experiment reads off a run. */
export interface Reading {
  readonly name: string
  readonly unit: "tick" | "tick per operation" | "byte per tick" | "percent" | "count" | "bit"
  readonly meaning: string
}

export interface Experiment<P extends Parameters = Parameters> {
  readonly name: string
  readonly meaning: string
  /** Every parameter with its unit and meaning. */
  readonly parameters: { readonly [K in keyof P]: string }
  readonly defaults: P
  /** What each may be, where that is not any whole number from 1 on. */
  readonly accepts?: Rules
  /** What is wrong with parameters that are allowed one by one; on `machine`, if it is known. */
  readonly together?: (parameters: P, machine?: Machine) => ReadonlyArray<InputIssue>
  /** Its workers share a hardware thread; else each has one of its own. */
  readonly takesTurns?: true
  readonly readings: ReadonlyArray<Reading>
  /** The scenario of `parameters` on `machine`. */
  readonly scenario: (machine: Machine, parameters: P, mechanisms: ReadonlyArray<MechanismInstance>) => ScenarioInput
  /** What `run` comes to, by the names of `readings`. */
  readonly read: (run: Run, parameters: P) => Readonly<Record<string, number>>
}

/** An experiment whose parameters are known by name only. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyExperiment = Experiment<any>

/** Ticks of every request called `name`, in the order in which they ended; of one hardware thread if it says which. */
export function ticksOf(requests: RequestRows, name: string, thread?: number): ReadonlyArray<number> {
  const wanted = requests.names.indexOf(name)
  const ticks: Array<number> = []
  for (let i = 0; i < requests.count; i++)
    if (requests.name[i] === wanted && (thread === undefined || requests.thread[i] === thread))
      ticks.push((requests.end[i] as number) - (requests.begin[i] as number))
  return ticks
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((x, y) => x - y)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Nearest rank; NaN of none. */
export function percentile(values: ReadonlyArray<number>, percent: number): number {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)] ?? Number.NaN
}

export const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
