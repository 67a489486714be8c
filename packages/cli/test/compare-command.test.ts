/** `isolde import` and `isolde compare` on a piece of the real nginx recording. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { type Ended, isolde } from "./isolde-process.ts"
import { cutPiece } from "./recorded-piece.ts"
import { scratchFolder } from "./scratch-folder.ts"

const folder = scratchFolder()
const recording = join(folder, "piece.arrow")
const policy = ["--recording", recording, "--isolate", "crypto=libcrypto.so.3", "--shared", "libc.so.6"]

const compareInto = (out: string, ...args: ReadonlyArray<string>): ReadonlyArray<string> => [
  "compare",
  ...policy,
  "--out",
  join(folder, out),
  ...args
]

/** Keys of a run, in the order in which they are documented. */
const runKeys = [
  "mechanism",
  "exchange",
  "cores",
  "machine",
  "hypothetical",
  "cycles",
  "instructions",
  "addedInstructions",
  "overheadPercent",
  "crossings",
  "activations",
  "cyclesPerInvocation",
  "bytesExchanged",
  "interrupts",
  "exposureByteCycles",
  "dependences",
  "slots",
  "slotsPerCycle",
  "simulatedAccesses",
  "wallSeconds",
  "traceDir"
]

interface Row {
  readonly mechanism: string
  readonly exchange: string
  readonly cores: number
  readonly machine: string
  readonly cycles: number
  readonly instructions: number
  readonly addedInstructions: number
  readonly overheadPercent: number
  readonly crossings: number
  readonly bytesExchanged: number
  readonly dependences: string
  readonly slots: Readonly<Record<string, number>>
  readonly slotsPerCycle: number
  readonly traceDir: string
}

interface Document {
  readonly runs: ReadonlyArray<Row>
  readonly refused: ReadonlyArray<{ readonly mechanism: string; readonly exchange: string; readonly reason: string }>
  readonly failed?: ReadonlyArray<{ readonly kind: string; readonly message: string }>
}

const document = ({ stdout }: Ended): Document => JSON.parse(stdout) as Document

/** The Arrow files of every run, by folder and name. */
const arrowFiles = (out: string): Map<string, Buffer> =>
  new Map(
    readdirSync(out, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".arrow"))
      .sort()
      .map((path) => [path, readFileSync(join(out, path))])
  )

let imported: Ended
let compared: Ended

beforeAll(async () => {
  const piece = await cutPiece(folder, 60_000)
  imported = await isolde(["import", piece, "-o", recording, "--json"])
  compared = await isolde(compareInto("first", "--cores", "1,2", "--json"))
}, 120_000)

describe("isolde import", () => {
  test("prints one JSON document with the objects that can be isolated", () => {
    expect(imported.code).toBe(0)
    const facts = JSON.parse(imported.stdout) as {
      readonly dependences: string
      readonly instructions: number
      readonly objects: ReadonlyArray<{ readonly path: string; readonly instructions: number }>
    }
    expect(facts.dependences).toBe("decoded")
    const libcrypto = facts.objects.find(({ path }) => path.endsWith("/libcrypto.so.3"))
    expect(libcrypto?.instructions).toBeGreaterThan(1000)
    expect(facts.objects.reduce((sum, object) => sum + object.instructions, 0)).toBe(facts.instructions)
  })
})

describe("isolde compare --json", () => {
  test("prints one JSON document on stdout, progress on stderr, and exits with 0", () => {
    expect(compared.stderr).toContain("runs")
    expect(compared.code).toBe(0)
    expect(Object.keys(document(compared))).toEqual(["runs", "refused"])
  })

  test("every run has exactly the documented keys", () => {
    for (const run of document(compared).runs) expect(Object.keys(run)).toEqual(runKeys)
  })

  test("every combination has run or is refused with its reason, and none runs once per machine and core count", () => {
    const { refused, runs } = document(compared)
    for (const mechanism of ["mpk", "ept", "mte", "cheri"])
      for (const exchange of ["share", "borrow", "copy"]) {
        const ran = runs.filter((run) => run.mechanism === mechanism && run.exchange === exchange)
        const no = refused.filter((each) => each.mechanism === mechanism && each.exchange === exchange)
        expect(ran.length + 2 * no.length, `${mechanism} ${exchange}`).toBe(2)
        for (const { reason } of no) expect(reason.length).toBeGreaterThan(10)
      }
    const machines = new Set(runs.map((run) => run.machine))
    expect(runs.filter((run) => run.mechanism === "none").length).toBe(2 * machines.size)
  })

  test("the slots of every run add up to cycles x slotsPerCycle (SL1)", () => {
    for (const run of document(compared).runs) {
      const sum = Object.values(run.slots).reduce((total, slots) => total + slots, 0)
      expect(sum, `${run.mechanism} ${run.exchange}`).toBe(run.cycles * run.slotsPerCycle)
    }
  })

  test("the program is the same for all: its instructions and crossings are those of each worker, times the workers", () => {
    const { runs } = document(compared)
    const single = runs.find((run) => run.mechanism === "none" && run.cores === 1)
    expect(single?.crossings).toBeGreaterThan(100)
    for (const run of runs) {
      expect(run.instructions).toBe((single?.instructions ?? 0) * run.cores)
      expect(run.crossings).toBe((single?.crossings ?? 0) * run.cores)
      expect(run.dependences).toBe("decoded")
    }
  })

  test("overhead is against none on the same machine and as many cores", () => {
    const { runs } = document(compared)
    for (const run of runs) {
      const none = runs.find(
        (other) => other.mechanism === "none" && other.machine === run.machine && other.cores === run.cores
      )
      expect(run.overheadPercent).toBe((run.cycles / (none?.cycles ?? 0) - 1) * 100)
    }
    for (const run of runs.filter(({ mechanism }) => mechanism !== "none"))
      expect(run.addedInstructions).toBeGreaterThan(0)
  })

  test("each run has a folder of whole Arrow files and a run.json", () => {
    for (const { traceDir } of document(compared).runs) {
      const names = readdirSync(traceDir)
      expect(names).toContain("run.json")
      expect(names).toContain("crossings.arrow")
      expect(names.filter((name) => name.endsWith(".part"))).toEqual([])
    }
  })

  test("one thread, and no run-ahead, give byte-identical Arrow files and equal rows", async () => {
    const again = await isolde(compareInto("again", "--cores", "1,2", "--threads", "1", "--no-run-ahead", "--json"))
    expect(again.code).toBe(0)
    const first = arrowFiles(join(folder, "first"))
    const second = arrowFiles(join(folder, "again"))
    expect(first.size).toBeGreaterThan(50)
    expect([...second.keys()]).toEqual([...first.keys()])
    for (const [path, bytes] of first) expect(bytes.equals(second.get(path) as Buffer), path).toBe(true)
    const timeless = (ended: Ended) => document(ended).runs.map((run) => ({ ...run, wallSeconds: 0, traceDir: "" }))
    expect(timeless(again)).toEqual(timeless(compared))
  })
})

describe("isolde compare", () => {
  test("prints a table and the accounting by cause", async () => {
    const ended = await isolde(compareInto("table", "--exchange", "share", "--mechanisms", "mpk"))
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain("mpk")
    expect(ended.stdout).toContain("overhead")
    expect(ended.stdout).toContain("Where the cycles went")
  })

  test("--machine forces one machine, and what doesn't exist there is hypothetical", async () => {
    const ended = await isolde(
      compareInto("forced", "--exchange", "copy", "--mechanisms", "mpk,mte", "--machine", "tiger-lake", "--json")
    )
    const shown = document(ended).runs.map((run) => [
      run.mechanism,
      run.machine,
      "hypothetical" in run && run.hypothetical
    ])
    expect(shown).toEqual([
      ["none", "tiger-lake", false],
      ["mpk", "tiger-lake", false],
      ["mte", "tiger-lake", true]
    ])
  })

  test("a defect of one run loses no other: it is told, the rest is printed, the exit code is 1", async () => {
    const broken = join(import.meta.dirname, "mechanisms/broken.ts")
    const deadly = join(import.meta.dirname, "mechanisms/deadly.ts")
    const ended = await isolde(
      compareInto(
        "broken",
        "--mechanisms",
        `${broken},${deadly}`,
        "--exchange",
        "share,copy",
        "--cores",
        "1,5",
        "--json"
      )
    )
    expect(ended.code).toBe(1)
    const { failed = [], refused, runs } = document(ended)
    expect(runs.map((run) => [run.mechanism, run.cores])).toEqual([
      ["none", 1],
      ["none", 5],
      ["broken", 1]
    ])
    expect(refused).toEqual([{ mechanism: "broken", exchange: "copy", reason: "it has no hands" }])
    expect(failed.map(({ kind }) => kind)).toEqual(["ModelDefect", "Error", "Error", "Error", "Error"])
    expect(ended.stderr).toContain("T1: more than four cores confuse it")
    expect(ended.stderr).toContain("the thread ended with code 3")
  })

  test("interrupted, it ends with 130 and claims no whole trace", async () => {
    let killed = false
    const ended = await isolde(compareInto("interrupted", "--cores", "16"), (stderr, kill) => {
      if (!killed && stderr.includes("0/")) kill("SIGINT")
      killed ||= stderr.includes("0/")
    })
    expect(killed).toBe(true)
    expect(ended.code).toBe(130)
    expect(ended.stdout).toBe("")
    expect(existsSync(join(folder, "interrupted/cheri-share-morello-16-cores/run.json"))).toBe(false)
  })
})
