/**
 * What a user gets from the registry: built packages, packed, installed into an empty npm project and run by Node.
 * Law: one copy of each package and of Effect, and nothing that only works inside this repository. The build starts
 * from nothing, because `tsc -b` neither removes what has lost its source nor restores what was deleted.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { pnpm, run, tool } from "./command.ts"
import { packages, root } from "./workspace.ts"

const minutes = (count: number): number => count * 60_000

const folder = mkdtempSync(join(tmpdir(), "isolde-pack-"))
const tarballs = join(folder, "tarballs")
const project = join(folder, "project")

/** The tarball of a package, `core` for `@isolde/core`. */
const tarball = (short: string): string => {
  const version = packages.find((each) => each.short === short)?.manifest.version
  return join(tarballs, `isolde-${short}-${version}.tgz`)
}

beforeAll(async () => {
  for (const each of packages) rmSync(join(each.directory, "dist"), { recursive: true, force: true })
  await run(tool("tsc"), ["-b", "--force", ...packages.map((each) => each.directory)])
  for (const each of packages) await pnpm(["pack", "--pack-destination", tarballs], each.directory)
}, minutes(5))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("packed packages", () => {
  test("there is a tarball for every package", () => {
    expect(packages.length).toBeGreaterThan(0)
    expect(readdirSync(tarballs).length).toBe(packages.length)
  })

  test.each(packages)("publint has nothing to say about $short", async ({ short }) => {
    const bytes = readFileSync(tarball(short))
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer }
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test.each(packages)(
    "the types of $short resolve for every importer of ES modules",
    async ({ short, src }) => {
      const entries = short === "core" ? ["mechanism", "simulate"] : []
      const present = entries.filter((entry) => src.some((file) => file.path === `src/${entry}.ts`))
      const included = present.length > 0 ? ["--include-entrypoints", ...present] : []
      const report = await run(tool("attw"), [tarball(short), "--profile", "esm-only", "--format", "json", ...included])
      const { analysis } = JSON.parse(report) as { readonly analysis: { readonly types: unknown } }
      expect(analysis.types).toEqual({ kind: "included" })
    },
    minutes(2)
  )
})

test(
  "core and mpk install from their tarballs into an empty npm project, once each, and run a scenario",
  async () => {
    const effect = JSON.parse(readFileSync(join(root, "node_modules/effect/package.json"), "utf8")) as {
      version: string
    }
    await run("mkdir", ["-p", project])
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }))
    const wanted = [tarball("core"), tarball("mpk"), `effect@${effect.version}`]
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...wanted], project)

    const lock = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")) as { packages: object }
    const copies = (name: string): Array<string> =>
      Object.keys(lock.packages).filter(
        (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`)
      )
    for (const name of ["@isolde/core", "@isolde/mpk", "effect"]) expect(copies(name)).toEqual([`node_modules/${name}`])
    expect(copies("nodeplotlib")).toEqual([])

    copyFileSync(join(root, "test/pack-scenario.mjs"), join(project, "scenario.mjs"))
    const printed = await run(process.execPath, ["scenario.mjs"], project)
    const { cycles, invocations, overheadPercent } = JSON.parse(printed)
    expect(invocations).toBe(3)
    expect(cycles).toBeGreaterThan(100)
    expect(overheadPercent).toBeGreaterThan(0)
  },
  minutes(5)
)
