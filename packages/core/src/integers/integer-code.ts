/**
 * Functions of integers, as WebAssembly. What is compiled is the text of JavaScript functions whose values are all int32:
 * `let`, assignments, `if`, `for`, calls, operators, and the heap as `cells[address >> 2]` and `states[address]`.
 *
 *   IC1  names that are numbers of the machine become constants, and what depends on constants alone is left out
 *   IC2  `c ? a : b` takes no branch: both sides are evaluated
 *   IC4  a function may become part of those that call it
 *   IC3  text that isn't in the subset is a ModelDefect
 *   IC5  variables may be real numbers, as they begin, and so is `reals[address >> 3]`; parameters and results may not.
 *        `x | 0` makes an integer of one
 */
import { FunctionBody } from "./function-body.ts"
import * as fromTree from "./integer-tree.ts"
import { parseFunction } from "./integer-tree.ts"
import { Module } from "./web-assembly.ts"
import * as format from "./web-assembly-format.ts"

const { FUNCTION, I32, leb, MAGIC, section, text, vector } = format

/** What the compiled functions go by. */
export interface IntegerCode {
  /** The functions, which are exported by their names. */
  readonly functions: ReadonlyArray<(...args: ReadonlyArray<never>) => unknown>
  /** IC4: functions that become part of those that call them. */
  readonly inlined: ReadonlyArray<(...args: ReadonlyArray<never>) => unknown>
  /** What the text calls `m`. */
  readonly numbers: Readonly<Record<string, number>>
  /** Functions of others, which the text has in `calls`: parameters, and whether they give a number. */
  readonly calls: Readonly<Record<string, readonly [parameters: number, gives: boolean]>>
}

/** The module of `code`: it imports `heap.memory` and the calls from `calls`. */
export function compiled({ calls, functions, inlined, numbers }: IntegerCode): Module {
  const parsed = functions.map((text) => parseFunction(text.toString()))
  const names = Object.keys(calls)
  const inline = new Map(inlined.map((each) => parseFunction(each.toString())).map((tree) => [tree.name, tree]))
  const index = new Map<string, number>()
  for (const name of names) index.set(name, index.size)
  for (const { name } of parsed) index.set(name, index.size)
  const gives = new Map(parsed.map(({ name, body }) => [name, fromTree.givesNumber(body)]))
  for (const name of names) gives.set(name, calls[name][1])
  const types = [
    ...names.map((name) => typeOf(calls[name][0], calls[name][1])),
    ...parsed.map(({ name, parameters }) => typeOf(parameters.length, gives.get(name) === true))
  ]
  const bodies = parsed.map((each) =>
    new FunctionBody(each.parameters, { index, gives, inline, numbers }).of(each.body)
  )
  const bytes = [
    ...MAGIC,
    ...section(1, types),
    ...section(2, [
      [...text("heap"), ...text("memory"), 2, 0, 1],
      ...names.map((name, at) => [...text("calls"), ...text(name), 0, ...leb(at)])
    ]),
    ...section(
      3,
      parsed.map((_, at) => leb(names.length + at))
    ),
    ...section(
      7,
      parsed.map(({ name }, at) => [...text(name), 0, ...leb(names.length + at)])
    ),
    ...section(
      10,
      bodies.map((body) => [...leb(body.length), ...body])
    )
  ]
  return new Module(Uint8Array.from(bytes))
}

const typeOf = (parameters: number, gives: boolean): Array<number> => [
  FUNCTION,
  ...vector(Array.from({ length: parameters }, () => [I32])),
  ...vector(gives ? [[I32]] : [])
]
