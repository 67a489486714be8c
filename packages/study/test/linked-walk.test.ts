/** Structures of pointers under code whose pointers are integers, and under code whose pointers are capabilities. */
import { cheri } from "@isolde/cheri"
import { morello, simulate } from "@isolde/core"
import { mpk } from "@isolde/mpk"
import { linkedWalk, pointerBytesOf } from "@isolde/workloads/experiments/linked-walk"
import { describe, expect, test } from "vitest"

const hybrid = cheri()
const pure = cheri({ pointers: "capabilities" })
const machine = morello({ cores: 1 })

const walked = (mechanism: typeof hybrid, parameters: Partial<typeof linkedWalk.defaults>) => {
  const asked = { ...linkedWalk.defaults, visits: 2048, ...parameters }
  return linkedWalk.read(simulate(linkedWalk.scenario(machine, asked, [mechanism])), asked)
}

describe("a structure of pointers", () => {
  test("has pointers of 8 bytes, or of 16 where they are capabilities", () => {
    expect([[], [hybrid], [mpk()], [pure], [pure, mpk()]].map(pointerBytesOf)).toEqual([8, 8, 8, 16, 16])
  })

  test("that stays in the L1D costs a list's walk the latency of one load a node, whatever its pointers are", () => {
    const small = { nodes: 256, visits: 4096 }
    expect(walked(hybrid, small).walk).toBeCloseTo(4, 1)
    expect(walked(pure, small).walk).toBeCloseTo(4, 1)
  })

  test("of capabilities takes what a structure of integers takes whose nodes have the same size", () => {
    // 8 and 24 bytes are 32, and so are 16 and 16.
    const integers = walked(hybrid, { nodes: 3000, payload: 24 })
    const capabilities = walked(pure, { nodes: 3000, payload: 16 })
    expect(capabilities.walk).toBeCloseTo(integers.walk as number, 2)
    // 8 and 8 are 16: half of the lines.
    expect(walked(hybrid, { nodes: 3000, payload: 8 }).walk).toBeLessThan(0.9 * (integers.walk as number))
  })

  test.each(["tree", "array"] as const)(
    "as %s is built of capabilities by as many stores, on more lines",
    (structure) => {
      const instructions = (mechanism: typeof hybrid) => {
        const asked = { ...linkedWalk.defaults, nodes: 1000, visits: 500, structure }
        return simulate(linkedWalk.scenario(machine, asked, [mechanism])).summary
      }
      expect(instructions(pure).instructions).toBe(instructions(hybrid).instructions)
      expect(instructions(pure).cycles).toBeGreaterThan(instructions(hybrid).cycles)
    }
  )
})
