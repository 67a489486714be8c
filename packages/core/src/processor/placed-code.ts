/**
 * The code of streams in the cells of a run, where the loop of straight-line.ts reads it: rows, blocks, and for each row
 * the line that it is fetched from. Law: what tiles execute is there once, whoever executes it.
 */
import type { MachineNumbers } from "../machines/machine.ts"
import type { Pages } from "../memory/pages.ts"
import { Cells } from "./cells.ts"
import { hotCells } from "./hot-cells.ts"
import type { InstructionStream } from "./instruction-stream.ts"
import * as fromStraightCode from "./straight-code.ts"
import { type StraightCode, straightCode } from "./straight-code.ts"

const { Block, BLOCK_SHIFT, Fetch, FETCH_FIELDS } = fromStraightCode

/** Cells of a line that instructions are fetched from: the line, its page, the low bits of that page's number. */
const LINE_CELLS = 3

export interface PlacedCode {
  /** Address of the first row, of the first block. */
  readonly rows: number
  readonly blocks: number
  /** Address of the place that has the address of row r's line, less r / 4. */
  readonly lines: number
}

/** The cells of a run: of its tiles, and of the code that is executed there. */
export function runCells(
  numbers: MachineNumbers,
  plans: ReadonlyArray<{ stream?: InstructionStream | undefined }>
): Cells {
  const streams = plans.flatMap(({ stream }) => stream ?? [])
  return new Cells(numbers.tiles * hotCells(numbers) + codeCells(streams), streams.length > 0)
}

function codeCells(streams: ReadonlyArray<InstructionStream>): number {
  let cells = 0
  for (const { blocks, fetches, lines, rows } of new Set(streams.map(straightCode)))
    cells += rows.length + blocks.length + lines.length + (fetches.length / FETCH_FIELDS) * LINE_CELLS
  return cells
}

const placed = new WeakMap<Cells, Map<StraightCode, PlacedCode>>()

/** Where the code of `stream` is in `cells`; it is put there for the first who asks. */
export function placedCode(cells: Cells, stream: InstructionStream, pages: Pages): PlacedCode {
  let known = placed.get(cells)
  if (known === undefined) placed.set(cells, (known = new Map<StraightCode, PlacedCode>()))
  const code = straightCode(stream)
  let place = known.get(code)
  if (place === undefined) known.set(code, (place = put(cells, code, pages)))
  return place
}

function put(cells: Cells, { blocks, fetches, lines, rows }: StraightCode, pages: Pages): PlacedCode {
  const to = cells.take(rows.length)
  to.set(rows)
  const first = cells.addressOf(to)
  const toBlocks = cells.take(blocks.length)
  toBlocks.set(blocks)
  for (let at = 0; at < blocks.length; at += 1 << BLOCK_SHIFT) {
    toBlocks[at + Block.first] = first + 4 * blocks[at + Block.first]
    toBlocks[at + Block.end] = first + 4 * blocks[at + Block.end]
  }
  const count = fetches.length / FETCH_FIELDS
  const toFetches = cells.take(count * LINE_CELLS)
  for (let row = 0; row < count; row++) {
    const page = fetches[row * FETCH_FIELDS + Fetch.page]
    toFetches[row * LINE_CELLS] = fetches[row * FETCH_FIELDS + Fetch.line]
    toFetches[row * LINE_CELLS + 1] = page
    toFetches[row * LINE_CELLS + 2] = pages.low[page]
  }
  const toLines = cells.take(lines.length)
  const line = cells.addressOf(toFetches)
  for (let at = 0; at < lines.length; at++) toLines[at] = line + 4 * LINE_CELLS * lines[at]
  return { rows: first, blocks: cells.addressOf(toBlocks), lines: cells.addressOf(toLines) - (first >>> 2) }
}
