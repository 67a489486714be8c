/** What a caller may choose about a machine, and what he hears when he can't. */
import { describe, expect, test } from "vitest"
import { InvalidInput } from "../../src/invalid-input.ts"
import { machineByName, machineNames } from "../../src/machines/catalogue.ts"
import { listParameters, type MachineOptions, numbersOf } from "../../src/machines/machine.ts"
import { skylakeSp } from "../../src/machines/skylake-sp.ts"
import { tigerLake } from "../../src/machines/tiger-lake.ts"

/** The issues of an InvalidInput that `act` throws. */
function issuesOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInput)
    return (error as InvalidInput).issues
  }
  throw new Error("nothing was thrown")
}

const withOptions = (options: unknown) => issuesOf(() => tigerLake(options as MachineOptions))

describe("cores and threads", () => {
  test.each([
    ["tiger-lake", 4],
    ["skylake-sp", 10],
    ["haswell-ep", 8],
    ["haswell-ep-10", 10],
    ["broadwell-ep", 14],
    ["broadwell-ep-10", 10],
    ["ivy-bridge", 2],
    ["ivy-bridge-ex", 15],
    ["ice-lake-sp", 32],
    ["sapphire-rapids", 56],
    ["zen-3", 48],
    ["zen-5", 64],
    ["apple-m1", 4],
    ["cortex-x3", 4],
    ["neoverse-n1", 64],
    ["morello", 4]
  ])("%s has %i cores of one hardware thread unless told otherwise", (name, cores) => {
    expect(machineByName(name)()).toMatchObject({ tiles: cores, threadsPerTile: 1 })
    expect(machineByName(name)({ threadsPerCore: 2 }).threadsPerTile).toBe(2)
  })

  test.each(machineNames)("%s has a stop for every tile and slice with any number of cores", (name) => {
    const silicon = numbersOf(machineByName(name)())
    for (let cores = 1; cores <= 256; cores++) {
      const { network, llc, tiles, topology } = numbersOf(machineByName(name)({ cores }))
      const perStop = Math.max(1, topology.coresPerComplex)
      expect(tiles).toBe(cores)
      expect(network.columns * network.rows * perStop).toBeGreaterThanOrEqual(Math.max(cores, llc.slices))
      expect(llc.slices).toBe(Math.max(cores, silicon.llc.slices))
    }
  })

  test("more cores than the silicon's are called hypothetical where they are counted, and grow the LLC", () => {
    const meaning = (cores: number) =>
      listParameters(tigerLake({ cores })).find(({ path }) => path === "llc.slices")?.parameter.meaning
    expect(meaning(4)).not.toContain("hypothetical")
    expect(meaning(8)).toContain("hypothetical: 8 cores where the silicon has 4")
    expect(numbersOf(tigerLake({ cores: 8 })).llc).toMatchObject({ slices: 8, sets: 4096 })
  })

  test("Cortex-X3 says that the silicon has one of it", () => {
    const slices = listParameters(machineByName("cortex-x3")()).find(({ path }) => path === "llc.slices")
    expect(slices?.parameter.meaning).toContain("hypothetical")
  })

  test.each([0, -1, 257, 2.5, Number.NaN, "4", null])("%j cores are refused", (cores) => {
    expect(withOptions({ cores })).toMatchObject([{ path: "options.cores", expected: "an integer from 1 to 256" }])
  })

  test("three hardware threads are refused", () => {
    expect(withOptions({ threadsPerCore: 3 })).toMatchObject([{ path: "options.threadsPerCore", actual: "3" }])
  })

  test("protocol and LLC policy are the silicon's unless told otherwise, and one of the known words", () => {
    expect(numbersOf(tigerLake())).toMatchObject({ protocol: "mesi", llcPolicy: "non-inclusive" })
    const other = tigerLake({ protocol: "moesi", llcPolicy: "inclusive" })
    expect(numbersOf(other)).toMatchObject({ protocol: "moesi", llcPolicy: "inclusive" })
    expect(withOptions({ protocol: "MESI", llcPolicy: "victim" })).toEqual([
      {
        path: "options.protocol",
        expected: '"mesi" or "moesi"',
        actual: '"MESI"',
        remedy: 'The silicon\'s is "mesi".'
      },
      {
        path: "options.llcPolicy",
        expected: '"inclusive" or "non-inclusive"',
        actual: '"victim"',
        remedy: 'The silicon\'s is "non-inclusive".'
      }
    ])
  })

  test("an unknown option is refused with the nearest name", () => {
    const [issue] = withOptions({ core: 4 })
    expect(issue).toMatchObject({ path: "options.core", actual: "4" })
    expect(issue?.remedy).toMatch(/^Nearest names: cores,/)
  })
})

describe("sockets and clock", () => {
  test("two sockets of Skylake-SP have its cores twice, and slices, stops and channels per socket", () => {
    const one = numbersOf(skylakeSp())
    const two = numbersOf(skylakeSp({ sockets: 2 }))
    expect(two).toMatchObject({ tiles: 20, sockets: 2, llc: one.llc, network: one.network, memory: one.memory })
  })

  test("cores are those of all sockets together", () => {
    expect(skylakeSp({ sockets: 2, cores: 3 })).toMatchObject({ tiles: 3, sockets: 2 })
    expect(numbersOf(skylakeSp({ sockets: 2, cores: 32 })).network).toMatchObject({ columns: 4, rows: 4 })
  })

  test("a socket without cores is refused", () => {
    const [issue] = issuesOf(() => skylakeSp({ sockets: 4, cores: 3 }))
    expect(issue).toMatchObject({
      path: "options.cores",
      expected: "at least 4, so that no socket is without cores",
      actual: "3"
    })
  })

  test.each([0, 5, 1.5, "2", Number.NaN])("%j sockets of Skylake-SP are refused", (sockets) => {
    expect(issuesOf(() => skylakeSp({ sockets } as MachineOptions))).toMatchObject([
      { path: "options.sockets", expected: "an integer from 1 to 4", remedy: "Choose fewer sockets." }
    ])
  })

  test("silicon without inter-socket links has one socket", () => {
    const [issue] = withOptions({ sockets: 2 })
    expect(issue).toMatchObject({ path: "options.sockets", expected: "1", actual: "2" })
    expect(issue?.remedy).toContain("no inter-socket links")
  })

  test("at the turbo clock memory keeps its time, a mesh its own clock, and a ring follows the core", () => {
    const [base, turbo] = [numbersOf(skylakeSp()), numbersOf(skylakeSp({ clock: "turbo" }))]
    expect(turbo.clock).toBe(3.2)
    expect(turbo.memory.tCL).toBe(Math.round((base.memory.tCL * 3.2) / 2.4))
    expect(turbo.memory.channels).toBe(base.memory.channels)
    expect(turbo.network.hop).toBe(Math.round((base.network.hop * 3.2 * 1024) / 2.4) / 1024)
    expect(turbo.l2).toEqual(base.l2)
    expect(numbersOf(tigerLake({ clock: "turbo" })).network).toEqual(numbersOf(tigerLake()).network)
    expect(skylakeSp({ clock: "base" })).toEqual(skylakeSp())
    expect(numbersOf(skylakeSp({ clock: 2.4, sockets: 2 })).network.socket.latency).toBe(40 * 2.4)
  })

  test.each([0, -1, Number.POSITIVE_INFINITY, "fast", null])("a clock of %j is refused", (clock) => {
    expect(withOptions({ clock })).toMatchObject([{ path: "options.clock" }])
  })

  test("a clock is chosen in one place", () => {
    expect(withOptions({ clock: "turbo", overrides: { clock: 3 } })).toMatchObject([
      { path: "options.overrides.clock" }
    ])
  })
})

describe("what silicon has and hasn't", () => {
  test.each([
    ["ivy-bridge", 1],
    ["haswell-ep", 2],
    ["haswell-ep-10", 2],
    ["broadwell-ep", 2],
    ["broadwell-ep-10", 2],
    ["skylake-sp", 4],
    ["ivy-bridge-ex", 8],
    ["ice-lake-sp", 2],
    ["sapphire-rapids", 2],
    ["zen-3", 2],
    ["zen-5", 2],
    ["apple-m1", 1]
  ])("%s is joined in at most %i sockets, with its cores in each, and with none in none", (name, most) => {
    const make = machineByName(name)
    const { tiles } = make()
    const whole = make({ sockets: most, cores: Math.min(256, most * tiles) })
    expect(whole).toMatchObject({ sockets: most, tiles: Math.min(256, most * tiles) })
    expect(issuesOf(() => make({ sockets: most + 1 }))).toMatchObject([{ path: "options.sockets" }])
    if (most > 1)
      expect(issuesOf(() => make({ sockets: most, cores: most - 1 }))).toMatchObject([{ path: "options.cores" }])
  })

  test.each([
    ["zen-3", "invlpgb"],
    ["zen-5", "invlpgb"],
    ["sapphire-rapids", "rar"],
    ["apple-m1", "broadcast"]
  ] as const)("%s can shoot down by %s; other silicon only says that it is hypothetical", (name, shootdown) => {
    expect(machineByName(name)({ shootdown }).shootdown).toMatchObject({ policy: shootdown, hypothetical: false })
    const [issue] = issuesOf(() => machineByName("haswell-ep")({ shootdown }))
    expect(issue?.path).toBe("options.shootdown")
    const there = machineByName("haswell-ep")({ shootdown, hypothetical: true })
    expect(there.shootdown).toMatchObject({ policy: shootdown, hypothetical: true })
  })

  test("AMD's caches own dirty lines that others share, and rings of servers include what their tiles hold", () => {
    const word = (name: string) => [machineByName(name)().protocol, machineByName(name)().llcPolicy]
    for (const name of ["zen-3", "zen-5"]) expect(word(name)).toEqual(["moesi", "non-inclusive"])
    for (const name of ["haswell-ep", "broadwell-ep", "ivy-bridge"]) expect(word(name)).toEqual(["mesi", "inclusive"])
    for (const name of ["ice-lake-sp", "sapphire-rapids"]) expect(word(name)).toEqual(["mesi", "non-inclusive"])
  })
})

describe("overrides", () => {
  test("an override replaces the number and leaves the parameter's source alone", () => {
    const machine = tigerLake({ overrides: { l2: { latency: 20 }, clock: 3.5 } })
    expect(numbersOf(machine)).toMatchObject({ clock: 3.5, l2: { latency: 20, ways: 20 } })
    expect(machine.parameters.l2.latency.value).toBe(14)
  })

  test("a latency may be nought, a size may not", () => {
    expect(numbersOf(tigerLake({ overrides: { network: { hop: 0 } } })).network.hop).toBe(0)
    expect(withOptions({ overrides: { l2: { ways: 0 } } })).toMatchObject([
      { path: "options.overrides.l2.ways", expected: "an integer of at least 1 (way)", actual: "0" }
    ])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 2 ** 31, "7", null])("%j ticks are refused", (latency) => {
    const [issue] = withOptions({ overrides: { memory: { controller: latency } } })
    expect(issue).toMatchObject({
      path: "options.overrides.memory.controller",
      expected: "an integer of at least 1 (tick)"
    })
  })

  test("an unknown parameter is refused with the nearest names, also below a group", () => {
    const [group] = withOptions({ overrides: { l3: { ways: 12 } } })
    expect(group?.remedy).toMatch(/^Nearest names: l2,/)
    const [name] = withOptions({ overrides: { tlb: { stlb: { way: 12 } } } })
    expect(name).toMatchObject({ path: "options.overrides.tlb.stlb.way", remedy: "Nearest names: ways, sets, sizes." })
    expect(withOptions({ overrides: { constructor: 1 } })).toMatchObject([{ path: "options.overrides.constructor" }])
  })

  test("a cache's size in bytes is what its sets and ways make, or an issue", () => {
    const right = { l2: { size: 1024 * 20 * 64, sets: 1024, ways: 20 } }
    expect(numbersOf(tigerLake({ overrides: right })).l2).toMatchObject({ sets: 1024, ways: 20 })
    expect(withOptions({ overrides: { l2: { size: 1_000_000, sets: 1024, ways: 16 } } })).toMatchObject([
      {
        path: "options.overrides.l2.size",
        expected: "sets x ways x 64 bytes: 1024 x 16 x 64 = 1048576",
        actual: "1000000"
      }
    ])
    expect(withOptions({ overrides: { llc: { size: 65_536 } } })).toMatchObject([
      { path: "options.overrides.llc.size", expected: "sets and ways beside it", actual: "65536" }
    ])
    expect(withOptions({ overrides: { tlb: { size: 64 } } })).toMatchObject([{ path: "options.overrides.tlb.size" }])
  })

  test("an L2 of one way, and a snoop filter without sets, are refused with the rule", () => {
    const [level2] = withOptions({ overrides: { l2: { ways: 1 } } })
    expect(level2).toMatchObject({ path: "options.overrides.l2.ways", expected: "an integer of at least 2 (way)" })
    expect(level2?.remedy).toContain("PC4")
    expect(withOptions({ overrides: { llc: { snoopFilter: { sets: 0 } } } })).toMatchObject([
      { path: "options.overrides.llc.snoopFilter.sets", expected: "an integer of at least 1 (set)", actual: "0" }
    ])
  })

  test("a number where a group belongs is refused, and so is a group where a number belongs", () => {
    expect(withOptions({ overrides: { l2: 14 } })).toMatchObject([{ path: "options.overrides.l2", actual: "14" }])
    expect(withOptions({ overrides: { l2: { ways: {} } } })).toMatchObject([{ actual: "an object" }])
  })

  test("all issues are reported at once", () => {
    const issues = withOptions({ cores: 0, threadsPerCore: 4, overrides: { clock: 0, nothing: 1 } })
    expect(issues.map(({ path }) => path)).toEqual([
      "options.cores",
      "options.threadsPerCore",
      "options.overrides.clock",
      "options.overrides.nothing"
    ])
  })
})
