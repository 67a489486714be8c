/** Goldens of a litmus file: for which mechanism, by which rule, which outcomes. Law: a golden without a citation is an issue. */
import type { ParseIssues } from "./parse-issues.ts"

/** A golden whose lines are still being read. */
export interface OpenGolden {
  readonly line: number
  readonly mechanisms: ReadonlyArray<string>
  readonly config: unknown
  readonly machine: string | undefined
  readonly cites: Array<string>
  readonly must: Array<OutcomeLine>
  readonly may: Array<OutcomeLine>
}

export interface OutcomeLine {
  readonly at: number
  readonly text: string
}

/** `golden MECHANISM[, ...] [{CONFIG}] [on MACHINE]` */
export function openGolden(rest: string, line: number, issues: ParseIssues): OpenGolden {
  const match = /^([a-z][\w+-]*(?:,\s*[a-z][\w+-]*)*)(?:\s+(\{.*\}))?(?:\s+on\s+(\S+))?$/.exec(rest)
  if (match === null)
    issues.add(line, "golden MECHANISM[, ...] [{CONFIG}] [on MACHINE]", rest, "Write the line as shown.")
  const [, names = "", config, machine] = match ?? []
  return {
    line,
    mechanisms: names.split(/,\s*/),
    config: config === undefined ? undefined : configOf(config, line, issues),
    machine,
    cites: [],
    must: [],
    may: []
  }
}

/** A line below a golden. */
export function goldenLine(
  golden: OpenGolden | undefined,
  key: "cite" | "must" | "may",
  rest: string,
  line: number,
  issues: ParseIssues
): void {
  if (golden === undefined) issues.add(line, "a line `golden ...` above", key, "A golden begins with its mechanism.")
  else if (key === "cite") golden.cites.push(rest)
  else golden[key].push({ at: line, text: rest.replace(/\s+/g, " ") })
}

function configOf(text: string, line: number, issues: ParseIssues): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    issues.add(line, "a configuration in JSON", text, 'Quote the names: {"synchronise":"interrupt"}.')
    return undefined
  }
}
