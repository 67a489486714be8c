/**
 * Functions of integers (integer-code.ts) as trees. Law IC3: what isn't in the subset is a ModelDefect that shows where.
 */
import { ModelDefect } from "../kernel/model-defect.ts"

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name" | "constant"; readonly name: string }
  | { readonly kind: "not"; readonly value: Expression }
  | { readonly kind: "load" | "loadByte" | "loadReal"; readonly address: Expression }
  | {
      readonly kind: "choice"
      readonly condition: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  | { readonly kind: "call"; readonly name: string; readonly values: ReadonlyArray<Expression> }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }

export type Statement =
  | { readonly kind: "let" | "set"; readonly name: string; readonly value: Expression }
  | { readonly kind: "store" | "storeReal"; readonly address: Expression; readonly value: Expression }
  | { readonly kind: "call"; readonly call: Expression }
  | {
      readonly kind: "if"
      readonly condition: Expression
      readonly yes: ReadonlyArray<Statement>
      readonly no: ReadonlyArray<Statement>
    }
  | {
      readonly kind: "for"
      readonly condition: Expression | undefined
      readonly step: ReadonlyArray<Statement>
      readonly body: ReadonlyArray<Statement>
    }
  | { readonly kind: "break" | "continue" }
  | { readonly kind: "return"; readonly value: Expression | undefined }

export interface FunctionTree {
  readonly name: string
  readonly parameters: ReadonlyArray<string>
  readonly body: ReadonlyArray<Statement>
}

/** Operators, from those that bind least on. */
const LEVELS: ReadonlyArray<ReadonlyArray<string>> = [
  ["|"],
  ["^"],
  ["&"],
  ["==", "!=", "===", "!=="],
  ["<", ">", "<=", ">="],
  ["<<", ">>", ">>>"],
  ["+", "-"],
  ["*", "%"]
]

const TOKEN =
  /\s+|\/\/[^\n]*|(0x[\da-f]+|\d*\.\d+|\d+(?:e\d+)?|[A-Za-z_]\w*|>>>|===|!==|<<|>>|==|!=|<=|>=|[-+*%&|^~!<>=?:;.,(){}[\]])/gy

export function parseFunction(text: string): FunctionTree {
  return new Parser(tokensOf(text)).function()
}

/** True if a function of `body` gives a number. */
export const givesNumber = (body: ReadonlyArray<Statement>): boolean => {
  const last = body.at(-1)
  return last !== undefined && last.kind === "return" && last.value !== undefined
}

function tokensOf(text: string): Array<string> {
  const tokens: Array<string> = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) throw new ModelDefect("IC3", `what begins with ${text.slice(at, at + 40)}`)
    if (found[1] !== undefined) tokens.push(found[1])
  }
  return tokens
}

class Parser {
  readonly #tokens: ReadonlyArray<string>
  #at = 0

  constructor(tokens: ReadonlyArray<string>) {
    this.#tokens = tokens
  }

  function(): FunctionTree {
    this.#expect("function")
    const name = this.#next()
    const parameters: Array<string> = []
    this.#expect("(")
    while (!this.#is(")")) if (!this.#is(",")) parameters.push(this.#next())
    return { name, parameters, body: this.#block() }
  }

  #block(): Array<Statement> {
    const body: Array<Statement> = []
    if (!this.#is("{")) return this.#statement()
    while (!this.#is("}")) if (!this.#is(";")) body.push(...this.#statement())
    return body
  }

  #statement(): Array<Statement> {
    const token = this.#next()
    switch (token) {
      case "const":
      case "let": {
        const list: Array<Statement> = []
        do {
          const name = this.#next()
          this.#expect("=")
          list.push({ kind: "let", name, value: this.#expression() })
        } while (this.#is(","))
        return list
      }
      case "if": {
        this.#expect("(")
        const condition = this.#expression()
        this.#expect(")")
        const yes = this.#block()
        this.#is(";")
        return [{ kind: "if", condition, yes, no: this.#is("else") ? this.#block() : [] }]
      }
      case "for": {
        this.#expect("(")
        const first = this.#peek() === ";" ? [] : this.#statement()
        this.#expect(";")
        const condition = this.#peek() === ";" ? undefined : this.#expression()
        this.#expect(";")
        const step = this.#peek() === ")" ? [] : this.#statement()
        this.#expect(")")
        return [...first, { kind: "for", condition, step, body: this.#block() }]
      }
      case "break":
      case "continue":
        return [{ kind: token }]
      case "return":
        return [{ kind: "return", value: ["}", ";"].includes(this.#peek()) ? undefined : this.#expression() }]
      default: {
        const left = this.#primary(token)
        if (left.kind === "call") return [{ kind: "call", call: left }]
        const operator = this.#next()
        const right = this.#peek() === "=" && operator !== "=" ? (this.#next(), this.#expression()) : this.#expression()
        const value: Expression = operator === "=" ? right : { kind: "binary", operator, left, right }
        if (left.kind === "name") return [{ kind: "set", name: left.name, value }]
        if (left.kind === "load") return [{ kind: "store", address: left.address, value }]
        if (left.kind === "loadReal") return [{ kind: "storeReal", address: left.address, value }]
        throw new ModelDefect("IC3", `nothing is written to ${token}`)
      }
    }
  }

  #expression(level = -1): Expression {
    if (level === -1) {
      const condition = this.#expression(0)
      if (!this.#is("?")) return condition
      const yes = this.#expression()
      this.#expect(":")
      return { kind: "choice", condition, yes, no: this.#expression() }
    }
    if (level === LEVELS.length) return this.#primary(this.#next())
    let left = this.#expression(level + 1)
    while (LEVELS[level].includes(this.#peek()) && this.#tokens[this.#at + 1] !== "=") {
      const operator = this.#next()
      left = { kind: "binary", operator, left, right: this.#expression(level + 1) }
    }
    return left
  }

  #primary(token: string): Expression {
    if (token === "(") {
      if (this.#peek() === "0" && this.#tokens[this.#at + 1] === ",") return this.#imported()
      const inner = this.#expression()
      this.#expect(")")
      return inner
    }
    if (token === "!") return { kind: "not", value: this.#primary(this.#next()) }
    const zero: Expression = { kind: "number", value: 0 }
    if (token === "-") return { kind: "binary", operator: "-", left: zero, right: this.#primary(this.#next()) }
    if (token === "~") {
      const all: Expression = { kind: "number", value: -1 }
      return { kind: "binary", operator: "^", left: this.#primary(this.#next()), right: all }
    }
    if (/^\.?\d/.test(token)) return { kind: "number", value: Number(token) }
    if (token === "cells" || token === "states" || token === "reals") return this.#cell(token)
    if (token === "m" && this.#is(".")) return { kind: "constant", name: this.#next() }
    let name = token
    while (this.#is(".")) name = this.#next()
    if (!this.#is("(")) return { kind: "name", name }
    const values: Array<Expression> = []
    while (!this.#is(")")) if (!this.#is(",")) values.push(this.#expression())
    return { kind: "call", name, values }
  }

  /** Who runs modules in their own way makes (0, module.name)(values) of a call of what is imported. */
  #imported(): Expression {
    this.#at += 2
    let name = this.#next()
    while (this.#is(".")) name = this.#next()
    this.#expect(")")
    return this.#primary(name)
  }

  /** `cells[address >> 2]`, `states[address]`, `reals[address >> 3]`. */
  #cell(array: string): Expression {
    this.#expect("[")
    const index = this.#expression()
    this.#expect("]")
    if (array === "states") return { kind: "loadByte", address: index }
    if (index.kind !== "binary" || index.operator !== ">>") throw new ModelDefect("IC3", `${array} without an address`)
    return { kind: array === "cells" ? "load" : "loadReal", address: index.left }
  }

  #peek(): string {
    return this.#tokens[this.#at]
  }

  #next(): string {
    if (this.#at === this.#tokens.length) throw new ModelDefect("IC3", "the text ends too early")
    return this.#tokens[this.#at++]
  }

  #is(token: string): boolean {
    if (this.#peek() !== token) return false
    this.#at++
    return true
  }

  #expect(token: string): void {
    const found = this.#next()
    if (found !== token) throw new ModelDefect("IC3", `${found} in place of ${token}`)
  }
}
