/** Functions of integers do the same as JavaScript and as WebAssembly. */

import { compiled } from "@isolde/core/integers/integer-code"
import { parseFunction } from "@isolde/core/integers/integer-tree"
import { Instance, Memory } from "@isolde/core/integers/web-assembly"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

declare const cells: Int32Array
declare const states: Uint8Array
declare const m: { readonly step: number; readonly on: number }
declare const calls: { readonly told: (value: number) => number }

type Integers = (...values: ReadonlyArray<number>) => number

const memory = new Memory({ initial: 1, maximum: 1 })
const heap = new Int32Array(memory.buffer)

function made(
  functions: ReadonlyArray<(...args: ReadonlyArray<never>) => unknown>,
  inlined: ReadonlyArray<(...args: ReadonlyArray<never>) => unknown> = [],
  told: (value: number) => number = (value) => value
): Integers {
  const module = compiled({ functions, inlined, numbers: { step: 3, on: 0 }, calls: { told: [1, true] } })
  return new Instance(module, { heap: { memory }, calls: { told } }).exports[functions[0]?.name ?? ""] as Integers
}

function operators(a: number, b: number): number {
  const low = (a & 1023) * (b & 1023) - (b % 1000)
  const shifts = (a << 3) ^ (b >>> 5) ^ (a >> 7)
  return (low + shifts) | (a === b ? ~a : -b) | (a >>> 1 < b >>> 1 ? 1 : 2) | (!a ? 4 : 8)
}

function largest(count: number): number {
  let most = cells[0 >> 2] as number
  for (let at = 0; at < count; at = at + 1) {
    if (at === 2) continue
    const value = cells[(at << 2) >> 2] as number
    if (value === 77) break
    else if (value > most) most = value
  }
  return most
}

function squared(value: number): number {
  if (value < 0) return 0
  return value * value
}

function sums(a: number, b: number): number {
  return squared(a) + squared(b) + m.step
}

declare const reals: Float64Array

/** The later of two times, from `reals`, then so many steps of half a tick on, as ticks. */
function later(count: number): number {
  const first = reals[0 >> 3] as number
  const second = reals[8 >> 3] as number
  let time = first > second ? first : second
  const step = 0.5 * count
  for (let k = 0; k < count; k = k + 1) {
    time = time + step
    if (time > 1000) break
  }
  reals[16 >> 3] = time - second * m.step
  return (time + 0.5) | 0
}

function says(value: number): number {
  if (m.on) return missing(value)
  cells[(value + 8) >> 2] = calls.told(value + m.step)
  return states[value + 8] as number
}
declare const missing: (value: number) => number

function odd(): number {
  const list = [1]
  return list.length
}

describe("functions of integers", () => {
  const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

  test("operators give what JavaScript's do, of any int32", () => {
    const run = made([operators])
    fc.assert(fc.property(int, int, (a, b) => void expect(run(a, b)).toBe(operators(a, b) | 0)))
  })

  test("loops go on, go round and end where JavaScript's do", () => {
    const run = made([largest])
    const expected = (values: ReadonlyArray<number>) => {
      const end = values.findIndex((value, at) => value === 77 && at !== 2)
      const seen = values.slice(0, end < 0 ? values.length : end).filter((_, at) => at !== 2)
      return Math.max(values[0] as number, ...seen)
    }
    fc.assert(
      fc.property(fc.array(fc.oneof(int, fc.constant(77)), { minLength: 1, maxLength: 12 }), (values) => {
        heap.set(values)
        expect(run(values.length)).toBe(expected(values))
      })
    )
  })

  test("IC4: an inlined function gives what a called one does", () => {
    const small = fc.integer({ min: -1000, max: 1000 })
    const [called, inlined] = [made([sums, squared]), made([sums], [squared])]
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(inlined(a, b)).toBe(called(a, b))
        expect(called(a, b)).toBe(squared(a) + squared(b) + 3)
      })
    )
  })

  test("IC1: what constants leave out needn't be there, and others are told what the text says", () => {
    const told: Array<number> = []
    const run = made([says], [], (value) => told.push(value) + 40)
    expect(run(16)).toBe(41)
    expect(told).toEqual([19])
    expect(heap[6]).toBe(41)
  })

  test("IC5: real numbers are JavaScript's, and integers are made of them as it makes them", () => {
    const run = made([later])
    const times = new Float64Array(memory.buffer)
    const time = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(time, time, fc.nat(20), (first, second, count) => {
        times.set([first, second])
        let expected = first > second ? first : second
        for (let k = 0; k < count && !(k > 0 && expected > 1000); k++) expected += 0.5 * count
        expect(run(count)).toBe((expected + 0.5) | 0)
        expect(times[2]).toBe(expected - second * 3)
      })
    )
  })

  test("IC5: a real number isn't taken for an integer", () => {
    function half(): number {
      return reals[0 >> 3] as number
    }
    expect(() => made([half])).toThrow(/IC3: a real number in place of an integer/)
  })

  test("IC3: what isn't in the subset is a defect, in text and in names", () => {
    expect(() => made([odd])).toThrow(ModelDefect)
    expect(() => made([sums])).toThrow(/IC3: squared/)
    expect(() => parseFunction("function f(a) { return a / 2 }")).toThrow(ModelDefect)
  })

  test("calls of what is imported are found under the names that test runners give them", () => {
    const [plain, odd] = ["return f(a)", "return (0, module_1.f)(a);"].map((body) =>
      parseFunction(`function g(a) { ${body} }`)
    )
    expect(odd).toEqual(plain)
  })
})
