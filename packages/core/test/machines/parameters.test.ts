/** Every number of every machine says where it comes from, in a unit that fits, within its range. */
import { describe, expect, test } from "vitest"
import { InvalidInput } from "../../src/invalid-input.ts"
import { machineByName, machineNames } from "../../src/machines/catalogue.ts"
import { fields } from "../../src/machines/fields.ts"
import { listParameters, type MachineNumbers, numbersOf } from "../../src/machines/machine.ts"
import type { Sourced } from "../../src/machines/shape.ts"

const machines = machineNames.map((name) => ({ name, make: machineByName(name) }))

/** Dotted paths of the leaves, which are what has a unit. */
const pathsOf = (tree: object, path = ""): Array<string> =>
  Object.entries(tree).flatMap(([name, child]) =>
    "unit" in child ? [`${path}${name}`] : pathsOf(child, `${path}${name}.`)
  )

/** The unit that a parameter's name promises; every name matches exactly one line. */
const units: ReadonlyArray<readonly [RegExp, Sourced["unit"]]> = [
  [/[cC]lock$|^turbo$/, "GHz"],
  [/^network\.(fabric|socket)\.(latency|flit)$/, "ns"],
  [/^network\.(injection|ejection|hop|flit)$|^llc\.pipeline$/, "network cycle"],
  [/\.sets$/, "set"],
  [/\.ways$/, "way"],
  [/Buffers?$|\.queue$|\.window$|Queue$|strideEntries$|streams$|\.drain(Above|Below)$/, "entry"],
  [/Bytes$|signalFrame$|^l1d\.fill$|^l2\.(transfer|writeBack)$/, "byte"],
  [/\.(t[A-Z]+|controller|turnaround|closeAfter|patience)$/, "tick"],
  [/^wholeLines\.(strings|stream[A-Z][a-z]+)$/, "count"],
  [/\.(loads|stores|nextLine)$|(stride|stream)Distance$|streamDegree$|\.pairs$/, "count"],
  [/PerMillion$/, "per million"],
  [
    /\.(width|slices|channels|ranks|groups|banks|columns|rows|walkers|flushCeiling|fracturedFlush|cluster|coreIdentifiers|reclaimTicks|globalFrom|spaceIds)$|^remoteInvalidation\.pages$/,
    "count"
  ],
  [/Flits$|\.buffer$/, "flit"],
  [/^lazyShootdown\.states$|\.actions$/, "entry"],
  [/Path$|callTarget$|[pP]erPage$/, "instruction"],
  [/^(?!network\.|llc\.pipeline).*([lL]atency|[bB]ranch$|pipeline|memory\.fill|ticksPerLine|[pP]enalty)$/, "tick"],
  [
    /\.(forward|multiply|divide|vector|fence|locked|lockedHold|serialising|send|flight|entry|exit|idleExit|issue|apply|service)$/,
    "tick"
  ],
  [/\.sizes$/, "mask"],
  [
    /(syscall|fault|guest)(Entry|Exit|Send)$|isolationSwitch$|bufferClear$|invalidate(Page|All|Address|Space|EverySpace)$|switchSpace(Flush)?$/,
    "tick"
  ]
]

describe.each(machines)("$name", ({ name, make }) => {
  const parameters = listParameters(make())

  test("has all its parameters and calls itself by its name", () => {
    expect(make().name).toBe(name)
    expect(parameters.map(({ path }) => path)).toEqual(pathsOf(fields))
  })

  test("cites rows of the published tables, or says that it assumes or remembers", () => {
    const silent = parameters.filter(({ parameter: { source, confidence } }) => {
      if (source.trim() === "") return true
      if (/\b((?:m|add)-\d{3}|F\d[a-z]?-\d{2}|drv-\d{3})\b/.test(source)) return false
      return !/^(assumed:|recalled:|as |near-square)/.test(source) || confidence === "verified"
    })
    expect(silent).toEqual([])
  })

  test("begins an argument without rows with assumed or recalled, to match its confidence", () => {
    for (const { path, parameter } of parameters) {
      const prefix = /^(assumed|recalled):/.exec(parameter.source)?.[1]
      if (prefix !== undefined) expect(parameter.confidence, path).toBe(prefix)
    }
  })

  test("gives a range to every number that was not verified, and keeps the number in it", () => {
    for (const { path, parameter } of parameters) {
      const { range, value, confidence } = parameter
      if (range === undefined) expect(confidence, path).toBe("verified")
      else {
        expect(range[0], path).toBeLessThanOrEqual(value)
        expect(range[1], path).toBeGreaterThanOrEqual(value)
      }
    }
  })

  test("has a unit that fits each name, a meaning, and integers but for the clock", () => {
    for (const { path, parameter } of parameters) {
      const fitting = units.filter(([pattern]) => pattern.test(path)).map(([, unit]) => unit)
      expect(fitting, path).toEqual([parameter.unit])
      expect(parameter.meaning.length, path).toBeGreaterThan(8)
      expect(Number.isFinite(parameter.value) && parameter.value >= 0, path).toBe(true)
      if (parameter.unit !== "GHz" && parameter.unit !== "ns")
        expect(Number.isInteger(parameter.value), path).toBe(true)
    }
  })
})

const KB = 1024
const bytes = ({ sets, ways }: { sets: number; ways: number }): number => sets * ways * 64
const sizes = (numbers: MachineNumbers) => ({
  l1i: bytes(numbers.l1i) / KB,
  l1d: bytes(numbers.l1d) / KB,
  l2: bytes(numbers.l2) / KB,
  llc: (numbers.llc.slices * bytes(numbers.llc)) / KB
})
/** Entries of ITLB, DTLB and STLB that can hold a 4 KB page. */
const entries = ({ tlb }: MachineNumbers) =>
  [
    [tlb.itlb, tlb.itlbLarge],
    [tlb.dtlb, tlb.dtlbLarge, tlb.dtlbHuge],
    [tlb.stlb, tlb.stlbLarge]
  ].map((arrays) =>
    arrays.filter(({ sizes }) => (sizes & 1) !== 0).reduce((sum, { sets, ways }) => sum + sets * ways, 0)
  )

describe("caches and TLBs have their published sizes", () => {
  // Cells: name, KB per cache (whole LLC), entries of ITLB, DTLB, STLB, rows of the published tables.
  test.each([
    ["tiger-lake", { l1i: 32, l1d: 48, l2: 1280, llc: 12_288 }, [128, 64, 2048], "m-023 to m-026, m-029, m-030, m-042"],
    ["skylake-sp", { l1i: 32, l1d: 32, l2: 1024, llc: 14_080 }, [64, 64, 1536], "m-262 to m-265, m-267, F6-18"],
    ["haswell-ep", { l1i: 32, l1d: 32, l2: 256, llc: 20_480 }, [64, 64, 1024], "m-076 to m-083, m-108"],
    ["haswell-ep-10", { l1i: 32, l1d: 32, l2: 256, llc: 25_600 }, [64, 64, 1024], "m-076 to m-083"],
    ["broadwell-ep", { l1i: 32, l1d: 32, l2: 256, llc: 35_840 }, [128, 64, 1536], "m-173 to m-178, m-203"],
    ["broadwell-ep-10", { l1i: 32, l1d: 32, l2: 256, llc: 25_600 }, [128, 64, 1536], "m-173 to m-178"],
    ["ivy-bridge", { l1i: 32, l1d: 32, l2: 256, llc: 3072 }, [64, 64, 512], "m-220 to m-226, m-258"],
    ["ivy-bridge-ex", { l1i: 32, l1d: 32, l2: 256, llc: 30_720 }, [64, 64, 512], "m-220 to m-226, F5-19"],
    ["ice-lake-sp", { l1i: 32, l1d: 48, l2: 1280, llc: 49_152 }, [128, 64, 2048], "m-342 to m-346, m-349"],
    ["sapphire-rapids", { l1i: 32, l1d: 48, l2: 2048, llc: 107_520 }, [256, 96, 2048], "m-383, m-396, m-408 to m-423"],
    ["zen-3", { l1i: 32, l1d: 32, l2: 512, llc: 196_608 }, [64, 64, 2048], "m-468 to m-472 (six complexes)"],
    ["zen-5", { l1i: 32, l1d: 48, l2: 1024, llc: 262_144 }, [64, 96, 4096], "m-521 to m-529, m-552 (eight complexes)"],
    // Four times the silicon's TLB entries and a quarter of its shared L2: see the head of the machine's file.
    ["apple-m1", { l1i: 192, l1d: 128, l2: 3072, llc: 8192 }, [768, 640, 12_288], "m-647 to m-654, m-684"],
    ["cortex-x3", { l1i: 64, l1d: 64, l2: 1024, llc: 4096 }, [48, 48, 2048], "m-621 to m-624, m-635, m-636"],
    ["neoverse-n1", { l1i: 64, l1d: 64, l2: 1024, llc: 32_768 }, [48, 48, 1280], "m-567, m-568, m-586 to m-589, m-608"],
    ["morello", { l1i: 64, l1d: 64, l2: 1024, llc: 8192 }, [48, 48, 1280], "m-616"]
  ])("%s", (name, kilobytes, tlb, rows) => {
    const numbers = numbersOf(machineByName(name)())
    expect(sizes(numbers), rows).toEqual(kilobytes)
    expect(entries(numbers), rows).toEqual(tlb)
  })
})

describe.each(machines)("the numbers of $name fit each other", ({ make }) => {
  const numbers = numbersOf(make())
  const { clock, core, l1d, l1i, l2, llc, llcPolicy, memory, network, tlb, tiles, topology } = numbers

  test("an L2 has room for what it includes, an inclusive LLC or its filter for all L2s", () => {
    const lines = ({ sets, ways }: { sets: number; ways: number }) => sets * ways
    const held = tiles * lines(l2)
    expect(lines(l2)).toBeGreaterThanOrEqual(lines(l1i) + lines(l1d))
    expect(llc.slices * lines(llcPolicy === "inclusive" ? llc : llc.snoopFilter)).toBeGreaterThanOrEqual(held)
  })

  test("latencies grow with the level, and an L2 miss has a buffer where an L1D miss has", () => {
    expect(l2.latency).toBeGreaterThan(l1d.latency)
    expect(core.forward).toBeGreaterThanOrEqual(l1d.latency)
    expect(l2.missBuffers).toBeGreaterThanOrEqual(core.lineFillBuffers)
    expect(core.loadQueue).toBeLessThanOrEqual(core.window)
  })

  test("the turbo clock isn't below the base clock, and is what `clock: turbo` gives", () => {
    const turbo = numbersOf(make({ clock: "turbo" }))
    expect(numbers.turbo).toBeGreaterThanOrEqual(clock)
    expect(turbo.clock).toBe(numbers.turbo)
  })

  test("a second-level TLB holds more than the first, and each level some size once", () => {
    const [itlb, dtlb, stlb] = entries(numbers) as [number, number, number]
    expect(stlb).toBeGreaterThan(itlb)
    expect(stlb).toBeGreaterThan(dtlb)
    expect(tlb.itlb.sizes & tlb.dtlb.sizes & tlb.stlb.sizes & 1).toBe(1)
  })

  test("writes drain between two marks within their queue, and commands keep the standard's order", () => {
    expect(memory.drainBelow).toBeLessThan(memory.drainAbove)
    expect(memory.drainAbove).toBeLessThanOrEqual(memory.writeQueue)
    expect(memory.tRAS).toBeGreaterThanOrEqual(memory.tRCD)
    expect(memory.tREFI).toBeGreaterThan(memory.tRFC)
  })

  test("links that the machine has take time, and those that it hasn't take none", () => {
    const complexes = topology.kind === "complexes"
    expect(network.fabric.latency > 0 && network.fabric.flit > 0).toBe(complexes)
    expect(topology.coresPerComplex > 0).toBe(complexes)
    const joined = network.socket.latency > 0 && network.socket.flit > 0
    if (joined) expect(numbersOf(make({ sockets: 2 })).tiles).toBe(2 * tiles)
    else expect(() => make({ sockets: 2 })).toThrow(InvalidInput)
  })
})
