/** One cell of a column: a verb and what its pattern asks for. Law: names are resolved here, and nowhere later. */
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { LitmusRegion, Step } from "./litmus-test.ts"
import type { ParseIssues } from "./parse-issues.ts"
import { matched, type Slot, type StepVerb, stepPatterns } from "./step-patterns.ts"

/** What a column can name. */
export interface Names {
  readonly domains: ReadonlyArray<string>
  readonly regions: ReadonlyArray<LitmusRegion>
  readonly words: ReadonlyArray<string>
}

export const rightsByName: Readonly<Record<string, Rights>> = {
  none: Right.none,
  read: Right.read,
  readWrite: Right.readWrite
}

/** The step that `text` says, or undefined with an issue. */
export function parseStep(text: string, line: number, names: Names, issues: ParseIssues): Step | undefined {
  const tokens = text.split(/\s+/)
  const verbs = Object.keys(stepPatterns)
  if (issues.place(line, "an operation", tokens[0] ?? "", verbs) < 0) return undefined
  const verb = tokens[0] as StepVerb
  const found = matched(stepPatterns[verb], tokens)
  if (found === undefined) {
    issues.add(line, stepPatterns[verb], text, "Capitals stand for names and numbers; brackets may be left out.")
    return undefined
  }
  return resolved(verb, text, line, found, names, issues)
}

function resolved(
  verb: StepVerb,
  text: string,
  line: number,
  found: ReadonlyMap<Slot, string>,
  names: Names,
  issues: ParseIssues
): Step {
  const regions = names.regions.map((region) => region.name)
  const place = (slot: Slot, what: string, among: ReadonlyArray<string>): number => {
    const name = found.get(slot)
    return name === undefined ? -1 : issues.place(line, what, name, among)
  }
  const number = (slot: Slot, least: number, most?: number): number => {
    const digits = found.get(slot)
    return digits === undefined ? -1 : issues.integer(line, slot.toLowerCase(), digits, least, most)
  }
  const [regionName, offset] = (found.get("REGION") ?? "").split("+")
  const region = regionName === "" ? -1 : issues.place(line, "a region", regionName as string, regions)
  const bytes = names.regions[region]?.bytes ?? 0
  const rights = found.get("RIGHTS")
  if (rights !== undefined) issues.place(line, "rights", rights, Object.keys(rightsByName))
  return {
    verb,
    line,
    text,
    region,
    offset: offset === undefined ? -1 : issues.integer(line, `a byte of ${regionName}`, offset, 0, bytes + 64),
    toRegion: place("TOREGION", "a region", regions),
    from: place("FROM", "a domain", names.domains),
    to: place("TO", "a domain", names.domains),
    rights: rights === undefined ? defaultRights(verb) : (rightsByName[rights] ?? Right.none),
    word: place("WORD", "a word", names.words),
    value: number("VALUE", 0),
    handle: number("HANDLE", 0, 15),
    toHandle: number("TOHANDLE", 0, 15),
    slot: number("SLOT", 0),
    name: found.get("NAME") ?? "",
    label: found.get("LABEL") ?? "",
    ordered: verb === "set-release" || verb === "read-acquire"
  }
}

const defaultRights = (verb: StepVerb): Rights => (verb === "revoke" ? Right.none : Right.readWrite)
