/**
 * Core's entry for mechanisms and its `simulate` bundle for a browser.
 * Law: nothing that they reach, directly or not, is part of Node or of apache-arrow.
 */
import { existsSync } from "node:fs"
import { builtinModules } from "node:module"
import { join } from "node:path"
import { build, type Metafile } from "esbuild"
import { expect, test } from "vitest"
import { root } from "./workspace.ts"

const builtins = new Set(builtinModules)
const entries = ["mechanism", "simulate"].filter((name) => existsSync(join(root, "packages/core/src", `${name}.ts`)))

/** Bundles a module text the way a web page would have it, with Node's own modules left out and so visible. */
const bundle = async (contents: string): Promise<Metafile> => {
  const result = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2024",
    conditions: ["@isolde/source"],
    external: ["node:*", ...builtinModules],
    logLevel: "silent"
  })
  return result.metafile
}

/** Node's modules and apache-arrow among what a bundle reaches. */
const unwelcome = ({ inputs }: Metafile): Array<string> => {
  const reached = Object.entries(inputs).flatMap(([path, { imports }]) => [path, ...imports.map((each) => each.path)])
  return reached.filter(
    (path) => path.startsWith("node:") || builtins.has(path) || /(^|[/+])apache-arrow([/@]|$)/.test(path)
  )
}

test.for(entries)("@isolde/core/%s reaches neither Node nor apache-arrow", async (entry) => {
  const metafile = await bundle(`export * from "@isolde/core/${entry}"`)
  expect(Object.keys(metafile.inputs).some((path) => path.endsWith(`packages/core/src/${entry}.ts`))).toBe(true)
  expect(unwelcome(metafile)).toEqual([])
})

test("a module of Node or of apache-arrow in a bundle is seen", async () => {
  expect(unwelcome(await bundle('export * from "node:fs"'))).toEqual(["node:fs"])
  const arrow = join(root, "packages/core/node_modules/apache-arrow")
  expect(unwelcome(await bundle(`export { makeData } from ${JSON.stringify(arrow)}`)).length).toBeGreaterThan(0)
})
