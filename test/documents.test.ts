/**
 * Documents are part of the program: links lead somewhere, commands are those that exist, examples are the files that
 * they show, and everything that a reader is told to run has been run here.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { operationScript, RegionKind, simulate, tigerLake, Verb, type Workload } from "@isolde/core"
import { causeNames } from "@isolde/core/processor/cause"
import { tableSchemas } from "@isolde/core/trace/table-schema"
import { describeMechanism } from "@isolde/testkit"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { toy } from "../docs/examples/toy-mechanism.ts"
import { run } from "./command.ts"
import { writeSmallRecording } from "./small-recording.ts"
import { packages, root } from "./workspace.ts"

const minutes = (count: number): number => count * 60_000
const read = (path: string): string => readFileSync(join(root, path), "utf8")

const documentsIn = (folder: string, deep = false): Array<string> =>
  readdirSync(join(root, folder), { recursive: deep, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !/(^|\/)(node_modules|dist|out)\//.test(name))
    .map((name) => join(folder, name))

const documents = [
  ...documentsIn("."),
  ...documentsIn("docs", true),
  ...documentsIn("recordings"),
  ...packages.flatMap(({ short }) => documentsIn(`packages/${short}`))
]

/** Code blocks of a document, in order. */
const blocksOf = (path: string, language: string): Array<string> =>
  [...read(path).matchAll(/^[ \t]*```(\w+)\n([\s\S]*?)^[ \t]*```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? "")

const commandsOf = (path: string): Array<string> =>
  blocksOf(path, "sh").flatMap((block) => block.split("\n").filter((line) => line !== ""))

/** The anchors of a document's headings, as they are linked to. */
const anchorsOf = (path: string): Array<string> =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-")
  )

describe("documents", () => {
  test("the six that a reader looks for are there", () => {
    for (const name of ["README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
      expect(existsSync(join(root, name)), name).toBe(true)
  })

  test.each(documents)("every link in %s leads somewhere", (path) => {
    const prose = read(path).replace(/^[ \t]*```[\s\S]*?^[ \t]*```$|`[^`\n]*`/gm, "")
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !/^[a-z]+:/.test(target))
    const broken = targets.filter((target) => {
      const [file = "", anchor] = target.split("#")
      const place = file === "" ? path : relative(root, join(root, dirname(path), file))
      return !existsSync(join(root, place)) || (anchor !== undefined && !anchorsOf(place).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  test("they speak of the project, not of the computer that they were written on", () => {
    const foreign = documents.filter((path) => /(?:^|[\s`("'])\/(?:work|tmp|root|home)\//m.test(read(path)))
    expect(foreign).toEqual([])
  })

  test("decision records are numbered, have one shape, and take at most 60 lines", () => {
    const records = readdirSync(join(root, "docs/decisions")).sort()
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1))
    for (const name of records) {
      const text = read(`docs/decisions/${name}`)
      expect(text, name).toMatch(new RegExp(`^# ${name.slice(0, 4)}: \\S`))
      expect(text.match(/^## .*$/gm), name).toEqual(["## Context", "## Decision", "## Consequences"])
      expect(text.trimEnd().split("\n").length, name).toBeLessThanOrEqual(60)
    }
  })

  test("the changelog's releases begin with the results that changed", () => {
    for (const [release, ...headings] of read("CHANGELOG.md")
      .split(/^## /m)
      .slice(1)
      .map((text) => text.match(/^(?:### )?.+$/gm)?.filter((line, at) => at === 0 || line.startsWith("### ")) ?? []))
      expect(headings[0], release).toBe("### Changed results")
  })

  test("the glossary has every cause of a slot, in the order of the columns", () => {
    const causes = read("GLOSSARY.md").split("## Causes of slots")[1] ?? ""
    const named = [...causes.matchAll(/^- \*\*([^*]+)\*\*/gm)].flatMap((match) => (match[1] ?? "").split(", "))
    expect(named).toEqual([...causeNames])
  })

  test("the picture shows the tables that exist, and ARCHITECTURE.md every folder of the core", () => {
    const drawn = [...read("docs/picture.svg").matchAll(/class="mono">([a-z]+)</g)].map((match) => match[1])
    expect(drawn).toEqual(expect.arrayContaining(Object.keys(tableSchemas)))
    const folders = readdirSync(join(root, "packages/core/src"), { withFileTypes: true })
    const map = read("ARCHITECTURE.md").split("## Where to find what")[1] ?? ""
    for (const each of folders.filter((entry) => entry.isDirectory())) expect(map).toContain(`/${each.name}\``)
  })

  test("README.md names every package", () => {
    const named = [...read("README.md").matchAll(/^\| \[`@isolde\/([a-z]+)`\]/gm)].map((match) => match[1])
    expect(named.sort()).toEqual(packages.map(({ short }) => short))
  })
})

describe("commands", () => {
  const scripts = Object.keys((JSON.parse(read("package.json")) as { readonly scripts: object }).scripts)

  test("README.md begins with the two that need nothing before them", () => {
    expect(blocksOf("README.md", "sh")[0]).toBe("npx -y pnpm@12 start\nnpx -y pnpm@12 test\n")
    expect(scripts).toEqual(expect.arrayContaining(["start", "test"]))
    expect(read(".ci/run")).toContain("npx -y pnpm@12 test")
  })

  test.each(["README.md", "CONTRIBUTING.md"])("%s uses scripts of package.json and nothing else", (path) => {
    const ours = commandsOf(path).filter((line) => !line.startsWith("valgrind "))
    expect(ours.length).toBeGreaterThan(1)
    for (const line of ours) expect(scripts, line).toContain(/^npx -y pnpm@12 ([a-z]+)/.exec(line)?.[1])
  })

  test("the command that records is the one that the importer recommends", () => {
    const options = (text: string) => /--tool=lackey[^`\n]*?(?= --log-file)/.exec(text)?.[0]
    expect(options(read("README.md"))).toBe(options(read("recordings/README.md")))
  })
})

describe("examples", () => {
  const folder = mkdtempSync(join(tmpdir(), "isolde-documents-"))
  const node = (...args: ReadonlyArray<string>) =>
    run(process.execPath, ["--conditions=@isolde/source", ...args], folder)
  const isolde = (line: string) =>
    node(join(root, "packages/cli/src/main.ts"), ...line.replace("npx -y pnpm@12 isolde ", "").split(" "))

  beforeAll(async () => {
    symlinkSync(join(root, "docs"), join(folder, "docs"))
    writeSmallRecording(folder, "server")
    writeSmallRecording(folder, "nginx-tls")
    await isolde("import nginx-tls.lackey -o out/nginx-tls.arrow")
  }, minutes(1))

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    ["CONTRIBUTING.md", "docs/examples/toy-mechanism.ts"],
    ["README.md", "docs/examples/library.ts"]
  ])("%s shows %s as it is", (path, example) => {
    expect(blocksOf(path, "ts")).toContain(read(example))
  })

  test(
    "the commands of README.md and CONTRIBUTING.md run on a recording",
    async () => {
      const told = [...commandsOf("README.md"), ...commandsOf("CONTRIBUTING.md")].filter((line) =>
        line.startsWith("npx -y pnpm@12 isolde ")
      )
      // Those that measure take minutes: that they exist is enough here.
      const measures = told.filter((line) => /isolde (validate|litmus|study|bench)/.test(line))
      const others = told.filter((line) => !measures.includes(line))
      expect([measures.length, others.length]).toEqual([6, 3])
      for (const line of measures) expect(await isolde(`${line} --help`), line).toContain("USAGE")
      for (const line of others) expect(await isolde(line), line).not.toBe("")
      for (const place of ["server.arrow", "out/server", "out/toy"]) expect(existsSync(join(folder, place))).toBe(true)
    },
    minutes(3)
  )

  test(
    "the library example runs and leaves a trace",
    async () => {
      expect(await node(join(root, "docs/examples/library.ts"))).toMatch(/^\d+ cycles, -?\d+\.\d\d % overhead, \d+ B/)
      expect(existsSync(join(folder, "out/nginx-mpk/run.json"))).toBe(true)
    },
    minutes(2)
  )
})

describe("the toy mechanism", () => {
  describeMechanism(toy)

  test("a write of its register that takes 7 cycles more costs 7 cycles for each of its ten writes", () => {
    const [fast, slow] = [20, 27].map((write) => simulateToy(write))
    expect(fast?.faults).toBe(5)
    expect((slow?.cycles ?? 0) - (fast?.cycles ?? 0)).toBe(10 * 7)
  })
})

/** Five calls on a core that does one thing at a time; in each the library tries a page of the application. */
function simulateToy(write: number) {
  const workload: Workload = {
    name: "five calls",
    package: "documents",
    version: "0.1.0",
    config: {},
    exchange: "copy",
    dependences: "decoded",
    demand: { domains: 2, exchange: "copy", objects: 0, operations: [] },
    place: (pages) => {
      const page = pages.reserve(2)
      const regionOf = (owner: number) => ({
        name: `memory of ${owner}`,
        kind: RegionKind.private,
        owner,
        worker: 0,
        extents: [[page + owner, 0, 4096]] as const
      })
      const call = (activation: number) => [
        { verb: Verb.enter, from: 0, to: 1, activation },
        { verb: Verb.load, page: page + 1, bytes: 8 },
        { verb: Verb.load, page, bytes: 8 },
        { verb: Verb.leave, from: 1, to: 0, activation },
        { verb: Verb.load, page, bytes: 8 }
      ]
      const script = operationScript([0, 1, 2, 3, 4].flatMap(call))
      return {
        domains: ["application", "library"],
        regions: [regionOf(0), regionOf(1)],
        threads: () => [{ domain: 0, start: 0, script }]
      }
    }
  }
  const overrides = { core: { width: 1, window: 1, storeBuffer: 1 } }
  return simulate({ machine: tigerLake({ cores: 1, overrides }), mechanisms: [toy({ write })], workload }).summary
}
