/**
 * What a parameter of an experiment may be, and what is wrong with one that is something else.
 * Law: nothing is rounded, clamped or made up; a value that no program could mean is refused with its rule.
 */
import type { InputIssue } from "@isolde/core"
import { shown } from "@isolde/core/invalid-input"

/** Whole numbers from `least` to `most`, multiples of `multipleOf`; powers of two alone if it says so. */
export interface WholeNumbers {
  readonly least: number
  readonly most?: number
  readonly multipleOf?: number
  readonly powerOfTwo?: true
}

/** A few values; or a text that the experiment itself reads. */
export type Rule = WholeNumbers | { readonly oneOf: ReadonlyArray<number | string> } | { readonly text: true }

/** By the parameter's name. A number without a rule is at least 1; a text has one; a switch needs none. */
export type Rules = Readonly<Record<string, Rule>>

export const oneOf = (...values: ReadonlyArray<number | string>): Rule => ({ oneOf: values })

/** Whole numbers from 0 on. */
export const orNone: Rule = { least: 0 }
export const percent: Rule = { least: 0, most: 100 }
/** Whole numbers of 32 bits. */
export const anyNumber: Rule = { least: -(2 ** 31), most: 2 ** 32 - 1 }

/** What is wrong with `value` for a parameter with `rule` whose default is `otherwise`; undefined if nothing is. */
export function ruleIssue(
  path: string,
  value: unknown,
  otherwise: number | string | boolean,
  rule: Rule | undefined
): InputIssue | undefined {
  const issue = (expected: string): InputIssue => ({
    path,
    expected,
    actual: shown(value),
    remedy: `The default is ${shown(otherwise)}.`
  })
  if (typeof value !== typeof otherwise) return issue(`a ${typeof otherwise}`)
  if (rule !== undefined && "oneOf" in rule) {
    return rule.oneOf.includes(value as number | string) ? undefined : issue(`one of ${rule.oneOf.join(", ")}`)
  }
  if (typeof value !== "number") return undefined
  const whole = (rule ?? { least: 1 }) as WholeNumbers
  return isOf(whole, value) ? undefined : issue(inWords(whole))
}

function isOf({ least, most, multipleOf, powerOfTwo }: WholeNumbers, value: number): boolean {
  if (!Number.isSafeInteger(value) || value < least || value > (most ?? Number.MAX_SAFE_INTEGER)) return false
  if (powerOfTwo) return Number.isInteger(Math.log2(value))
  return value % (multipleOf ?? 1) === 0
}

function inWords({ least, most, multipleOf, powerOfTwo }: WholeNumbers): string {
  const kind = powerOfTwo
    ? "a power of two"
    : multipleOf === undefined
      ? "a whole number"
      : `a multiple of ${multipleOf}`
  return most === undefined ? `${kind}, at least ${least}` : `${kind} from ${least} to ${most}`
}

/** `value` of `path` has to be at least what `of` is. */
export const atLeast = (path: string, value: number, of: string, least: number): ReadonlyArray<InputIssue> =>
  value >= least
    ? []
    : [{ path, expected: `at least ${of}, ${least}`, actual: shown(value), remedy: `Choose more, or less of ${of}.` }]
