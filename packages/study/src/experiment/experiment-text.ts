/** Runs of an experiment in a terminal, and the list of experiments. Law: a column for all that differs between runs. */
import { numberText } from "../machine/machine-text.ts"
import { TERMINAL_WIDTH, type TextColumn, textTable, wrapped } from "../report/text-table.ts"
import type { ExperimentRun, ExperimentStudy, listedExperiments } from "./study-experiment.ts"

/** A heading, and what a run has under it. */
type Column = readonly [name: string, of: (run: ExperimentRun) => string]

const machineColumn: Column = ["machine", ({ machine }) => machine]
/** Readings that an experiment names as it goes, as those of N pages, have columns if they are no more than this. */
const MOST_OTHERS = 8

/** A row for each run: what is chosen, and its readings in their units. */
export function experimentText({ experiment, meaning, readings, runs }: ExperimentStudy): string {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.parameters)))]
  const machines = new Set(runs.map(({ machine }) => machine)).size > 1 ? [machineColumn] : []
  const chosen: ReadonlyArray<Column> = [
    ...machines,
    ["mechanism", ({ mechanism }) => mechanism],
    ...names.map((name): Column => [name, ({ parameters }) => String(parameters[name] ?? "")])
  ]
  const read = readings.filter(({ name }) => runs.some(({ readings: of }) => of !== null && name in of))
  const named = [...new Set(runs.flatMap(({ readings: of }) => Object.keys(of ?? {})))].filter(
    (name) => !readings.some((reading) => reading.name === name)
  )
  const others = named.length > MOST_OTHERS ? [] : named
  const columns: ReadonlyArray<TextColumn> = [
    ...chosen.map(([name]) => ({ heading: [name], align: "left" as const })),
    ...read.map(({ name, unit }) => ({ heading: [name, unit], align: "right" as const })),
    ...others.map((name) => ({ heading: [name], align: "right" as const }))
  ]
  const shown = [...read.map(({ name }) => name), ...others]
  const rows = runs.map((run) => [
    ...chosen.map(([, of]) => of(run)),
    ...shown.map((name) => readingText(run.readings?.[name] ?? null))
  ])
  const clocks = [...new Set(runs.map(({ clock, machine }) => `${machine}: cycles of ${clock} GHz`))]
  const failed = runs.flatMap(({ failed: text }) => (text === undefined ? [] : [`failed: ${text}`]))
  return [`${experiment}: ${meaning}`, clocks.join("\n"), textTable(columns, [rows]), ...new Set(failed)].join("\n\n")
}

/** Rates are small numbers: three digits of them. */
const readingText = (value: number | null): string =>
  value !== null && value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(3) : numberText(value)

/** Every experiment with its parameters, defaults and readings. */
export const experimentsText = (list: ReturnType<typeof listedExperiments>): string =>
  list
    .map(({ meaning, name, parameters, readings }) =>
      [
        wrapped(`${name}: ${meaning}`, TERMINAL_WIDTH, 0, 2),
        ...parameters.map((each) =>
          wrapped(`${each.name}=${String(each.default)}: ${each.meaning}`, TERMINAL_WIDTH, 4, 6)
        ),
        wrapped(`reads ${readings.map((each) => `${each.name} (${each.unit})`).join(", ")}`, TERMINAL_WIDTH, 4, 6)
      ].join("\n")
    )
    .join("\n\n")
