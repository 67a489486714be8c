/**
 * What a flush tells another CPU, as words in memory: the pages, whose they are, and the flush's generation.
 * Law: whoever announces a flush and whoever makes it agree on the places of the words here.
 */
import type { Program } from "../../processor/program.ts"

/** Places of the words of a record. */
export const FlushRecord = { first: 0, count: 1, space: 2, generation: 3 } as const

/** Words of a record. */
export const FLUSH_RECORD_WORDS = 4

/** Store the record of a flush of pages [first, first + count) of `space` from word `at` on. */
export function storeFlushRecord(
  program: Program,
  at: number,
  first: number,
  count: number,
  space: number,
  generation: number
): void {
  program
    .storeWord(at + FlushRecord.first, first)
    .storeWord(at + FlushRecord.count, count)
    .storeWord(at + FlushRecord.space, space)
    .storeWord(at + FlushRecord.generation, generation)
}
