/** Every verb leaves a domain the capabilities that it was given, with their permissions (law L8; CHERI1). */
import { describeEveryVerb, type RuledAccess } from "@isolde/testkit"
import { derive, Permission, permits, UNSEALED } from "../src/capability.ts"
import { cheri } from "../src/index.ts"

const root = { tag: true, base: 0, top: 2 ** 48, permissions: 511, otype: UNSEALED }

const passes = ({ bytes, offset, page, rights, store }: RuledAccess): boolean => {
  const given = (rights & 1 ? Permission.load : 0) | (rights & 2 ? Permission.store : 0)
  const held = { ...derive(root, page * 4096, 4096, given), tag: rights !== 0 }
  return permits(held, page * 4096 + offset, bytes, store ? Permission.store : Permission.load)
}

// Longer than a window: accesses before a change have been judged (DEVIATIONS).
describeEveryVerb(cheri(), { passes, readOnly: true, before: 2000, runs: 10 })
