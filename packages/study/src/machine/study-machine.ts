/**
 * `isolde study machine`: makes the runs of a machine's tables and fills them.
 * Law: a run that fails leaves its cell empty and is reported; the others stand.
 */
import { type MachineOptions, machineByName } from "@isolde/core"
import { type MakeOptions, makeRuns, type RunOutcome } from "../validate/make-runs.ts"
import { machineOf } from "../validate/measure.ts"
import type { PointUnit, Term } from "../validate/point.ts"
import { runKey, runOf } from "../validate/run-key.ts"
import { tickFactor } from "../validate/units.ts"
import type { MachineTable, StudiedMachine } from "./machine-table.ts"
import { machineTables } from "./tables.ts"

/** A table with its numbers, in the unit of a study. */
export interface ShownTable extends Omit<MachineTable, "series" | "unit"> {
  readonly unit: string
  readonly series: ReadonlyArray<{
    readonly name: string
    /** One for each x, in the table's unit; null where there is none. */
    readonly values: ReadonlyArray<number | null>
  }>
}

/** A table of a machine. */
export interface FilledTable extends ShownTable {
  readonly unit: PointUnit
}

export interface MachineStudy {
  readonly machine: string
  readonly cores: number
  /** GHz of the reference clock, whose cycles are the ticks. */
  readonly clock: number
  readonly tables: ReadonlyArray<FilledTable>
  /** Runs that failed, with what they said. */
  readonly failed: ReadonlyArray<string>
}

export interface StudyMachineOptions extends MakeOptions {
  readonly options?: MachineOptions
}

/** Rejects with InvalidInput for a machine that isn't in the catalogue. */
export async function studyMachine(
  name: string,
  { options = {}, ...rest }: StudyMachineOptions = {}
): Promise<MachineStudy> {
  const machine = machineByName(name)(options)
  const studied: StudiedMachine = { machine: name, options, cores: machine.tiles, isa: machine.isa }
  const tables = machineTables(studied)
  const terms = tables
    .flatMap(({ series }) => series.flatMap((each) => each.terms))
    .filter((term) => term !== undefined)
  const outcomes = await makeRuns(terms.map(runOf), rest)
  return {
    machine: name,
    cores: machine.tiles,
    clock: machine.parameters.clock.value,
    tables: tables.map(({ series, ...table }) => ({
      ...table,
      series: series.map((each) => ({
        name: each.name,
        values: each.terms.map((term) => valueOf(term, table.unit, outcomes))
      }))
    })),
    failed: [...outcomes].flatMap(([key, outcome]) =>
      "failed" in outcome ? [`${key}: ${outcome.failed.kind}: ${outcome.failed.message}`] : []
    )
  }
}

function valueOf(term: Term | undefined, unit: PointUnit, outcomes: ReadonlyMap<string, RunOutcome>): number | null {
  if (term === undefined) return null
  const outcome = outcomes.get(runKey(runOf(term)))
  if (outcome === undefined || "failed" in outcome) return null
  const value = outcome.readings[term.reading]
  return value === undefined || !Number.isFinite(value) ? null : value * tickFactor(unit, machineOf(term))
}
