/** A protocol's text is checked while it is parsed: nothing is filled in that its author left out. */
import { Impossible, impossible, parseProtocol } from "@isolde/core/coherence/protocol-table"
import { ModelDefect } from "@isolde/core/kernel/model-defect"
import { describe, expect, test } from "vitest"

const parse = (text: string) => parseProtocol(["I", "V"], ["load", "evict"], ["fetch", "drop", "tell"], text)

const defect = (text: string): string => {
  try {
    parse(text)
  } catch (error) {
    expect(error).toBeInstanceOf(ModelDefect)
    expect((error as ModelDefect).invariant).toBe("PT2")
    return (error as ModelDefect).message
  }
  return "nothing"
}

describe("PT2: the text of a protocol", () => {
  test("a cell names actions and a next state; without one the state stays", () => {
    const table = parse(`
        | load    | evict
      I | fetch/V | .
      V |  tell   | drop tell/I
    `)
    expect([...table.next]).toEqual([1, Impossible, 1, 0])
    expect([...table.perform]).toEqual([0b001, 0, 0b100, 0b110])
  })

  test("a protocol may lack states and events of others: they can't be reached", () => {
    const table = parse("  | load\nI | fetch")
    expect([...table.next]).toEqual([0, Impossible, Impossible, Impossible])
  })

  test.each([
    ["a blank cell", "  | load | evict\nI | fetch/V |\nV | . | .", "I x evict is blank"],
    [
      "an unknown action",
      "  | load | evict\nI | jump/V | .\nV | . | .",
      'unknown name "jump"; known: fetch, drop, tell'
    ],
    ["an unknown state", "  | load | evict\nI | fetch/W | .\nV | . | .", 'unknown name "W"; known: I, V'],
    [
      "a row left out that a cell leads to",
      "  | load | evict\nI | fetch/V | .",
      "I x load leads to V, which has no row"
    ],
    ["rows in another order", "  | load | evict\nV | . | .\nI | . | .", "rows: V,I, in the order I,V"],
    ["columns in another order", "  | evict | load\nI | . | fetch/V\nV | . | .", "columns: evict,load, in the order"],
    ["a missing cell", "  | load | evict\nI | fetch/V\nV | . | .", "number of cells in row I: 1, expected 2"],
    ["a cell too many", "  | load | evict\nI | fetch/V | . | .\nV | . | .", "number of cells in row I: 3, expected 2"]
  ])("refuses %s and says where", (_, text, message) => {
    expect(defect(text)).toContain(message)
  })
})

test("PT1 names state, event and line", () => {
  const table = parse("  | load | evict\nI | fetch/V | .\nV | . | drop/I")
  expect(() => impossible(table, 1, 0, 71)).toThrow("PT1: V x load reached for line 71")
})
