/**
 * One function of integers (integer-code.ts) as instructions of WebAssembly. Law: what comes out is what JavaScript would
 * compute, but for `c ? a : b` (IC2).
 */
import { ModelDefect } from "../kernel/model-defect.ts"
import type { Expression, FunctionTree, Statement } from "./integer-tree.ts"
import * as fromTree from "./integer-tree.ts"
import * as format from "./web-assembly-format.ts"

const { binary, I32, leb, Op, signed, unsigned, vector, VOID } = format

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
  /** IC4: where the value of the inlined function at hand goes, and the block that it leaves; or none. */
  #result = -1
  #left = 0
  readonly #out: Array<number> = []
  readonly #parameters: number
  #count: number
  /** Blocks that are open, and of those the ones that `break` and `continue` leave. */
  #depth = 0
  readonly #breaks: Array<number> = []
  readonly #continues: Array<number> = []

  constructor(parameters: ReadonlyArray<string>, names: Names) {
    this.#names = names
    for (const name of parameters) this.#locals.set(name, this.#locals.size)
    this.#parameters = this.#count = parameters.length
  }

  of(body: ReadonlyArray<Statement>): Array<number> {
    this.#statements(body)
    const own = this.#count - this.#parameters
    return [...vector(own > 0 ? [[...leb(own), I32]] : []), ...this.#out, Op.end]
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
      case "set":
        if (s.kind === "let") this.#locals.set(s.name, this.#count++)
        this.#value(s.value)
        return this.#emit(Op.set, ...leb(this.#local(s.name)))
      case "store": {
        const offset = this.#address(s.address)
        this.#value(s.value)
        return this.#emit(Op.store, 2, ...leb(offset))
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
        if (s.value !== undefined) this.#value(s.value)
        if (this.#result < 0) return this.#emit(Op.return)
        if (s.value !== undefined) this.#emit(Op.set, ...leb(this.#result))
        return this.#emit(Op.br, ...leb(this.#depth - this.#left))
    }
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

  /** IC1: what `e` is if that depends on constants alone. */
  #known(e: Expression): number | undefined {
    switch (e.kind) {
      case "number":
        return e.value
      case "constant":
        return this.#names.numbers[e.name]
      case "not": {
        const value = this.#known(e.value)
        return value === undefined ? undefined : Number(value === 0)
      }
      case "choice": {
        const condition = this.#known(e.condition)
        return condition === undefined ? undefined : this.#known(condition !== 0 ? e.yes : e.no)
      }
      case "binary": {
        const [left, right] = [this.#known(e.left), this.#known(e.right)]
        return left === undefined || right === undefined ? undefined : fromTree.evaluated(e.operator, left, right)
      }
      default:
        return undefined
    }
  }

  #value(e: Expression): void {
    const known = this.#known(e)
    if (known !== undefined) return this.#emit(Op.constant, ...signed(known))
    switch (e.kind) {
      case "name":
        return this.#emit(Op.get, ...leb(this.#local(e.name)))
      case "not":
        this.#value(e.value)
        return this.#emit(Op.isZero)
      case "load":
      case "loadByte": {
        const offset = this.#address(e.address)
        return e.kind === "load" ? this.#emit(Op.load, 2, ...leb(offset)) : this.#emit(Op.loadByte, 0, ...leb(offset))
      }
      case "choice": {
        const condition = this.#known(e.condition)
        if (condition !== undefined) return this.#value(condition !== 0 ? e.yes : e.no)
        this.#value(e.yes)
        this.#value(e.no)
        this.#value(e.condition)
        return this.#emit(Op.select)
      }
      case "call":
        return this.#call(e.name, e.values)
      case "binary":
        this.#value(e.left)
        this.#value(e.right)
        return this.#emit(
          fromTree.isUnsigned(e.left) && e.operator in unsigned ? unsigned[e.operator] : binary[e.operator]
        )
      default:
        throw new ModelDefect("IC3", `no value of ${JSON.stringify(e)}`)
    }
  }

  #call(name: string, values: ReadonlyArray<Expression>): void {
    const tree = this.#names.inline.get(name)
    if (tree !== undefined) return this.#inline(tree, values)
    for (const each of values) this.#value(each)
    if (name === "clz32") return this.#emit(Op.leadingZeros)
    const index = this.#names.index.get(name)
    if (index === undefined) throw new ModelDefect("IC3", `${name} is nobody's function`)
    this.#emit(Op.call, ...leb(index))
  }

  /** IC4: parameters and variables are new ones; `return` leaves a block. */
  #inline({ body, parameters }: FunctionTree, values: ReadonlyArray<Expression>): void {
    const [locals, result, left] = [this.#locals, this.#result, this.#left]
    const own = new Map<string, number>()
    for (let k = 0; k < parameters.length; k++) {
      const local = this.#count++
      this.#value(values[k])
      this.#emit(Op.set, ...leb(local))
      own.set(parameters[k], local)
    }
    this.#locals = own
    const given = (this.#result = this.#count++)
    this.#left = this.#open(Op.block)
    this.#statements(body)
    this.#close()
    ;[this.#locals, this.#result, this.#left] = [locals, result, left]
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
