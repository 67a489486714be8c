/**
 * Threads that start together: each signals a word of its own, the first waits for all and lets them go by one more.
 * Law: a barrier takes `workers + 1` words, and has values of its own, so that it can be used again with others.
 */
import type { Code } from "./code.ts"

/** Words of a barrier of so many threads. */
export const barrierWords = (workers: number): number => (workers > 1 ? workers + 1 : 0)

/** Worker `worker` of `workers` waits for the others. `value` differs from one use of the words to the next. */
export function barrier(code: Code, worker: number, workers: number, value = 1, firstWord = 0): void {
  if (workers === 1) return
  if (worker > 0) {
    code.signal(firstWord + worker, value).wait(firstWord + workers, value)
    return
  }
  for (let other = 1; other < workers; other++) code.wait(firstWord + other, value)
  code.signal(firstWord + workers, value)
}
