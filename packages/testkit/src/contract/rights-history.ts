/**
 * What the rights to a region were when, as far as the run itself says. Changes of one region follow each other,
 * since one worker makes them all. Law: while a change may be under way, nothing is known.
 */
import { Verb } from "@isolde/core/isolation/operation-script"
import type { Rights } from "@isolde/core/isolation/rights"
import { columnOf, type ObservedRun } from "./observed-run.ts"
import type { RandomProgram } from "./planned-program.ts"

interface Change {
  readonly verb: Verb | undefined
  readonly issued: number
  /** When it had completed and nobody held what it took any more; infinite if some thread went on holding that. */
  readonly quiet: number
  /** Rights of each domain afterwards. */
  readonly rights: ReadonlyArray<Rights>
}

export interface RightsHistory {
  /** Rights of `domain` to `region` all the time from `since` to `until`, or undefined if they may have changed. */
  between(region: number, domain: number, since: number, until: number): Rights | undefined
  /** Rights of `domain` to `region` when every script has ended. */
  last(region: number, domain: number): Rights
  /** Whether `region` may have been free at some time from `since` to `until`. */
  isFree(region: number, since: number, until: number): boolean
}

/** Read the history off the transfers of a run. */
export function rightsHistory(made: RandomProgram, run: ObservedRun): RightsHistory {
  const changes = made.initial.map((rights): Array<Change> => [{ verb: undefined, issued: -1, quiet: -1, rights }])
  const [thread = 0, issued = 0, completed = 0, quiet = 0] = ["thread", "issued", "completed", "quiet"].map((name) =>
    columnOf("transfers", name)
  )
  // A row leaves when its right is gone: what stays in quarantine comes last.
  const rows = run.system.used.map((number) =>
    run.rows.transfers
      .filter((row) => row[thread] === number)
      .sort((x, y) => (x[completed] as number) - (y[completed] as number))
  )
  const next = rows.map(() => 0)
  for (const change of made.changes) {
    const row = rows[change.worker]?.[next[change.worker] as number]
    next[change.worker] = (next[change.worker] as number) + 1
    if (row === undefined) continue
    const over = row[quiet] as number
    const gone = over < 0 ? Number.POSITIVE_INFINITY : Math.max(over, row[completed] as number)
    const { region, rights, verb } = change
    changes[region]?.push({ verb, issued: row[issued] as number, quiet: gone, rights })
  }
  const of = (region: number): ReadonlyArray<Change> => changes[region] ?? []
  return {
    between: (region, domain, since, until) => {
      const known = of(region)
      if (known.some((change) => change.quiet >= since && change.issued >= 0 && change.issued <= until))
        return undefined
      return known.findLast((change) => change.quiet < since || change.issued < 0)?.rights[domain]
    },
    last: (region, domain) => of(region).at(-1)?.rights[domain] as Rights,
    isFree: (region, since, until) =>
      of(region).some(({ issued, verb }, at, all) => {
        const over = all[at + 1]?.quiet ?? Number.POSITIVE_INFINITY
        return verb === Verb.free && issued <= until && over >= since
      })
  }
}
