/** The suite: every file of a folder, each test under each of its goldens. Law: rows come in the order of the files. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { InvalidInput, nearest } from "@isolde/core/invalid-input"
import type { MechanismInstance } from "@isolde/core/mechanism"
import { judge, type LitmusRow } from "./judge.ts"
import type { LitmusTest } from "./litmus-test.ts"
import type { Mutant } from "./mutant.ts"
import type { Subject } from "./observed-run.ts"
import { parseLitmus } from "./parse-litmus.ts"

/** A mechanism package's value, as litmus calls it. */
export type MechanismValue = ((config?: never) => MechanismInstance) & { readonly mechanism: string }

export interface SuiteOptions {
  /** Values of mechanism packages; goldens of others are left out. */
  readonly mechanisms: ReadonlyArray<MechanismValue>
  /** Rows of this mechanism alone ("none" is one). */
  readonly mechanism?: string | undefined
  readonly family?: string | undefined
  readonly mutant?: Mutant | undefined
  /** Rows of these mechanisms alone. */
  readonly concerns?: ReadonlySet<string> | undefined
  /** Only these `test/mechanism`. */
  readonly only?: ReadonlyArray<string> | undefined
  /** Stop exploring a test at the first outcome that is not allowed. */
  readonly hasty?: boolean | undefined
  readonly onRow?: ((row: LitmusRow, done: number, total: number) => void) | undefined
}

const shippedFolder = fileURLToPath(new URL("../suite", import.meta.url))

/** The tests that ship with the package. Throws InvalidInput with every issue of a file. */
export function shippedTests(folder = shippedFolder): ReadonlyArray<LitmusTest> {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".litmus"))
    .sort()
    .map((path) => parseLitmus(path, readFileSync(join(folder, path), "utf8")))
}

/** What a suite runs: each test under each mechanism that its goldens name and `options` admits. */
export function subjectsOf(tests: ReadonlyArray<LitmusTest>, options: SuiteOptions): ReadonlyArray<Subject> {
  const { concerns, family, mechanism, mechanisms, mutant, only } = options
  const named = tests.flatMap(({ goldens }) => goldens.flatMap((golden) => golden.mechanisms))
  refuseUnknown("mechanism", mechanism, [
    ...new Set(["none", ...mechanisms.map((each) => each.mechanism), ...named.filter((name) => name.includes("+"))])
  ])
  refuseUnknown("family", family, [...new Set(tests.map((test) => test.family))].sort())
  return tests.flatMap((test) =>
    test.goldens.flatMap((golden) =>
      golden.mechanisms
        .filter((name) => mechanism === undefined || name === mechanism)
        .filter((name) => concerns === undefined || concerns.has(name))
        .filter(() => family === undefined || test.family === family)
        .filter((name) => only === undefined || only.includes(`${test.name}/${name}`))
        .flatMap((name): Array<Subject> => {
          const parts = name === "none" ? [] : name.split("+")
          const values = mechanisms.filter((each) => parts.includes(each.mechanism))
          if (values.length < parts.length) return []
          const inOrder = parts.map((part) => values.find((each) => each.mechanism === part) as MechanismValue)
          return [{ test, golden, mechanisms: inOrder.map((value) => value(golden.config as never)), mutant }]
        })
    )
  )
}

/** Run the suite. Throws InvalidInput for an unknown mechanism or family. */
export function runSuite(tests: ReadonlyArray<LitmusTest>, options: SuiteOptions): ReadonlyArray<LitmusRow> {
  const subjects = subjectsOf(tests, options)
  return subjects.map((subject, done) => {
    const row = judge(subject, options.hasty)
    options.onRow?.(row, done + 1, subjects.length)
    return row
  })
}

/** Throws InvalidInput unless `name` is undefined or one of `names`. */
export function refuseUnknown(what: string, name: string | undefined, names: ReadonlyArray<string>): void {
  if (name === undefined || names.includes(name)) return
  throw new InvalidInput([
    {
      path: `--${what}`,
      expected: `one of ${names.join(", ")}`,
      actual: JSON.stringify(name),
      remedy: `Did you mean ${nearest(name, names, 1)[0]}?`
    }
  ])
}
