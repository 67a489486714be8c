/** The memory that functions of integers share. */
import { HeapBlocks, heap } from "@isolde/core/integers/heap"
import { describe, expect, test } from "vitest"

describe("the heap", () => {
  test("HE1: a block is all zeros, whoever wrote to it before", () => {
    const first = new HeapBlocks()
    const at = first.take(10_000)
    heap.cells.fill(7, at >> 2, (at + 10_000) >> 2)
    first.release()
    const again = new HeapBlocks().take(9000)
    expect(again).toBe(at)
    expect(heap.cells.subarray(at >> 2, (at + 9000) >> 2).every((cell) => cell === 0)).toBe(true)
  })

  test("HE2: what is held is nobody else's, and is given back once", () => {
    const [one, other] = [new HeapBlocks(), new HeapBlocks()]
    const [a, b] = [one.take(5000), other.take(5000)]
    expect(Math.abs(a - b)).toBeGreaterThanOrEqual(8192)
    one.release()
    one.release()
    const taken = [other.take(5000), other.take(5000)]
    expect(new Set([b, ...taken]).size).toBe(3)
    expect(taken).toContain(a)
  })

  test("what was written stays when the heap grows", () => {
    const blocks = new HeapBlocks()
    const at = blocks.take(4096)
    heap.cells[at >> 2] = 42
    const { byteLength } = heap.cells
    blocks.take(byteLength)
    expect(heap.cells.byteLength).toBeGreaterThan(byteLength)
    expect(heap.cells[at >> 2]).toBe(42)
    blocks.release()
  })

  test("HE2: more than there can be is a defect by name", () => {
    expect(() => new HeapBlocks().take(2 ** 31)).toThrow(/^HE2/)
  })
})
