/** The protocols and LLC policies that are checked, by name. */
import { mesiCache } from "@isolde/core/coherence/mesi-cache"
import { mesiDirectory } from "@isolde/core/coherence/mesi-directory"
import { moesiCache } from "@isolde/core/coherence/moesi-cache"
import { moesiDirectory } from "@isolde/core/coherence/moesi-directory"
import type { ModelOptions } from "./line-model.ts"

export type Checked = Pick<ModelOptions, "cache" | "home" | "inclusive"> & { readonly name: string }

const tables = [
  ["mesi", mesiCache, mesiDirectory],
  ["moesi", moesiCache, moesiDirectory]
] as const

export const protocols: ReadonlyArray<Checked> = tables.flatMap(([name, cache, home]) =>
  [true, false].map((inclusive) => ({
    name: `${name}, ${inclusive ? "inclusive" : "non-inclusive"} LLC`,
    cache,
    home,
    inclusive
  }))
)
