/** The claims in a terminal. Law: every case stands there with its number, whatever the verdict. */
import { siText } from "../number-text.ts"
import { type TextColumn, textTable } from "../report/text-table.ts"
import type { JudgedCase, JudgedClaim } from "./claim.ts"
import type { PrinciplesStudy } from "./study-principles.ts"

export const principlesText = ({ claims, runs }: PrinciplesStudy): string =>
  [...claims.map(claimText), `${claims.length} claims, ${runs} runs`].join("\n\n")

function claimText({ cases, source, text: said, threshold, verdict }: JudgedClaim): string {
  const columns: ReadonlyArray<TextColumn> = [
    { heading: ["case"], align: "left" },
    { heading: ["measured"], align: "left" },
    { heading: ["value"], align: "right" },
    { heading: ["holds"], align: "left" }
  ]
  return [
    `${verdict}: ${said}`,
    `  ${source}`,
    `  holds if ${threshold}`,
    textTable(columns, [cases.map(rowOf)]),
    ...[...new Set(cases.flatMap(({ missing }) => (missing === undefined ? [] : [missing])))].map((text) => `  ${text}`)
  ].join("\n")
}

const rowOf = ({ at, holds, measured, value }: JudgedCase): ReadonlyArray<string> => [
  pairs(at, String),
  pairs(measured, numberText),
  value === null ? "–" : value.toFixed(2),
  holds === null ? "–" : holds ? "yes" : "no"
]

const pairs = <A>(of: Readonly<Record<string, A>>, text: (value: A) => string): string =>
  Object.entries(of)
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(", ")

const numberText = (value: number | "refused"): string =>
  value === "refused" ? value : Math.abs(value) < 100 && !Number.isInteger(value) ? value.toFixed(1) : siText(value)
