/**
 * Mechanisms by name: the packages that Isolde brings, or a file that exports one.
 * Law: a package is loaded only when it is asked for, and an unknown name is answered with the nearest.
 */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { InvalidInput, type Mechanism } from "@isolde/core"
import { shown } from "@isolde/core/invalid-input"
import { BASELINE } from "../comparison.ts"
import { nearestText } from "./request.ts"

const packages: Readonly<Record<string, () => Promise<object>>> = {
  mpk: () => import("@isolde/mpk"),
  ept: () => import("@isolde/ept"),
  mte: () => import("@isolde/mte"),
  cheri: () => import("@isolde/cheri"),
  pac: () => import("@isolde/pac"),
  sfi: () => import("@isolde/sfi"),
  language: () => import("@isolde/language"),
  process: () => import("@isolde/process"),
  enclave: () => import("@isolde/enclave"),
  proposals: () => import("@isolde/proposals")
}

/** Names of the mechanisms that come with Isolde, without `none`. */
export const mechanismNames: ReadonlyArray<string> = Object.keys(packages)

/** The mechanism called `name`, or the one that the file `name` exports. Rejects with InvalidInput. */
export async function mechanismByName(name: string, path = "mechanism"): Promise<Mechanism> {
  const load = Object.hasOwn(packages, name) ? packages[name] : undefined
  if (load !== undefined) return exported(name, path, await load())
  if (/[/\\]|\.[cm]?[jt]s$/.test(name)) return exported(name, path, await moduleOf(name, path))
  const names = [BASELINE, ...mechanismNames]
  throw invalid(path, `one of ${names.join(", ")}, or a file that exports a mechanism`, name, nearestText(name, names))
}

async function moduleOf(file: string, path: string): Promise<object> {
  const found = resolve(file)
  if (!existsSync(found)) throw invalid(path, "a file that exports a mechanism", file, "Check the path.")
  return (await import(pathToFileURL(found).href)) as object
}

function exported(name: string, path: string, module: object): Mechanism {
  const found = Object.values(module).filter(isMechanism)
  const [mechanism] = found
  if (mechanism !== undefined && found.length === 1) return mechanism
  const remedy = "Export what defineMechanism returns, once."
  throw invalid(path, "a module that exports one mechanism", `${name} exports ${found.length}`, remedy)
}

const isMechanism = (value: unknown): value is Mechanism =>
  typeof value === "function" && "mechanism" in value && "definition" in value

const invalid = (path: string, expected: string, actual: string, remedy: string): InvalidInput =>
  new InvalidInput([{ path, expected, actual: shown(actual), remedy }])
