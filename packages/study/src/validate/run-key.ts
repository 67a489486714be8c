/** The runs behind points. Law: runs that say the same are one run, in whatever order they were written down. */
import type { RunDefinition } from "./point.ts"

/** A text that is equal for equal runs. */
export function runKey({ experiment, machine, mechanism, options, parameters }: RunDefinition): string {
  return JSON.stringify(sorted({ experiment, machine, mechanism, options, parameters }))
}

/** What a run is, without what a point takes from it. */
export const runOf = ({ experiment, machine, mechanism, options, parameters }: RunDefinition): RunDefinition => ({
  experiment,
  machine,
  ...(mechanism === undefined ? {} : { mechanism }),
  ...(options === undefined ? {} : { options }),
  ...(parameters === undefined ? {} : { parameters })
})

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.sort(([x], [y]) => (x < y ? -1 : 1)).map(([name, each]) => [name, sorted(each)]))
}
