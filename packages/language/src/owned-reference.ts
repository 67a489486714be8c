/**
 * The rule: what a compiler of a safe language lets code do. Every object has one owner, and the type of its owner's
 * reference says so; moving it makes the reference unusable from the next statement on. Which programs compile is
 * decided before any of them runs: here a program is a list of steps, and the first that a type forbids is returned.
 * References: Balasubramanian et al., System Programming in Rust (HotOS 2017); RedLeaf (OSDI 2020), 3.1: RRef, domains,
 * proxies; Hunt and Larus, Singularity (OSR 2007): the exchange heap; NetBricks (OSDI 2016).
 */

export type Step =
  | { readonly kind: "enter"; readonly domain: number }
  /** Hand the object to another domain, or to nobody (-1). */
  | { readonly kind: "move"; readonly object: number; readonly to: number }
  | { readonly kind: "access"; readonly object: number; readonly index: number }
  /** The runtime, which is written with `unsafe`, copies. */
  | { readonly kind: "runtime"; readonly object: number; readonly index: number }

export interface Program {
  /** Owner of each object at the start. */
  readonly owners: ReadonlyArray<number>
  /** Elements of each object. */
  readonly lengths: ReadonlyArray<number>
  readonly steps: ReadonlyArray<Step>
  /** Domain that begins. */
  readonly domain: number
}

/** What is wrong with a step: the compiler's word, or the bounds check's when it runs. */
export type Wrong = "moved away" | "not the owner's" | "out of bounds"

export interface Found {
  readonly step: number
  readonly wrong: Wrong
}

/** LANG1 to LANG3: every step that is wrong, in order. A wrong move moves nothing. */
export function check({ domain: first, lengths, owners, steps }: Program): Array<Found> {
  const owner = [...owners]
  const found: Array<Found> = []
  let domain = first
  steps.forEach((each, step) => {
    if (each.kind === "enter") domain = each.domain
    else if (each.kind === "move") {
      // LANG1: who has it moves it; so does the trusted proxy between caller and callee.
      if (owner[each.object] === -1 && each.to === -1) found.push({ step, wrong: "moved away" })
      else owner[each.object] = each.to
    } else if (each.kind === "access") {
      if (owner[each.object] !== domain)
        found.push({ step, wrong: owners[each.object] === domain ? "moved away" : "not the owner's" })
      else if (each.index < 0 || each.index >= (lengths[each.object] ?? 0)) found.push({ step, wrong: "out of bounds" })
    }
  })
  return found
}

/** LANG1: the program compiles: no step of it uses what it doesn't have. Bounds are checked when it runs. */
export const compiles = (program: Program): boolean => check(program).every(({ wrong }) => wrong === "out of bounds")
