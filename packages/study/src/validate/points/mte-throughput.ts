/**
 * Loads and stores per cycle on Cortex-X3, the first number of each row: without tag checks, and with asynchronous
 * ones, which are what mte offers; no instruction inserts tags here.
 */
import { type Point, rowPoint, type Term } from "../point.ts"

const throughput = (kind: "load" | "store", isChecked = false): ReadonlyArray<Term> => [
  {
    machine: "cortex-x3",
    options: { cores: 1 },
    ...(isChecked ? { mechanism: { name: "mte", config: { insertInstructions: 0, tagInsert: 1 } } } : {}),
    experiment: "access-throughput",
    parameters: { kind },
    reading: "perTick"
  }
]

const rowOf = (row: string, terms: ReadonlyArray<Term>): Point =>
  rowPoint(row, { unit: "instr/cycle", terms, tolerancePercent: 15 }, 0)

export const mteThroughputPoints: ReadonlyArray<Point> = [
  rowOf("mte-001", throughput("load")),
  rowOf("mte-003", throughput("store")),
  rowOf("mte-004", throughput("store", true))
]
