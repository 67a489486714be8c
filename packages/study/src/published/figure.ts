/**
 * Which figure of which work a row or curve belongs to, and which rows a text cites. Sources are written in several
 * ways; law: two that mean the same figure are equal here.
 */
import type { Published } from "./published.ts"

/** A figure, table or section of a work; `part` is "" where the source names none. */
export interface Figure {
  readonly work: string
  readonly part: string
}

/** Works that sources name in several ways. The first that fits wins. */
const works: ReadonlyArray<readonly [RegExp, string]> = [
  [/libmpk/i, "libmpk, ATC'19"],
  [/atc'?24|hw-isolation|limitations and opportunities/i, "ATC'24 hardware isolation"],
  [/\blatr\b/i, "LATR, ASPLOS'18"],
  [/\babis\b/i, "ABIS, ATC'17"],
  [/shoot down tlb|eurosys'20/i, "Don't shoot down TLB shootdowns, EuroSys'20"],
  [/skybridge/i, "SkyBridge, EuroSys'19"],
  [/\blvds?\b/i, "LVDs, VEE'20"],
  [/\blxds?\b/i, "LXDs, ATC'19"],
  [/redleaf/i, "RedLeaf, OSDI'20"],
  [/flexos/i, "FlexOS, ASPLOS'22"],
  [/noh et al|arm mte performance in practice|noh fig/i, "ARM MTE performance in practice"],
  [/plos'?21|understanding the overheads/i, "Hardware and language isolation, PLOS'21"],
  [/hotcalls/i, "HotCalls, ISCA'17"],
  [/core-to-core-latency/i, "core-to-core-latency"],
  [/downs/i, "Downs, concurrency costs"],
  [/linux-mm|ceiling|patch message/i, "Linux range flush, 2014"]
]

const partPattern = /\b(fig(?:ure|s)?\.?|tables?|tab\.)\s*(\d+[\d.-]*[a-z]?)/i
/** A figure or table says more than the section that it stands in. */
const sectionPattern = /(\bsec(?:tion)?\.?|§)\s*(\d+[\d.-]*)/i
const partNames: ReadonlyArray<readonly [RegExp, string]> = [
  [/^fig/i, "Fig."],
  [/^tab/i, "Table"],
  [/^sec|^§/i, "Sec."]
]

/** The figure that a `source` text names. */
export function figureOf(source: string): Figure {
  const found = partPattern.exec(source) ?? sectionPattern.exec(source)
  const name = partNames.find(([pattern]) => found !== null && pattern.test(found[1] as string))?.[1]
  const part = found === null || name === undefined ? "" : `${name} ${(found[2] as string).replace(/[.-]+$/, "")}`
  const known = works.find(([pattern]) => pattern.test(source))?.[1]
  const text = source.replace(/^derived from\s+/i, "").replace(/\s*\([^)]*\)/g, "")
  return {
    work:
      known ??
      text
        .replace(partPattern, "")
        .replace(sectionPattern, "")
        .replace(/[\s,;]+$/, ""),
    part
  }
}

/** A figure in words. */
export const figureText = ({ part, work }: Figure): string => (part === "" ? work : `${work}, ${part}`)

export const sameFigure = (x: Figure, y: Figure): boolean => x.work === y.work && x.part === y.part

const idPattern = /\b(?:F\d+[a-z]?-\d+|S-[a-z0-9]+(?:-[a-z0-9]+)*|[a-z]+(?:24)?-\d{3})\b(?!\s*\(machine\))/gi

/**
 * Ids of rows and curves that a parameter's source cites for a value. "F1a-06 (machine)" cites only where something
 * was measured, which is no value.
 */
export function citedIn(source: string, { curves, rows }: Published): ReadonlyArray<string> {
  return [...source.matchAll(idPattern)].map(([id]) => id).filter((id) => rows.has(id) || curves.has(id))
}

const comparison = /^\s*(?:\([^)]*\)\s*)?(?:gives|gave|says|said|recalls|shows|measures|measured|has)\b/

/**
 * The ids that a source takes its value from. "F1a-04 (F1a-03 gives 1104.9)" takes it from F1a-04 and compares it with
 * F1a-03: an id in front of such a verb.
 */
export function takenIn(source: string, tables: Published): ReadonlyArray<string> {
  const { curves, rows } = tables
  return [...source.matchAll(idPattern)]
    .filter((match) => !comparison.test(source.slice(match.index + match[0].length)))
    .map(([id]) => id)
    .filter((id) => rows.has(id) || curves.has(id))
}
