/**
 * What the tests of the repository read: packages, their source files, import lines and code without comments.
 * Law: everything is read from disk and from package.json; no list of packages is written down here.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("..", import.meta.url))

/** The fields of a package.json that the rules speak of. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly files?: ReadonlyArray<string>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly isolde?: { readonly kind: string; readonly rule?: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** One file of a package: `path` is relative to the package, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly code: string
  readonly imports: ReadonlyArray<Import>
}

/** One import or re-export. `names` is empty for namespaces, side effects and dynamic imports. */
export interface Import {
  readonly specifier: string
  readonly names: ReadonlyArray<string>
  readonly dynamic: boolean
  readonly typeOnly: boolean
}

export interface Package {
  readonly directory: string
  readonly short: string
  readonly kind: string
  readonly manifest: Manifest
  readonly src: ReadonlyArray<SourceFile>
  readonly test: ReadonlyArray<SourceFile>
}

const skipped = new Set(["node_modules", "dist", "out"])

const filesUnder = (folder: string): Array<string> => {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.split(sep).some((part) => skipped.has(part)))
    .sort()
}

const commentOrString = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g

/** The text with comments blanked and, unless `keepStrings`, string literals emptied. */
const stripped = (text: string, keepStrings: boolean): string =>
  text.replace(commentOrString, (match) => {
    if (match.startsWith("/")) return " "
    return keepStrings ? match : '""'
  })

const importStatement =
  /\b(?:import|export)\s+(type\s+)?((?:[\w$*]+(?:\s+as\s+[\w$]+)?\s*,?\s*)?(?:\{[^}]*\})?)\s*from\s*"([^"]+)"/g
const sideEffectImport = /^\s*import\s*"([^"]+)"/gm
const dynamicImport = /\bimport\s*\(\s*"([^"]+)"/g

/** Every import, re-export and literal dynamic import of a source text. */
export const importsOf = (text: string): Array<Import> => {
  const code = stripped(text, true)
  const found: Array<Import> = []
  for (const [, type, clause, specifier] of code.matchAll(importStatement)) {
    const braces = /\{([^}]*)\}/.exec(clause ?? "")?.[1] ?? ""
    const names = braces
      .split(",")
      .map((name) => name.trim().replace(/\s+as\s.*$/, ""))
      .filter((name) => name !== "")
    const typeOnly = type !== undefined || (names.length > 0 && names.every((name) => name.startsWith("type ")))
    const bare = names.map((name) => name.replace(/^type\s+/, ""))
    found.push({ specifier: specifier ?? "", names: bare, dynamic: false, typeOnly })
  }
  for (const [, specifier] of code.matchAll(sideEffectImport))
    found.push({ specifier: specifier ?? "", names: [], dynamic: false, typeOnly: false })
  for (const [, specifier] of code.matchAll(dynamicImport))
    found.push({ specifier: specifier ?? "", names: [], dynamic: true, typeOnly: false })
  return found
}

const isSource = (path: string): boolean => /\.(ts|mts|mjs|js)$/.test(path)

/** The source files under a folder, `path` relative to `base`. An absent folder has none. */
export const sourcesUnder = (folder: string, base: string): Array<SourceFile> => {
  let paths: Array<string>
  try {
    paths = filesUnder(folder)
  } catch {
    return []
  }
  return paths.filter(isSource).map((path) => {
    const text = readFileSync(path, "utf8")
    return {
      path: relative(base, path).split(sep).join("/"),
      text,
      code: stripped(text, false),
      imports: importsOf(text)
    }
  })
}

/** package.json of a folder. */
export const manifestOf = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest

/** The packages of the workspace, in alphabetical order. */
export const packages: ReadonlyArray<Package> = readdirSync(join(root, "packages"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
  .map((short) => {
    const directory = join(root, "packages", short)
    const manifest = manifestOf(directory)
    return {
      directory,
      short,
      kind: manifest.isolde?.kind ?? "",
      manifest,
      src: sourcesUnder(join(directory, "src"), directory),
      test: sourcesUnder(join(directory, "test"), directory)
    }
  })

/** The package of the scoped name, `apache-arrow/Arrow.node` and `@isolde/core/units` cut to the package. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
