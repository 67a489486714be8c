/** The parameters of a mechanism or a machine as data and as text. Law: a number never stands without its source. */
import { InvalidInput, listParameters, listQuantities, machineByName, machineNames } from "@isolde/core"
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
  readonly parameters: ReadonlyArray<ListedParameter>
}

/** Rejects with InvalidInput and the nearest names. */
export async function parametersOf(name: string): Promise<ParameterList> {
  if (machineNames.includes(name)) return { name, kind: "machine", parameters: ofMachine(name) }
  const isFile = /[/\\]|\.[cm]?[jt]s$/.test(name)
  if (isFile || mechanismNames.includes(name)) {
    const parameters = listQuantities(await mechanismByName(name, "NAME")).map(
      ({ default: value, meaning, name: parameter, range, source, unit }) =>
        ({ name: parameter, value, unit, range: range ?? null, meaning, source }) satisfies ListedParameter
    )
    return { name, kind: "mechanism", parameters }
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
export function parametersText({ kind, name, parameters }: ParameterList): string {
  if (parameters.length === 0) return `${name}, a ${kind}, has no parameters.`
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
  return [`${name}, a ${kind}`, "", heading, rule, ...lines.flatMap((line, at) => [line, ...below(at)])].join("\n")
}

const rangeText = (range: ListedParameter["range"]): string => (range === null ? "" : `${range[0]} to ${range[1]}`)
