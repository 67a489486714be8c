import { Verb } from "@isolde/core"
import { planExchange } from "@isolde/workloads/replay/exchange-plan"
import { scanGranules } from "@isolde/workloads/replay/granules"
import { runtimePages } from "@isolde/workloads/replay/layout"
import { findExchangeObjects } from "@isolde/workloads/replay/objects"
import { type RecordedOperation, recordedOperations } from "@isolde/workloads/replay/recorded-operations"
import { walk } from "@isolde/workloads/replay/walk"
import { describe, expect, test } from "vitest"
import { activations, policy, recording } from "./nginx.ts"

const granules = scanGranules(recording, activations, policy)
const objects = findExchangeObjects(recording, granules, runtimePages(recording, policy, granules))
const plan = planExchange(recording, activations, granules, objects)

const countOf = (operations: ReadonlyArray<RecordedOperation>, verb: Verb): number =>
  operations.filter((operation) => operation.verb === verb).length

describe("the operations of the nginx recording", () => {
  test("every activation is entered and left once, under every policy", () => {
    for (const exchange of ["share", "borrow", "copy"] as const) {
      const operations = recordedOperations(activations, plan, objects, exchange)
      expect(countOf(operations, Verb.enter)).toBe(activations.invocations)
      expect(countOf(operations, Verb.leave)).toBe(activations.invocations - activations.unfinished)
    }
  })

  test("sharing moves and copies nothing", () => {
    const operations = recordedOperations(activations, plan, objects, "share")
    expect(operations.length).toBe(countOf(operations, Verb.enter) + countOf(operations, Verb.leave))
  })

  test("under borrow a domain holds every object when it touches it", () => {
    const operations = recordedOperations(activations, plan, objects, "borrow")
    const holder = Uint8Array.from(objects.owner)
    let next = 0
    let position = -1
    let touches = 0
    const positions = positionsOfAccesses()
    walk(recording, activations, {
      access(access, _row, instruction, domain, owner) {
        position = positions[access] as number
        while (next < operations.length && (operations[next] as RecordedOperation).at <= position) {
          const { from, object, to, verb } = operations[next++] as RecordedOperation
          if (verb !== Verb.move) continue
          expect(holder[object]).toBe(from)
          holder[object] = to
        }
        if (granules.isHeader[instruction] === 1) return
        const row = granules.rowOf(recording.accessPage[access] as number, owner)
        const object = objects.objectOf[row * 256 + ((recording.accessOffset[access] as number) >> 4)] as number
        if (object < 0) return
        touches++
        if (holder[object] !== domain) expect.fail(`domain ${domain} touches object ${object} of ${holder[object]}`)
      }
    })
    expect(touches).toBeGreaterThan(10_000)
  })

  test("a copy carries at most the object, and something crosses both ways", () => {
    const operations = recordedOperations(activations, plan, objects, "copy").filter(({ verb }) => verb === Verb.copy)
    for (const { bytes, object } of operations) {
      expect(bytes).toBeGreaterThan(0)
      expect(bytes).toBeLessThanOrEqual(objects.bytes[object] as number)
    }
    expect(operations.some(({ from }) => from === 0)).toBe(true)
    expect(operations.some(({ from }) => from === 1)).toBe(true)
  })
})

/** Stream position of every access. */
function positionsOfAccesses(): Uint32Array {
  const positions = new Uint32Array(recording.accessCount)
  let access = 0
  recording.stream.forEach((block, position) => {
    for (
      let place = recording.blockStart[block] as number;
      place < (recording.blockStart[block + 1] as number);
      place++
    ) {
      const instruction = recording.blockInstructions[place] as number
      const count = (recording.accessStart[instruction + 1] as number) - (recording.accessStart[instruction] as number)
      positions.fill(position, access, access + count)
      access += count
    }
  })
  return positions
}
