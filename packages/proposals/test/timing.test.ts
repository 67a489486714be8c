/** What proposals cost in closed form, on machines that do one thing at a time; and what tells other cores. */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { RegionKind } from "@isolde/core/isolation/regions"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { Cause } from "@isolde/core/processor/cause"
import { columnOf, invocations, type ObservedRun, observe, programWorkload, tinyMachine } from "@isolde/testkit"
import { describe, expect, test } from "vitest"
import { proposals } from "../src/index.ts"

type Config = NonNullable<Parameters<typeof proposals>[0]>

const DOMAINS = ["application", "library"]
const privates = DOMAINS.map((_, owner) => ({ name: `private ${owner}`, kind: RegionKind.private, owner, bytes: 4096 }))

/** Ticks of an invocation that does nothing, once the caches are warm. */
function invocation(config: Config, base = "tiger-lake"): number {
  const workload = programWorkload({
    domains: DOMAINS,
    regions: privates,
    exchange: "copy",
    threads: () => [{ script: invocations(12) }]
  })
  const machine = tinyMachine({ base, cores: 1, inOrder: true })
  return observe({ machine, mechanisms: [proposals(config)], workload }).summary.cyclesPerInvocation.p50
}

/** One worker moves an object of `bytes` to and fro while the others have just read it. */
function moves(config: Config, base: string, cores: number, bytes: number, rounds = 3, inOrder = true): ObservedRun {
  const workload = programWorkload({
    domains: DOMAINS,
    regions: [...privates, { name: "object", kind: RegionKind.exchange, owner: 0, bytes }],
    exchange: "borrow",
    threads: ({ regions }, workers) =>
      Array.from({ length: workers }, (_, worker) => {
        const read: OperationRecord = { verb: Verb.load, page: regions[2]?.page ?? 0, offset: 8 * worker, bytes: 8 }
        const wait: OperationRecord = { verb: Verb.compute, bytes: worker === 0 ? 20_000 : 200_000 }
        const there: OperationRecord = { verb: Verb.move, region: 2, from: 0, to: 1, bytes }
        const back: OperationRecord = { verb: Verb.move, region: 2, from: 1, to: 0, bytes }
        const pairs = worker === 0 ? Array.from({ length: rounds }, () => [there, back]).flat() : []
        return { script: [read, wait, ...pairs, { verb: Verb.compute, bytes: 1 }] }
      })
  })
  const machine = tinyMachine({ base, cores, inOrder })
  return observe({ machine, mechanisms: [proposals(config)], workload, workers: cores })
}

const transfers = ({ rows }: ObservedRun, name: string): Array<number> =>
  rows.transfers.map((row) => row[columnOf("transfers", name)] as number)

const lengths = (run: ObservedRun): Array<number> => {
  const issued = transfers(run, "issued")
  return transfers(run, "completed").map((completed, at) => completed - (issued[at] ?? 0))
}

describe("gates", () => {
  test("PRO6 a one-cycle switch saves both writes of the register but for their slots", () => {
    const wrpkru = 31
    expect(invocation({ base: "keys", wrpkru }) - invocation({ base: "keys", oneCycleSwitch: true })).toBe(
      2 * (wrpkru - 1)
    )
  })

  test("PRO7 saving by hardware takes a line per cycle where FXSAVE and FXRSTOR are microcode", () => {
    const [fxsave, fxrstor, hardwareLine] = [60, 50, 2]
    const saved = (extendedRegisters: "fxsave" | "hardware"): number =>
      invocation({ base: "keys", extendedRegisters, fxsave, fxrstor, hardwareLine })
    expect(saved("fxsave") - saved("hardware")).toBe(fxsave + fxrstor - 2 * 8 * hardwareLine)
  })

  test("PRO15 xcall and xret are what XPC's gate is made of", () => {
    const [xcall, xret] = [30, 20]
    const least = { base: "xpc", xcall: 6, xret: 6 } as const
    const machine = "neoverse-n1"
    expect(invocation({ ...least, xcall, xret }, machine) - invocation(least, machine)).toBe(xcall + xret - 12)
  })

  test("PRO19 every region register that a gate sets takes its cycles", () => {
    const by = (hfiRegion: number): number => invocation({ base: "hfi", hfiRegion })
    expect(by(3) - by(1)).toBeGreaterThan(0)
    expect(invocation({ base: "hfi", hfiSwitch: 50 }) - invocation({ base: "hfi", hfiSwitch: 20 })).toBe(2 * 30)
  })
})

describe("moves", () => {
  test("PRO8, PRO9 a coherent key interrupts nobody, and no thread can use the old one when the move is over", () => {
    const run = moves({ base: "keys" }, "tiger-lake", 4, 4096)
    expect(run.summary.interrupts).toBe(0)
    expect(run.summary.slots[Object.keys(Cause)[Cause.kernel] ?? ""] ?? 0).toBe(0)
    expect(transfers(run, "unsafe")).toEqual(transfers(run, "unsafe").map(() => 0))
  })

  test("PRO10, PRO12 a buffer that fills its pages is retagged by a store for each page", () => {
    const stores = (variableGranule: boolean): number =>
      moves({ base: "tags", variableGranule }, "cortex-x3", 1, 16_384, 1).summary.slots.retag ?? 0
    // Beside the same instructions and barrier: 4 tag stores or 512, there and back.
    expect(stores(false) - stores(true)).toBe(2 * (512 - 4))
  })

  describe("PRO20 tags that come from memory", () => {
    const lines = 256
    const tagReads = (config: Config): number => {
      const workload = programWorkload({
        domains: DOMAINS,
        regions: [{ name: "four pages", kind: RegionKind.private, owner: 0, bytes: lines * 64 }],
        exchange: "copy",
        threads: ({ regions }) => [
          {
            script: Array.from({ length: lines }, (_, line): OperationRecord => {
              const page = (regions[0]?.page ?? 0) + Math.floor(line / 64)
              return { verb: Verb.load, page, offset: (line % 64) * 64, bytes: 8 }
            })
          }
        ]
      })
      const overrides = { memory: { channels: 1 } }
      const machine = tinyMachine({ base: "cortex-x3", cores: 1, inOrder: true, overrides })
      const instance = proposals({ base: "tags", variableGranule: false, ...config })
      const run = observe({ machine, mechanisms: [instance], workload })
      return run.system.channels.controllers.reduce((sum, { tagReads: reads }) => sum + reads, 0)
    }

    test("are a transaction for each line that misses, and none where they are in ECC bits", () => {
      expect(tagReads({})).toBe(lines)
      expect(tagReads({ tagTraffic: false })).toBe(0)
    })

    test("fill a line for 16 lines with 8 bits, for 32 with 4", () => {
      const cached = (tagBits: number) => tagReads({ tagBits, tagCache: 64 })
      expect(cached(8)).toBe(2 * cached(4))
    })
  })

  test("PRO11 the tag register adds no instruction, BFI one for each access", () => {
    const parts = (tagRegister: boolean) => proposals({ base: "tags", tagRegister })
    expect(parts(true).traits.ungoverned.join()).not.toContain("SP")
    expect(parts(false).traits.ungoverned.join()).toContain("SP")
  })

  test("PRO14 a change of an entry interrupts nobody and leaves no window", () => {
    for (const base of ["proxy", "xpc"] as const) {
      const run = moves({ base }, "neoverse-n1", 4, 4096)
      expect(run.summary.interrupts).toBe(0)
      expect(transfers(run, "unsafe")).toEqual(transfers(run, "unsafe").map(() => 0))
    }
  })

  test("PRO16 an ideal change takes the quickest message, and nothing where there is nobody to tell", () => {
    const long = moves({ base: "ideal" }, "tiger-lake", 2, 4096)
    const alone = moves({ base: "ideal" }, "tiger-lake", 1, 4096)
    expect(Math.max(...lengths(long)) - Math.max(...lengths(alone))).toBe(leastWayToTile(long.system.numbers))
  })

  test("PRO17 a fifth object finds no region register", () => {
    const demand = { domains: 2, exchange: "borrow", operations: [] } as const
    expect(proposals({ base: "hfi" }).refuse({ ...demand, objects: 4 })).toBeUndefined()
    expect(proposals({ base: "hfi" }).refuse({ ...demand, objects: 5 })).toContain("there are 4")
  })

  test("PRO18 another thread's region registers keep what was moved away", () => {
    const run = moves({ base: "hfi" }, "tiger-lake", 2, 4096, 1)
    // Until the object comes back: nothing else ends it, and the other thread passes no gate.
    expect(transfers(run, "quiet")[0]).toBeGreaterThan(transfers(run, "completed")[0] ?? 0)
  })
})
