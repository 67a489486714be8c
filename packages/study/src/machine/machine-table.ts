/**
 * The microbenchmarks of a machine as tables: what runs, and how its readings are laid out. Law: a cell is one reading
 * of one run; a table says its units and knows nothing of how its runs are made.
 */
import type { MachineOptions } from "@isolde/core"
import type { PointUnit, RunDefinition, Term } from "../validate/point.ts"

/** A line of a figure, a column of a table. */
export interface Series {
  readonly name: string
  /** What each place on the x axis takes from its run; undefined where there is nothing. */
  readonly terms: ReadonlyArray<Term | undefined>
}

/** A table before its runs: one row for each place on the x axis. */
export interface MachineTable {
  /** Letters and hyphens. */
  readonly id: string
  readonly title: string
  /** How to read it. */
  readonly caption: string
  readonly xLabel: string
  readonly x: ReadonlyArray<number>
  /** How the x axis and the first column write their numbers. */
  readonly xText: "bytes" | "count"
  readonly logX: boolean
  readonly logY: boolean
  readonly unit: PointUnit
  readonly series: ReadonlyArray<Series>
}

/** What the tables are made for. */
export interface StudiedMachine {
  readonly machine: string
  readonly options: MachineOptions
  readonly cores: number
  readonly isa: "x86-64" | "aarch64"
}

/** A run on the machine, with its reading. */
export const reading = (
  { machine, options }: StudiedMachine,
  name: string,
  run: Pick<RunDefinition, "experiment" | "parameters" | "mechanism">
): Term => ({ machine, options, ...run, reading: name })
