/**
 * The directions of DESIGN: who may depend on whom, and what may not be reached below the boundary.
 * Law: cli -> study -> mechanisms, workloads -> core; siblings never import each other; below the boundary there is
 * no Effect, no clock, no random source, no output and no platform.
 */
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { importsOf, type Package, packageOf, packages, type SourceFile } from "./workspace.ts"

/** Which kinds a kind may depend on, at run time and in its tests. `cli` names `show` only as an optional peer. */
const arrows: Readonly<Record<string, { readonly src: ReadonlyArray<string>; readonly test: ReadonlyArray<string> }>> =
  {
    core: { src: [], test: [] },
    mechanism: { src: ["core"], test: ["core", "testkit"] },
    workloads: { src: ["core"], test: ["core", "testkit"] },
    testkit: { src: ["core"], test: ["core"] },
    litmus: { src: ["core"], test: ["core", "mechanism"] },
    study: {
      src: ["core", "mechanism", "workloads", "litmus"],
      test: ["core", "mechanism", "workloads", "litmus", "testkit"]
    },
    show: { src: [], test: [] },
    cli: {
      src: ["core", "mechanism", "workloads", "litmus", "study", "show"],
      test: ["core", "mechanism", "workloads", "litmus", "study", "show"]
    }
  }

const kindOf = new Map(packages.map((each) => [each.manifest.name, each.kind]))
const mechanisms = packages.filter((each) => each.kind === "mechanism")
const core = packages.find((each) => each.kind === "core") as Package

const isBuiltin = (specifier: string): boolean => specifier.startsWith("node:")
const isRelative = (specifier: string): boolean => specifier.startsWith(".")
const isOurs = (name: string): boolean => name.startsWith("@isolde/")
const where = (each: Package, file: SourceFile): string => `packages/${each.short}/${file.path}`

/** Part of core that is the boundary: Effect is at home there; the Arrow entry may reach the platform too. */
const isArrowEntry = (path: string): boolean => path.startsWith("src/trace/arrow/")
const isBoundary = (path: string): boolean =>
  isArrowEntry(path) || path.startsWith("src/scenario/") || path === "src/simulator.ts" || path === "src/index.ts"
/** Below the boundary a schema may be declared, in files of these names and nowhere else. */
const isSchema = (path: string): boolean => /(^|\/)(quantity|mechanism|[\w-]*-?config|[\w-]*-?schema)\.ts$/.test(path)

const below: ReadonlyArray<readonly [Package, SourceFile]> = [
  ...core.src.filter((file) => !isBoundary(file.path)).map((file) => [core, file] as const),
  ...mechanisms.flatMap((each) => each.src.map((file) => [each, file] as const))
]

describe("packages depend in one direction", () => {
  test("every package has a kind that the arrows know, and each kind that must be single is", () => {
    expect(packages.length).toBeGreaterThanOrEqual(10)
    expect(mechanisms.length).toBeGreaterThanOrEqual(4)
    for (const each of packages) expect(Object.keys(arrows), each.short).toContain(each.kind)
    for (const kind of Object.keys(arrows).filter((name) => name !== "mechanism"))
      expect(packages.filter((each) => each.kind === kind).length, kind).toBe(1)
  })

  test.each(packages)("$short declares only what its arrows allow", (each) => {
    const allowed = arrows[each.kind]
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {}, devDependencies = {} } = each.manifest
    const atRun = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }).filter(isOurs)
    const inTests = Object.keys(devDependencies).filter(isOurs)
    for (const name of atRun) expect(allowed?.src, name).toContain(kindOf.get(name))
    for (const name of inTests) expect(allowed?.test, name).toContain(kindOf.get(name))
    expect(atRun).not.toContain(each.manifest.name)
  })

  test.each(packages)("$short imports only what it declares and its arrows allow", (each) => {
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = each.manifest
    const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }))
    const wrong = each.src.flatMap((file) =>
      file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier))
        .filter((specifier) => !declared.has(packageOf(specifier)))
        .map((specifier) => `${where(each, file)} imports ${specifier}`)
    )
    expect(each.src.length).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })

  test.each(packages)("the tests of $short import no sibling", (each) => {
    const allowed = arrows[each.kind]?.test ?? []
    const wrong = each.test.flatMap((file) =>
      file.imports
        .map(({ specifier }) => packageOf(specifier))
        .filter((name) => isOurs(name) && name !== each.manifest.name && !allowed.includes(kindOf.get(name) ?? ""))
        .map((name) => `${where(each, file)} imports ${name}`)
    )
    expect(wrong).toEqual([])
  })

  test("mechanisms, workloads, testkit and litmus take core and effect as peers, so that there is one copy of each", () => {
    const guests = packages.filter((each) => ["mechanism", "workloads", "testkit", "litmus"].includes(each.kind))
    expect(guests.length).toBeGreaterThan(0)
    for (const { manifest, short } of guests) {
      expect(Object.keys(manifest.peerDependencies ?? {}), short).toEqual(
        expect.arrayContaining(["@isolde/core", "effect"])
      )
      expect(Object.keys(manifest.dependencies ?? {}), short).not.toContain("effect")
      expect(Object.keys(manifest.dependencies ?? {}), short).not.toContain("@isolde/core")
    }
  })

  test("nodeplotlib is a dependency of show alone, and show is loaded only when asked for", () => {
    for (const { manifest, short } of packages) {
      const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.devDependencies })
      expect(names.includes("nodeplotlib"), short).toBe(short === "show")
      expect(Object.keys(manifest.dependencies ?? {}), short).not.toContain("@isolde/show")
    }
    const eager = packages.flatMap((each) =>
      each.src
        .filter((file) =>
          file.imports.some((line) => line.specifier.startsWith("@isolde/show") && !line.dynamic && !line.typeOnly)
        )
        .map((file) => where(each, file))
    )
    expect(eager).toEqual([])
  })

  test("relative imports end in .ts and stay inside the package's src", () => {
    const wrong = packages.flatMap((each) =>
      each.src.flatMap((file) =>
        file.imports
          .map(({ specifier }) => specifier)
          .filter(isRelative)
          .filter((specifier) => !specifier.endsWith(".ts") || !join(file.path, "..", specifier).startsWith("src"))
          .map((specifier) => `${where(each, file)} imports ${specifier}`)
      )
    )
    expect(wrong).toEqual([])
  })
})

describe("below the boundary", () => {
  test("there are files to look at", () => {
    expect(below.length).toBeGreaterThanOrEqual(mechanisms.length)
  })

  test("no file reaches Node or apache-arrow", () => {
    const reached = below.flatMap(([each, file]) =>
      file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => isBuiltin(specifier) || packageOf(specifier) === "apache-arrow")
        .map((specifier) => `${where(each, file)} imports ${specifier}`)
    )
    expect(reached).toEqual([])
  })

  test("Effect appears only where a schema is declared", () => {
    const reached = below
      .filter(([, file]) => file.imports.some(({ specifier }) => packageOf(specifier) === "effect"))
      .filter(([each, file]) => (each.kind === "mechanism" ? file.path !== "src/config.ts" : !isSchema(file.path)))
      .map(([each, file]) => where(each, file))
    expect(reached).toEqual([])
  })

  test("no file reads a clock, draws a number of its own, prints, or computes with inexact functions", () => {
    const banned =
      /\b(?:Date|console|process|Buffer|performance|setTimeout|setInterval|setImmediate|queueMicrotask|Intl|crypto)\b|\bMath\.(?:random|log|log2|log10|log1p|pow|exp|expm1|sin|cos|tan|sinh|cosh|tanh|asin|acos|atan|atan2|cbrt|hypot)\b|\.toLocale\w+/g
    const used = below.flatMap(([each, file]) =>
      [...file.code.matchAll(banned)]
        .filter(
          (match) => file.code[match.index - 1] !== "." || match[0].startsWith(".") || match[0].startsWith("Math")
        )
        .map((match) => `${where(each, file)} uses ${match[0]}`)
    )
    expect(used).toEqual([])
  })

  test("no file uses promises", () => {
    const used = below.filter(([, file]) => /\basync\b|\bawait\b|\bPromise\b/.test(file.code))
    expect(used.map(([each, file]) => where(each, file))).toEqual([])
  })

  test("the kernel imports the kernel and compiled integers, those a defect, and machine parts neither scenarios nor traces", () => {
    const wrong = core.src.flatMap((file) =>
      file.imports
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => join(file.path, "..", specifier))
        .filter((target) => {
          if (file.path.startsWith("src/kernel/"))
            return !/^src\/((kernel|integers)\/.*|[^/]+\.ts)$/.test(target) || isBoundary(target)
          if (file.path.startsWith("src/integers/"))
            return !/^src\/(integers\/.*|kernel\/model-defect\.ts)$/.test(target)
          return file.path.split("/").length > 2 && !isBoundary(file.path) && isBoundary(target)
        })
        .map((target) => `${file.path} imports ${target}`)
    )
    expect(wrong).toEqual([])
  })
})

test("the reader of import lines sees every form", () => {
  const text = [
    'import { type A, b as c } from "one"',
    'import type { D } from "two"',
    'import * as e from "three"',
    'import "four"',
    'export { f } from "five"',
    'const g = await import("six")',
    '// import h from "seven"',
    'import {\n  i,\n  j\n} from "eight"',
    'export * from "nine"'
  ].join("\n")
  const specifiers = importsOf(text).map(({ specifier }) => specifier)
  expect(specifiers.sort()).toEqual(["one", "two", "three", "four", "five", "six", "eight", "nine"].sort())
  expect(
    importsOf(text)
      .filter(({ typeOnly }) => typeOnly)
      .map(({ specifier }) => specifier)
  ).toEqual(["two"])
  expect(importsOf(text).find(({ specifier }) => specifier === "one")?.names).toEqual(["A", "b"])
})
