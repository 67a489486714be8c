/**
 * The rule of PKRU, for a thread that may write it by itself: a stray WRPKRU opens or closes every key until a gate, or
 * a change of what its domain holds, writes what the table says.
 */
import { Right } from "@isolde/core"
import type { RuledAccess, RuledThread } from "@isolde/testkit"
import { CLOSED, permits, withRights } from "../src/pkru.ts"

const KEY = 5
/** PKRU that opens key 0 and nothing else, and PKRU that opens everything. */
const SHUT = withRights(CLOSED, 0, Right.readWrite)
const OPEN = 0

export function ruledRegister(): RuledThread {
  let stray: number | "perhaps" | undefined
  return {
    passes: ({ rights, store }: RuledAccess) => {
      if (stray === "perhaps") return undefined
      return permits(stray ?? withRights(CLOSED, KEY, rights), KEY, store ? Right.write : Right.read)
    },
    gate: () => {
      stray = undefined
    },
    // Where nothing is taken from the domain or given to it, the table's row may be read again all the same.
    changed: (at, region, domain, before) => {
      if (domain !== at.domain || stray === undefined) return
      stray = before === at.rights(region)[domain] ? "perhaps" : undefined
    },
    instruct: (_, pick) => {
      stray = pick % 2 === 0 ? OPEN : SHUT
      return { code: 0, a: stray, b: 0 }
    }
  }
}
