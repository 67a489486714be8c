/**
 * What a caller may say about caches beyond their numbers: the protocol, what the LLC holds, and sizes in bytes, which
 * the numbers must agree with.
 * Law: a size is never a parameter; it is what sets, ways and lines of 64 bytes make.
 */
import { type InputIssue, shown } from "../invalid-input.ts"
import type { Machine } from "./machine.ts"

const LINE = 64

/** Values of the options that are words. */
const words = {
  protocol: ["mesi", "moesi"],
  llcPolicy: ["inclusive", "non-inclusive"]
} as const

/** Choices that are words, which the machine makes where the caller makes none. */
export type Choices = Pick<Machine, keyof typeof words>

/** Names of the options, for the check of unknown ones. */
export const cacheOptionNames: ReadonlyArray<string> = Object.keys(words)

/** Overrides may state the bytes of a cache (of one slice of the LLC) beside its sets and ways. */
export interface CacheSizes {
  readonly l1i?: { readonly size?: number }
  readonly l1d?: { readonly size?: number }
  readonly l2?: { readonly size?: number }
  readonly llc?: { readonly size?: number }
}

const caches: ReadonlyArray<keyof CacheSizes> = ["l1i", "l1d", "l2", "llc"]

/** The words with their defaults; issues are appended with paths below `options`. */
export function chosenWords(options: Partial<Choices>, usual: Choices, issues: Array<InputIssue>): Choices {
  for (const [name, values] of Object.entries(words)) {
    const value = options[name as keyof Choices]
    if (value === undefined || (values as ReadonlyArray<string>).includes(value)) continue
    const expected = values.map((word) => `"${word}"`).join(" or ")
    const remedy = `The silicon's is "${usual[name as keyof Choices]}".`
    issues.push({ path: `options.${name}`, expected, actual: shown(value), remedy })
  }
  return { protocol: options.protocol ?? usual.protocol, llcPolicy: options.llcPolicy ?? usual.llcPolicy }
}

/** `overrides` without sizes; what they contradict, or what no cache of the model can be, is appended to `issues`. */
export function checkedCaches(overrides: unknown, issues: Array<InputIssue>): unknown {
  if (!isRecord(overrides)) return overrides
  const rest: Record<string, unknown> = { ...overrides }
  for (const name of caches) {
    const cache = overrides[name]
    if (!isRecord(cache)) continue
    const { size, ...numbers } = cache
    rest[name] = numbers
    const path = `options.overrides.${name}`
    if (size !== undefined) checkSize(path, size, numbers["sets"], numbers["ways"], issues)
    if (name === "l2" && numbers["ways"] === 1) {
      const remedy = "A line that waits for the right to write keeps its way, and another must be able to come (PC4)."
      issues.push({ path: `${path}.ways`, expected: "an integer of at least 2 (way)", actual: "1", remedy })
    }
  }
  return rest
}

function checkSize(path: string, size: unknown, sets: unknown, ways: unknown, issues: Array<InputIssue>): void {
  const made = typeof sets === "number" && typeof ways === "number" ? sets * ways * LINE : undefined
  if (made === size) return
  const expected =
    made === undefined
      ? "sets and ways beside it"
      : `sets x ways x ${LINE} bytes: ${sets} x ${ways} x ${LINE} = ${made}`
  issues.push({ path: `${path}.size`, expected, actual: shown(size), remedy: "Leave it out, or change sets or ways." })
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
