/** What can be said of an expression of integer-tree.ts before it is compiled. Law: nothing here depends on the heap. */
import type { Expression } from "./integer-tree.ts"

/** IC1: what `e` is if that depends on constants alone. */
export function known(e: Expression, numbers: Readonly<Record<string, number>>): number | undefined {
  switch (e.kind) {
    case "number":
      return e.value
    case "constant":
      return numbers[e.name]
    case "not": {
      const value = known(e.value, numbers)
      return value === undefined ? undefined : Number(value === 0)
    }
    case "choice": {
      const condition = known(e.condition, numbers)
      return condition === undefined ? undefined : known(condition !== 0 ? e.yes : e.no, numbers)
    }
    case "binary": {
      const [left, right] = [known(e.left, numbers), known(e.right, numbers)]
      return left === undefined || right === undefined ? undefined : evaluated(e.operator, left, right)
    }
    default:
      return undefined
  }
}

const ARITHMETIC = ["+", "-", "*"]

/** IC5: true if `e` is a real number, `locals` being those variables that are. */
export function isReal(e: Expression, locals: ReadonlySet<string>): boolean {
  switch (e.kind) {
    case "loadReal":
      return true
    case "name":
      return locals.has(e.name)
    case "number":
      return !Number.isInteger(e.value)
    case "choice":
      return isReal(e.yes, locals) || isReal(e.no, locals)
    case "binary":
      return ARITHMETIC.includes(e.operator) && (isReal(e.left, locals) || isReal(e.right, locals))
    default:
      return false
  }
}

/** True if `e` has no sign. */
export const isUnsigned = (e: Expression): boolean => e.kind === "binary" && e.operator === ">>>"

/** What `operator` makes of constants; undefined where that is left to the machine. */
function evaluated(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return (a + b) | 0
    case "-":
      return (a - b) | 0
    case "*":
      return Math.imul(a, b)
    case "&":
      return a & b
    case "|":
      return a | b
    case "<<":
      return a << b
    case "<":
      return Number(a < b)
    case ">":
      return Number(a > b)
    case "<=":
      return Number(a <= b)
    case ">=":
      return Number(a >= b)
    case "===":
      return Number(a === b)
    case "!==":
      return Number(a !== b)
    default:
      return undefined
  }
}
