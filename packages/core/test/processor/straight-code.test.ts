/** What the straight way executes: rows packed from instructions, and cells that each have one owner. */
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import { Pages } from "@isolde/core/memory/pages"
import { Cells } from "@isolde/core/processor/cells"
import { Control } from "@isolde/core/processor/instruction-table"
import * as code from "@isolde/core/processor/straight-code"
import { describe, expect, test } from "vitest"
import { type Instruction, streamOf } from "../instruction-builder.ts"

const { BYTES_SHIFT, CarefulCode, CONTROL_SHIFT, LATENCY_SHIFT, Load, NewLine, NoDestination, NoSource } = code
const { NoSources, Plain, PLAIN_LATENCY_SHIFT, REGISTER_BITS, Store, straightCode } = code

const registers = (...of: ReadonlyArray<number>) =>
  of.reduce((word, each, at) => word | (each << (REGISTER_BITS * at)), 0)

function coded(instructions: ReadonlyArray<Instruction>, block?: number) {
  const pages = new Pages("contiguous", 1)
  const first = pages.reserve(2)
  const stream = streamOf(pages, first, instructions, block === undefined ? {} : { block })
  return { stream, ...straightCode(stream) }
}

describe("straight code", () => {
  test("an instruction without an access is plain: two sources, two destinations, its latency", () => {
    const { rows } = coded([{ data: [4], address: [7], to: [2], latency: 3, control: Control.branch }])
    const branch = Control.branch << CONTROL_SHIFT
    expect(rows[0]).toBe(Plain | NewLine | branch | (3 << PLAIN_LATENCY_SHIFT))
    expect(rows[1]).toBe(registers(8, 5, 3, NoDestination))
  })

  test("a load says how wide it is, and tells the operands of its address from the others", () => {
    const { rows } = coded([{ load: [0, 8, 4], address: [1], data: [2], to: [3] }])
    expect(rows[0]).toBe(Load | NewLine | (4 << BYTES_SHIFT))
    expect(rows[1]).toBe(registers(2, NoSource, NoSource, NoSource))
    expect(rows[2]).toBe(registers(3, NoSource, NoSource, NoSource))
    expect(rows[3]).toBe(registers(4, NoDestination, NoDestination) | (0 << LATENCY_SHIFT))
  })

  test("a store without registers reads those that are always ready", () => {
    const { rows } = coded([{ store: [0, 8] }])
    expect((rows[0] as number) & (Load | Store)).toBe(Store)
    expect([rows[1], rows[2]]).toEqual([NoSources, NoSources])
  })

  test("what doesn't fit needs care: five sources, an access of more than a line, two accesses, a fence", () => {
    const odd: ReadonlyArray<Instruction> = [
      { data: [1, 2, 3, 4, 5] },
      { load: [0, 0, 65] },
      { load: [0, 0], store: [0, 64] },
      { control: Control.fence }
    ]
    const { rows } = coded(odd)
    for (let at = 0; at < odd.length; at++) expect((rows[at * 4] as number) & CarefulCode, `${at}`).toBe(CarefulCode)
  })

  test("a line is looked at where a block begins and where the code comes to another one", () => {
    const { blocks, rows, stream } = coded(
      Array.from({ length: 24 }, () => ({})),
      4
    )
    const looked = Array.from({ length: 24 }, (_, at) => ((rows[at * 4] as number) & NewLine) !== 0)
    expect(looked.flatMap((looks, at) => (looks ? [at] : []))).toEqual([0, 4, 8, 12, 16, 20])
    expect(blocks.length).toBe(4 * 6)
    expect(
      coded(Array.from({ length: 24 }, () => ({}))).rows.filter((word, at) => at % 4 === 0 && word & NewLine).length
    ).toBe(2)
    expect(straightCode(stream).rows).toBe(rows)
  })
})

describe("cells", () => {
  test("a part is a view of its own place, and more than there are is a defect", () => {
    const cells = new Cells(6)
    const first = cells.take(2)
    const second = cells.take(4)
    second[0] = 7
    expect(cells.all[cells.placeOf(second)]).toBe(7)
    expect(cells.placeOf(first)).toBe(0)
    expect(() => cells.take(1)).toThrow(ModelDefect)
    expect(() => cells.placeOf(new Int32Array(1))).toThrow(ModelDefect)
  })
})
