/**
 * A validation as text: points by figure, what misses and why, what can't be expressed by reason.
 * Law: nothing is left out; a number that misses stands beside those that don't.
 */
import { differenceText, siText } from "../number-text.ts"
import { TERMINAL_WIDTH, type TextColumn, textTable, wrapped } from "../report/text-table.ts"
import { MOST_CALIBRATING } from "./kind.ts"
import type { Validation } from "./validate.ts"
import type { Status, ValidatedPoint } from "./validated-point.ts"

const columns: ReadonlyArray<TextColumn> = [
  { heading: ["point"], align: "left" },
  { heading: ["machine"], align: "left" },
  { heading: ["published"], align: "right" },
  { heading: ["simulated"], align: "right" },
  { heading: ["unit"], align: "left" },
  { heading: ["error"], align: "right" },
  { heading: ["tolerance"], align: "right" },
  { heading: ["kind"], align: "left" },
  { heading: ["status"], align: "left" }
]

export function validationTable({ overCalibrated, points, runs }: Validation): string {
  const expressed = points.filter(({ status }) => status !== "inexpressible")
  const figures = groupedBy(expressed, ({ figure }) => figure)
  const parts = [...figures].map(([figure, members]) => `${figure}\n${textTable(columns, [members.map(cells)])}`)
  return [
    ...parts,
    ...remarks(expressed),
    ...inexpressibleText(points),
    ...overCalibrated.map(({ figure, machine, points: ids }) =>
      wrapped(
        `error: ${ids.length} points of ${figure} calibrate ${machine} (${ids.join(", ")}); at most ${MOST_CALIBRATING} may.`,
        TERMINAL_WIDTH,
        0,
        2
      )
    ),
    countsText(points, runs)
  ].join("\n\n")
}

function cells(point: ValidatedPoint): ReadonlyArray<string> {
  const { errorPercent, kind, machine = "", published, simulated, status, tolerancePercent, unit } = point
  return [
    point.id,
    machine,
    typeof published === "number" ? numberText(published) : published,
    simulated === null ? "–" : numberText(simulated),
    unit,
    errorPercent === null ? "–" : differenceText(errorPercent),
    tolerancePercent === null ? "–" : `${tolerancePercent} %`,
    kind ?? "–",
    status
  ]
}

/** Small numbers keep three digits. */
const numberText = (value: number): string =>
  Math.abs(value) < 1 && value !== 0 ? value.toPrecision(3) : siText(value)

/** What misses with a reason. */
function remarks(points: ReadonlyArray<ValidatedPoint>): ReadonlyArray<string> {
  const groups = groupedBy(
    points.filter(({ reason }) => reason !== undefined),
    ({ reason, status }) => `${status}: ${reason}`
  )
  return [...groups].map(([text, members]) =>
    wrapped(`${text} (${members.map(({ id }) => id).join(", ")})`, TERMINAL_WIDTH, 0, 2)
  )
}

function inexpressibleText(points: ReadonlyArray<ValidatedPoint>): ReadonlyArray<string> {
  const missing = points.filter(({ status }) => status === "inexpressible")
  if (missing.length === 0) return []
  const lines = [...groupedBy(missing, ({ reason }) => reason ?? "")].map(([reason, members]) =>
    wrapped(`${members.length} ${reason}: ${members.map(({ id }) => id).join(", ")}`, TERMINAL_WIDTH, 2, 4)
  )
  return [["Not expressible:", ...lines].join("\n")]
}

function countsText(points: ReadonlyArray<ValidatedPoint>, runs: number): string {
  const statuses: ReadonlyArray<Status> = ["pass", "fail", "known-gap", "inexpressible"]
  const count = (status: Status): number => points.filter((point) => point.status === status).length
  return `${points.length} points, ${runs} runs: ${statuses.map((status) => `${count(status)} ${status}`).join(", ")}`
}

function groupedBy<A>(entries: ReadonlyArray<A>, keyOf: (entry: A) => string): ReadonlyMap<string, ReadonlyArray<A>> {
  const groups = new Map<string, Array<A>>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const group = groups.get(key) ?? []
    groups.set(key, group)
    group.push(entry)
  }
  return groups
}
