/**
 * The shape of packages and files: one shape for all mechanism packages, small files, names that say something.
 * Law: the rules hold for every package that package.json files declare; a mechanism package is held to the whole
 * shape as soon as it has more than its entry.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { packages, root, type SourceFile, sourcesUnder } from "./workspace.ts"

const mechanisms = packages.filter((each) => each.kind === "mechanism")
const begun = mechanisms.filter((each) => each.src.length > 1)

const all: ReadonlyArray<readonly [string, SourceFile]> = [
  ...packages.flatMap((each) => [...each.src, ...each.test].map((file) => [`packages/${each.short}/`, file] as const)),
  ...sourcesUnder(join(root, "test"), root).map((file) => ["", file] as const)
]
const pathOf = ([prefix, file]: readonly [string, SourceFile]): string => `${prefix}${file.path}`
const shipped = all.filter(([prefix, file]) => prefix !== "" && file.path.startsWith("src/"))

describe("every mechanism package has one shape", () => {
  test.each(mechanisms)(
    "$short names its rule in package.json and has its entry and README",
    ({ directory, manifest }) => {
      expect(manifest.isolde?.rule).toMatch(/^src\/[a-z0-9-]+\.ts$/)
      expect(existsSync(join(directory, "src/index.ts"))).toBe(true)
      expect(existsSync(join(directory, "README.md"))).toBe(true)
    }
  )

  test.for(begun)("$short has config, rule, unit, specification, deviations and tests", (each) => {
    const rule = each.manifest.isolde?.rule ?? "no rule"
    const required = ["src/index.ts", "src/config.ts", "src/unit.ts", rule, "SPEC.md", "DEVIATIONS.md", "README.md"]
    const missing = required.filter((path) => !existsSync(join(each.directory, path)))
    expect(missing).toEqual([])
    expect(each.test.filter((file) => file.path.endsWith(".test.ts")).length).toBeGreaterThan(0)
  })

  test.for(begun)(
    "the rule of $short is executable, and knows neither the unit nor the configuration",
    async (each) => {
      const rule = each.manifest.isolde?.rule ?? ""
      const source = each.src.find((file) => file.path === rule)
      const exported = (await import(join(each.directory, rule))) as Record<string, unknown>
      expect(Object.values(exported).some((value) => typeof value === "function")).toBe(true)
      const imported = source?.imports.map(({ specifier }) => specifier) ?? []
      expect(imported).not.toContain("./unit.ts")
      expect(imported).not.toContain("./config.ts")
    }
  )

  test.for(begun)("a test of $short exercises its rule", (each) => {
    const rule = (each.manifest.isolde?.rule ?? "").replace("src/", "/src/")
    const citing = each.test.filter((file) => file.imports.some(({ specifier }) => specifier.endsWith(rule)))
    expect(citing.length).toBeGreaterThan(0)
  })
})

describe("files", () => {
  test("there are files to look at", () => {
    expect(all.length).toBeGreaterThan(packages.length)
    expect(shipped.length).toBeGreaterThanOrEqual(packages.length)
  })

  test("no file is longer than 300 lines", () => {
    const long = all
      .map((each) => [pathOf(each), each[1].text.trimEnd().split("\n").length] as const)
      .filter(([, lines]) => lines > 300)
    expect(long).toEqual([])
  })

  test("names are kebab-case and say what is inside", () => {
    const weak = /(^|[-/.])(utils?|helpers?|common|misc|types|managers?|handlers?|impl|base)([-/.]|$)/
    const paths = all.map(pathOf)
    expect(paths.filter((path) => weak.test(path))).toEqual([])
    expect(paths.filter((path) => !/^[a-z0-9-./]+$/.test(path))).toEqual([])
  })

  test("no declaration is called Manager, Handler, Impl or Base, and no interface has an I prefix", () => {
    const weak = /\b(?:class|interface|type|const|function)\s+(\w+(?:Manager|Handler|Impl|Base)|I[A-Z][a-z]\w*)\b/g
    const found = shipped.flatMap((each) =>
      [...each[1].code.matchAll(weak)]
        .filter((match) => !/^I[A-Z]/.test(match[1] ?? "") || match[0].startsWith("interface"))
        .map((match) => `${pathOf(each)}: ${match[0]}`)
    )
    expect(found).toEqual([])
  })

  test("only a package's entry is an index, and no other file in a folder only passes names on", () => {
    const nested = shipped.filter(([, file]) => /\/.*\/index\.ts$/.test(file.path)).map(pathOf)
    const barrels = shipped
      .filter(([, file]) => file.path.split("/").length > 2 && file.imports.length > 1)
      .filter(([, file]) => file.code.replace(/export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s*from\s*""/g, "").trim() === "")
      .map(pathOf)
    expect([...nested, ...barrels]).toEqual([])
  })

  test("every source file opens by saying what it is", () => {
    const silent = shipped.filter(([, file]) => !/^(#![^\n]*\n)?\/\*\*/.test(file.text)).map(pathOf)
    expect(silent).toEqual([])
  })

  test("nothing is left to be done later", () => {
    const marker = new RegExp(["TO" + "DO", "FIX" + "ME", "PLACE" + "HOLDER"].join("|"))
    expect(all.filter(([, file]) => marker.test(file.text)).map(pathOf)).toEqual([])
  })

  test("a run's own functions are assigned to properties through callback, which V8 takes for no method (decision 0033)", () => {
    const built = shipped.filter(
      ([prefix, { path }]) => !/(cli|study|show|workloads|testkit)\//.test(prefix) && !/mutants/.test(path)
    )
    const literal = /\.#?\w+ =\s+(async )?\([^()]*\)(: [^=]+)? =>/
    expect(built.filter(([, file]) => literal.test(file.code)).map(pathOf)).toEqual([])
  })

  test("random numbers come from the kernel and output goes through the command line, everywhere", () => {
    const used = shipped.filter(([, file]) => /\bMath\.random\b|\bconsole\./.test(file.code)).map(pathOf)
    expect(used).toEqual([])
  })
})

describe("every package can be published the same way", () => {
  test.each(packages)("$short has the common fields", ({ manifest, short }) => {
    expect(manifest.name).toBe(`@isolde/${short}`)
    expect(manifest.license).toBe("Apache-2.0")
    expect(manifest.type).toBe("module")
    expect(manifest.sideEffects).toBe(false)
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "src"]))
    for (const target of Object.values(manifest.exports ?? {}))
      if (typeof target !== "string") expect(Object.keys(target)).toEqual(["@isolde/source", "types", "default"])
  })
})
