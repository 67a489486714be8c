/** Where threads of a process run: each on a core of its own while there is one. */
import { sapphireRapids } from "@isolde/core"
import { numbersOf } from "@isolde/core/machines/machine"
import { describe, expect, test } from "vitest"
import { packedThread, scatteredThread, spreadThread } from "../../src/programs/spread-threads.ts"

const numbers = numbersOf(sapphireRapids({ cores: 28, sockets: 2, threadsPerCore: 2 }))
const workers = (count: number) => Array.from({ length: count }, (_, worker) => worker)

describe("threads of a process", () => {
  test.each([
    ["packed", 4, (worker: number) => packedThread(numbers, worker), [0, 2, 4, 6]],
    ["spread over sockets by turns", 4, (worker: number) => spreadThread(numbers, worker), [0, 28, 2, 30]],
    ["scattered evenly", 4, (worker: number) => scatteredThread(numbers, worker, 4), [0, 14, 28, 42]],
    [
      "scattered, of a number that doesn't divide",
      3,
      (worker: number) => scatteredThread(numbers, worker, 3),
      [0, 18, 36]
    ]
  ])("%s", (_, count, threadOf, threads) => {
    expect(workers(count).map(threadOf)).toEqual(threads)
  })

  test("scattered, have a core each, however many there are", () => {
    for (let count = 1; count <= numbers.tiles; count++) {
      const cores = workers(count).map((worker) => scatteredThread(numbers, worker, count) / numbers.threadsPerTile)
      expect(new Set(cores).size).toBe(count)
      expect(Math.max(...cores)).toBeLessThan(numbers.tiles)
    }
  })
})
