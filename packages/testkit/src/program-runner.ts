/**
 * Runs programs in code under one mechanism, and reads times off their rows. Law: a run is `observe` on a tiny machine,
 * with nothing added.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import type { Mechanism } from "@isolde/core/mechanism"
import { columnOf, type ObservedRun, observe } from "./contract/observed-run.ts"
import { type Program, type ProgramRegion, programWorkload } from "./program-workload.ts"
import { type Overrides, tinyMachine } from "./tiny-machine.ts"

export interface RunnerOptions<Input> {
  readonly config?: Input | undefined
  /** One core for each; default 1. */
  readonly workers?: number
  /** Default false. */
  readonly inOrder?: boolean
  readonly overrides?: Overrides
}

/** Runs programs under `mechanism` on a small `base` with a core per worker. */
export const programRunner =
  <Config, Input>(mechanism: Mechanism<Config, Input>, base = "tiger-lake") =>
  (program: Program, options: RunnerOptions<Input> = {}): ObservedRun => {
    const { config, inOrder = false, overrides = {}, workers = 1 } = options
    return observe({
      machine: tinyMachine({ base, cores: workers, inOrder, overrides }),
      mechanisms: [mechanism(config)],
      workload: programWorkload(program),
      workers
    })
  }

/** Private memory of domain `owner`. */
export const privateOf = (owner: number): ProgramRegion => ({
  name: `private ${owner}`,
  kind: RegionKind.private,
  owner
})

const computing = (bytes: number): Array<OperationRecord> => (bytes > 0 ? [{ verb: Verb.compute, bytes }] : [])

/** `count` invocations of domain 1 by domain 0, each with instructions inside and behind it. */
export const invocations = (count: number, inside = 0, behind = 1): Array<OperationRecord> =>
  Array.from(
    { length: count },
    (_, activation): Array<OperationRecord> => [
      { verb: Verb.enter, from: 0, to: 1, activation },
      ...computing(inside),
      { verb: Verb.leave, from: 1, to: 0, activation },
      ...computing(behind)
    ]
  ).flat()

/** Cycles of the fastest invocation of a run. */
export function fastestInvocation({ system: { engine } }: ObservedRun): number {
  return Math.min(...engine.crossings.cycles.subarray(0, engine.crossings.invocations))
}

/** Ticks between two columns of each row of a table. */
export function durations(
  { rows }: Pick<ObservedRun, "rows">,
  table: "crossings" | "transfers",
  begin: string,
  end: string
): Array<number> {
  const [from = 0, to = 0] = [columnOf(table, begin), columnOf(table, end)]
  return rows[table].map((row) => (row[to] ?? 0) - (row[from] ?? 0))
}
