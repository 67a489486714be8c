import { Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { describe, expect, test } from "vitest"
import { observe } from "../src/contract/observed-run.ts"
import { type ProgramMemory, programWorkload } from "../src/program-workload.ts"
import { tinyMachine } from "../src/tiny-machine.ts"

const object = (name: string, more: object = {}) => ({ name, kind: RegionKind.exchange, owner: 0, ...more })

describe("programs in code", () => {
  test("each region has pages of its own, and packed ones continue at the next granule", () => {
    const seen: Array<ProgramMemory> = []
    const workload = programWorkload({
      domains: ["application", "library"],
      regions: [
        object("two pages", { bytes: 5000 }),
        object("first", { bytes: 40 }),
        object("second", { bytes: 64, packed: true }),
        object("no room", { bytes: 4096, packed: true })
      ],
      exchange: "borrow",
      freePages: 2,
      threads: (memory) => {
        seen.push(memory)
        return [{ script: [] }]
      }
    })
    const { system } = observe({ machine: tinyMachine({ cores: 1 }), mechanisms: [], workload })
    const [memory] = seen
    const places = memory?.regions.map(({ offset, page, pages }) => [
      page - (memory.regions[0]?.page ?? 0),
      offset,
      pages
    ])
    expect(places).toEqual([
      [0, 0, 2],
      [2, 0, 1],
      [2, 48, 1],
      [3, 0, 1]
    ])
    expect(Array.from(system.regions.bytes)).toEqual([5000, 40, 64, 4096])
    expect(system.regions.at((memory?.free ?? 0) + 1, 0)).toBe(-1)
  })

  test("its demand counts domains, and objects when they are borrowed", () => {
    const program = { domains: ["application", "library"], regions: [object("a"), object("b")], threads: () => [] }
    expect(programWorkload({ ...program, exchange: "borrow" }).demand.objects).toBe(2)
    expect(programWorkload({ ...program, exchange: "share" }).demand).toEqual({
      domains: 2,
      exchange: "share",
      objects: 0,
      operations: []
    })
  })

  test("every worker runs its own script from its own tick on", () => {
    const workload = programWorkload({
      domains: ["application"],
      regions: [],
      threads: () => [
        { script: [{ verb: Verb.compute, bytes: 10 }] },
        { start: 500, script: [{ verb: Verb.compute, bytes: 20 }] }
      ]
    })
    const { summary, system } = observe({ machine: tinyMachine({ inOrder: true }), mechanisms: [], workload })
    expect(system.threads.map((t) => t.endedAt)).toEqual([10, 520])
    expect(summary.slots).toMatchObject({ application: 30 })
  })
})
