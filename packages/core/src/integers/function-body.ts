/**
 * One function of integers (integer-code.ts) as instructions of WebAssembly. Law: what comes out is what JavaScript would
 * compute, but for `c ? a : b` (IC2).
 */
import { ModelDefect } from "../kernel/model-defect.ts"
import { isReal, isUnsigned, known } from "./expression-facts.ts"
import type { Expression, FunctionTree, Statement } from "./integer-tree.ts"
import * as format from "./web-assembly-format.ts"

const { binary, F64, I32, leb, Op, ofReals, real, signed, unsigned, vector, VOID } = format

const loads = { load: [Op.load, 2], loadByte: [Op.loadByte, 0], loadReal: [Op.loadReal, 3] } as const

/** What names in the text stand for. */
export interface Names {
  readonly index: ReadonlyMap<string, number>
  readonly gives: ReadonlyMap<string, boolean>
  readonly inline: ReadonlyMap<string, FunctionTree>
  readonly numbers: Readonly<Record<string, number>>
}

export class FunctionBody {
  readonly #names: Names
  #locals = new Map<string, number>()
  /** IC5: those that are real numbers. */
  #reals = new Set<string>()
  /** IC4: where the value of the inlined function at hand goes, and the block that it leaves; or none. */
  #result = -1
  #left = 0
  readonly #out: Array<number> = []
  readonly #types: Array<number> = []
  readonly #parameters: number
  /** Blocks that are open, and of those the ones that `break` and `continue` leave. */
  #depth = 0
  readonly #breaks: Array<number> = []
  readonly #continues: Array<number> = []

  constructor(parameters: ReadonlyArray<string>, names: Names) {
    this.#names = names
    for (const name of parameters) this.#locals.set(name, this.#locals.size)
    this.#parameters = parameters.length
  }

  of(body: ReadonlyArray<Statement>): Array<number> {
    this.#statements(body)
    return [...vector(this.#types.map((type) => [1, type])), ...this.#out, Op.end]
  }

  #emit(...bytes: ReadonlyArray<number>): void {
    for (const byte of bytes) this.#out.push(byte)
  }

  #open(op: number): number {
    this.#emit(op, VOID)
    return ++this.#depth
  }

  #close(): void {
    this.#emit(Op.end)
    this.#depth--
  }

  #statements(list: ReadonlyArray<Statement>): void {
    for (const each of list) this.#statement(each)
  }

  #statement(s: Statement): void {
    switch (s.kind) {
      case "let":
        return this.#let(s.name, s.value)
      case "set":
        if (this.#reals.has(s.name)) this.#real(s.value)
        else this.#integer(s.value)
        return this.#emit(Op.set, ...leb(this.#local(s.name)))
      case "store": {
        const offset = this.#address(s.address)
        this.#integer(s.value)
        return this.#emit(Op.store, 2, ...leb(offset))
      }
      case "storeReal": {
        const offset = this.#address(s.address)
        this.#real(s.value)
        return this.#emit(Op.storeReal, 3, ...leb(offset))
      }
      case "call":
        this.#value(s.call)
        if (s.call.kind === "call" && this.#names.gives.get(s.call.name) !== false) this.#emit(Op.drop)
        return
      case "if":
        return this.#if(s.condition, s.yes, s.no)
      case "for":
        return this.#loop(s.step, s.condition, s.body)
      case "break":
        return this.#emit(Op.br, ...leb(this.#depth - (this.#breaks.at(-1) as number)))
      case "continue":
        return this.#emit(Op.br, ...leb(this.#depth - (this.#continues.at(-1) as number)))
      case "return":
        if (s.value !== undefined) this.#integer(s.value)
        if (this.#result < 0) return this.#emit(Op.return)
        if (s.value !== undefined) this.#emit(Op.set, ...leb(this.#result))
        return this.#emit(Op.br, ...leb(this.#depth - this.#left))
    }
  }

  #let(name: string, value: Expression): void {
    const real = isReal(value, this.#reals)
    if (real) this.#real(value)
    else this.#value(value)
    const local = this.#newLocal(real ? F64 : I32)
    this.#locals.set(name, local)
    if (real) this.#reals.add(name)
    else this.#reals.delete(name)
    this.#emit(Op.set, ...leb(local))
  }

  #newLocal(type: number): number {
    return this.#parameters + this.#types.push(type) - 1
  }

  #if(condition: Expression, yes: ReadonlyArray<Statement>, no: ReadonlyArray<Statement>): void {
    const known = this.#known(condition)
    if (known !== undefined) return this.#statements(known !== 0 ? yes : no)
    this.#value(condition)
    this.#open(Op.if)
    this.#statements(yes)
    if (no.length > 0) {
      this.#emit(Op.else)
      this.#statements(no)
    }
    this.#close()
  }

  /** `continue` leaves the innermost block, behind which comes the step. */
  #loop(step: ReadonlyArray<Statement>, condition: Expression | undefined, body: ReadonlyArray<Statement>): void {
    this.#breaks.push(this.#open(Op.block))
    const again = this.#open(Op.loop)
    if (condition !== undefined) {
      this.#value({ kind: "not", value: condition })
      this.#emit(Op.branchIf, ...leb(this.#depth - (this.#breaks.at(-1) as number)))
    }
    this.#continues.push(step.length > 0 ? this.#open(Op.block) : again)
    this.#statements(body)
    if (step.length > 0) this.#close()
    this.#continues.pop()
    this.#statements(step)
    this.#emit(Op.br, ...leb(this.#depth - again))
    this.#close()
    this.#close()
    this.#breaks.pop()
  }

  #known(e: Expression): number | undefined {
    return known(e, this.#names.numbers)
  }

  /** IC5: `e` where an integer has to be. */
  #integer(e: Expression): void {
    if (isReal(e, this.#reals))
      throw new ModelDefect("IC3", `a real number in place of an integer: ${JSON.stringify(e)}`)
    this.#value(e)
  }

  /** IC5: `e` where a real number is wanted, whatever it is. */
  #real(e: Expression): void {
    const constant = this.#known(e)
    if (constant !== undefined) return this.#emit(Op.constantReal, ...real(constant))
    this.#value(e)
    if (!isReal(e, this.#reals)) this.#emit(Op.realOf)
  }

  #value(e: Expression): void {
    const constant = this.#known(e)
    if (constant !== undefined)
      return Number.isInteger(constant)
        ? this.#emit(Op.constant, ...signed(constant))
        : this.#emit(Op.constantReal, ...real(constant))
    switch (e.kind) {
      case "name":
        return this.#emit(Op.get, ...leb(this.#local(e.name)))
      case "not":
        this.#value(e.value)
        return this.#emit(Op.isZero)
      case "load":
      case "loadByte":
      case "loadReal": {
        const offset = this.#address(e.address)
        return this.#emit(...loads[e.kind], ...leb(offset))
      }
      case "choice": {
        const condition = this.#known(e.condition)
        if (condition !== undefined) return this.#value(condition !== 0 ? e.yes : e.no)
        const emit = isReal(e, this.#reals)
          ? (side: Expression) => this.#real(side)
          : (side: Expression) => this.#value(side)
        emit(e.yes)
        emit(e.no)
        this.#value(e.condition)
        return this.#emit(Op.select)
      }
      case "call":
        return this.#call(e.name, e.values)
      case "binary":
        return this.#binary(e.operator, e.left, e.right)
      default:
        throw new ModelDefect("IC3", `no value of ${JSON.stringify(e)}`)
    }
  }

  #binary(operator: string, left: Expression, right: Expression): void {
    if (isReal(left, this.#reals) || isReal(right, this.#reals)) {
      this.#real(left)
      if (operator === "|" && this.#known(right) === 0) return this.#emit(...Op.integerOf)
      if (!(operator in ofReals)) throw new ModelDefect("IC3", `${operator} of real numbers`)
      this.#real(right)
      return this.#emit(ofReals[operator])
    }
    this.#value(left)
    this.#value(right)
    this.#emit(isUnsigned(left) && operator in unsigned ? unsigned[operator] : binary[operator])
  }

  #call(name: string, values: ReadonlyArray<Expression>): void {
    const tree = this.#names.inline.get(name)
    if (tree !== undefined) return this.#inline(tree, values)
    for (const each of values) this.#integer(each)
    if (name === "clz32") return this.#emit(Op.leadingZeros)
    const index = this.#names.index.get(name)
    if (index === undefined) throw new ModelDefect("IC3", `${name} is nobody's function`)
    this.#emit(Op.call, ...leb(index))
  }

  /** IC4: parameters and variables are new ones; `return` leaves a block. */
  #inline({ body, parameters }: FunctionTree, values: ReadonlyArray<Expression>): void {
    const [locals, reals, result, left] = [this.#locals, this.#reals, this.#result, this.#left]
    const own = new Map<string, number>()
    for (let k = 0; k < parameters.length; k++) {
      const local = this.#newLocal(I32)
      this.#integer(values[k])
      this.#emit(Op.set, ...leb(local))
      own.set(parameters[k], local)
    }
    this.#locals = own
    this.#reals = new Set()
    const given = (this.#result = this.#newLocal(I32))
    this.#left = this.#open(Op.block)
    this.#statements(body)
    this.#close()
    ;[this.#locals, this.#reals, this.#result, this.#left] = [locals, reals, result, left]
    this.#emit(Op.get, ...leb(given))
  }

  /** Push the part of `address` that isn't constant; the rest goes with the instruction. */
  #address(address: Expression): number {
    const terms: Array<Expression> = []
    let offset = 0
    const add = (e: Expression): void => {
      const known = this.#known(e)
      if (known !== undefined && known >= 0) offset += known
      else if (e.kind === "binary" && e.operator === "+") {
        add(e.left)
        add(e.right)
      } else terms.push(e)
    }
    add(address)
    if (terms.length === 0) this.#emit(Op.constant, 0)
    terms.forEach((term, at) => {
      this.#value(term)
      if (at > 0) this.#emit(binary["+"])
    })
    return offset
  }

  #local(name: string): number {
    const local = this.#locals.get(name)
    if (local === undefined) throw new ModelDefect("IC3", `${name} is neither a variable nor a number`)
    return local
  }
}
