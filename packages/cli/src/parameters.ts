/** The parameters of a mechanism or a machine as data and as text. Law: a number never stands without its source. */
import {
  InvalidInput,
  type ListedChoice,
  listChoices,
  listParameters,
  listQuantities,
  machineByName,
  machineNames
} from "@isolde/core"
import { nearest, shown } from "@isolde/core/invalid-input"
import { mechanismByName, mechanismNames } from "@isolde/study"
import { TERMINAL_WIDTH, textTable, wrapped } from "@isolde/study/report/text-table"

export interface ListedParameter {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Least and greatest plausible or allowed value; null where the value was read in its source for this very thing. */
  readonly range: readonly [least: number, most: number] | null
  readonly meaning: string
  readonly source: string
}

export interface ParameterList {
  readonly name: string
  readonly kind: "mechanism" | "machine"
  /** Names to choose from, and switches; of mechanisms alone. */
  readonly choices: ReadonlyArray<ListedChoice>
  readonly parameters: ReadonlyArray<ListedParameter>
}

/** Rejects with InvalidInput and the nearest names. */
export async function parametersOf(name: string): Promise<ParameterList> {
  if (machineNames.includes(name)) return { name, kind: "machine", choices: [], parameters: ofMachine(name) }
  const isFile = /[/\\]|\.[cm]?[jt]s$/.test(name)
  if (isFile || mechanismNames.includes(name)) {
    const mechanism = await mechanismByName(name, "NAME")
    const parameters = listQuantities(mechanism).map(
      ({ default: value, meaning, name: parameter, range, source, unit }) =>
        ({ name: parameter, value, unit, range: range ?? null, meaning, source }) satisfies ListedParameter
    )
    return { name, kind: "mechanism", choices: listChoices(mechanism), parameters }
  }
  const names = [...mechanismNames, ...machineNames]
  const expected = `a mechanism (${mechanismNames.join(", ")}) or a machine (${machineNames.join(", ")})`
  const remedy = `Nearest names: ${nearest(name, names).join(", ")}.`
  throw new InvalidInput([{ path: "NAME", expected, actual: shown(name), remedy }])
}

function ofMachine(name: string): ReadonlyArray<ListedParameter> {
  return listParameters(machineByName(name)()).map(({ parameter, path }) => {
    const { confidence, meaning, range, source, unit, value } = parameter
    return { name: path, value, unit, range: range ?? null, meaning, source: `${source} (${confidence})` }
  })
}

const INDENT = 4

/** A line per parameter, with its meaning and source below. */
export function parametersText({ choices, kind, name, parameters }: ParameterList): string {
  if (parameters.length === 0 && choices.length === 0) return `${name}, a ${kind}, has no parameters.`
  return [
    `${name}, a ${kind}`,
    ...(choices.length === 0 ? [] : [choicesText(name, choices)]),
    ...(parameters.length === 0 ? [] : [quantitiesText(parameters)])
  ].join("\n\n")
}

/** Each with its values, the default first, and its meaning below; then how a command line says it. */
function choicesText(mechanism: string, choices: ReadonlyArray<ListedChoice>): string {
  const lines = choices.map(({ default: usual, meaning, name, values }) => {
    const others = values.filter((value) => value !== usual)
    return `${name} = ${[usual, ...others].join(" | ")}\n${wrapped(`${meaning}.`, TERMINAL_WIDTH, INDENT, INDENT)}`
  })
  const [first] = choices
  const example = `${mechanism}:${first?.name}=${first?.values.find((value) => value !== first.default)}`
  return [...lines, `The first value is the default; write ${example} for another.`].join("\n")
}

function quantitiesText(parameters: ParameterList["parameters"]): string {
  const columns = [
    { heading: ["parameter"], align: "left" as const },
    { heading: ["value"], align: "right" as const },
    { heading: ["unit"], align: "left" as const },
    { heading: ["range"], align: "left" as const }
  ]
  const rows = parameters.map((each) => [each.name, String(each.value), each.unit, rangeText(each.range)])
  const [heading = "", rule = "", ...lines] = textTable(columns, [rows]).split("\n")
  const below = (at: number): ReadonlyArray<string> => {
    const { meaning = "", source = "" } = parameters[at] ?? {}
    return [`${meaning}.`, `source: ${source}`].map((text) => wrapped(text, TERMINAL_WIDTH, INDENT, INDENT))
  }
  return [heading, rule, ...lines.flatMap((line, at) => [line, ...below(at)])].join("\n")
}

const rangeText = (range: ListedParameter["range"]): string => (range === null ? "" : `${range[0]} to ${range[1]}`)
