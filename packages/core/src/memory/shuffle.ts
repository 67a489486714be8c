/**
 * The order of frames within a window, where the allocator shuffles them.
 * Law: a permutation of 4,096 numbers for each key: no frame is given twice.
 */
import { mix } from "../kernel/random.ts"

/** A permutation of 12-bit numbers: a Feistel network of four rounds, keyed by `key`. */
export function permute12(value: number, key: number): number {
  let left = value >>> 6
  let right = value & 63
  for (let round = 0; round < 4; round++) {
    const next = left ^ (mix(right ^ (key + round)) & 63)
    left = right
    right = next
  }
  return (left << 6) | right
}
