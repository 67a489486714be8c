/** The claims in a terminal. Law: every case stands there with its number, whatever the verdict. */

import { xText } from "../machine/machine-text.ts"
import { siText } from "../number-text.ts"
import { type TextColumn, textTable } from "../report/text-table.ts"
import type { JudgedCase, JudgedClaim } from "./claim.ts"
import { type Cell, type MechanismRow, passedBytes, threadCounts } from "./mechanism-table.ts"
import type { PrinciplesStudy } from "./study-principles.ts"

export const principlesText = ({ claims, mechanisms, runs }: PrinciplesStudy): string =>
  [
    ...claims.map(claimText),
    mechanismsText(mechanisms),
    ...recordedText(mechanisms),
    `${claims.length} claims, ${runs} runs`
  ].join("\n\n")

const right = (...heading: ReadonlyArray<string>): TextColumn => ({ heading, align: "right" })

function mechanismsText(rows: ReadonlyArray<MechanismRow>): string {
  const columns: ReadonlyArray<TextColumn> = [
    { heading: ["mechanism"], align: "left" },
    { heading: ["machine"], align: "left" },
    right("cycles per", "invocation"),
    ...passedBytes.map((bytes) => right("to pass", xText({ xText: "bytes" }, bytes))),
    ...passedBytes.map((bytes) => right("to copy", xText({ xText: "bytes" }, bytes))),
    ...threadCounts.map((threads) => right("a change,", `${threads} threads`)),
    right("interrupts", `${threadCounts.at(-1)} threads`),
    right("longest", "stale"),
    right("window", "unsafe"),
    right("to kill,", "4 threads"),
    right("an object", "of 16"),
    right("an object", "of 100,000"),
    right("to revoke,", "no copies"),
    right("to revoke,", "32 copies"),
    right("domains", "before cliff")
  ]
  const cells = rows.map((row) => [
    row.mechanism,
    row.machine,
    cellText(row.cyclesPerInvocation),
    ...passedBytes.map((bytes) => cellText(row.cyclesToPass[bytes])),
    ...passedBytes.map((bytes) => cellText(row.cyclesToCopy[bytes])),
    ...threadCounts.map((threads) => cellText(row.cyclesPerChange[threads])),
    cellText(row.interruptsPerChange[threadCounts.at(-1) as number]),
    cellText(row.windows.stale),
    windowText(row.windows),
    cellText(row.cyclesToTerminate[4]),
    cellText(row.cyclesPerLinkedObject.list?.[16]),
    cellText(row.cyclesPerLinkedObject.list?.[100_000]),
    cellText(row.cyclesToRevoke.noCopies),
    cellText(row.cyclesToRevoke.copies32),
    siText(row.domainsBeforeCliff)
  ])
  return textTable(columns, [cells])
}

/** A line for each variant and policy. */
function recordedText(rows: PrinciplesStudy["mechanisms"]): ReadonlyArray<string> {
  const columns: ReadonlyArray<TextColumn> = [
    { heading: ["mechanism"], align: "left" },
    { heading: ["policy"], align: "left" },
    right("overhead", "%"),
    right("instrumentation", "% of slots"),
    right("exposure", "byte-cycles")
  ]
  const groups = rows.map(({ mechanism, recorded }) =>
    recorded.map(({ exchange, exposureByteCycles, instrumentationPercent, overheadPercent }) => [
      mechanism,
      exchange,
      overheadPercent.toFixed(1),
      instrumentationPercent.toFixed(1),
      siText(exposureByteCycles)
    ])
  )
  return groups.some((group) => group.length > 0) ? [textTable(columns, groups)] : []
}

/** What never went by the end of the run has no length. */
const windowText = ({ unbounded, unsafe }: MechanismRow["windows"]): string =>
  "value" in unbounded && unbounded.value > 0 ? "unbounded" : cellText(unsafe)

const cellText = (cell: Cell | undefined): string =>
  cell === undefined ? "" : "value" in cell ? numberText(cell.value) : "refused"

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
