/**
 * The rule of tagged memory, for a thread: granules and pointers with tags, what a domain does to both by itself, and
 * PSTATE.TCO. `inserts`: each access has the domain's tag put into its address; else a pointer has the tag that it has.
 */
import { holderOf, Pointers, type RuledAccess, type RuledThread, type Standing } from "@isolde/testkit"
import { instructions } from "../src/pointers.ts"
import { GRANULE, insertTag, passes, TAGS, tagOf } from "../src/tag-check.ts"

/** A tag, or what nobody can tell: a random one. */
type Tag = number | "drawn"

export function ruledTags(inserts: boolean): RuledThread {
  const pointers = new Pointers<Tag>()
  const granules = new Map<string, number>() // page and granule -> tag that a store of the domain's own left there
  let [tco, forged] = [false, undefined as number | undefined]
  const own = (domain: number): number => forged ?? tagOf(domain)
  const granuleOf = (page: number, offset: number) => `${page} ${Math.floor(offset / GRANULE)}`
  const tagAt = (page: number, offset: number, all: ReadonlyArray<number>) =>
    granules.get(granuleOf(page, offset)) ?? tagOf(holderOf(all))

  const instructed = (at: Standing, code: number, region: number, handle: number, pick: number) => {
    const { next, page } = at.place(region)
    const tagged = { STG: GRANULE, ST2G: 2 * GRANULE, "DC GVA": 64 }[instructions[code] as string]
    if (tagged !== undefined) {
      const first = next - (next % tagged)
      for (let offset = first; offset < first + tagged; offset += GRANULE)
        granules.set(granuleOf(page, offset), own(at.domain))
      return { code, a: page, b: next }
    }
    switch (instructions[code]) {
      case "LDG":
        pointers.set(0, tagAt(page, next, at.rights(region)))
        return { code, a: page, b: next }
      case "MSR TCO":
        tco = pick % 3 === 0
        return { code, a: tco ? 1 : 0, b: 0 }
      case "IRG":
        pointers.set(handle, "drawn")
        return { code, a: handle, b: 0 }
      case "ADDG": {
        const tag = pointers.register(handle)
        if (typeof tag === "number") pointers.set(handle, (tag + pick) & (TAGS - 1))
        return { code, a: handle, b: pick }
      }
      default:
        forged = pick & (TAGS - 1)
        return { code, a: pick, b: 0 }
    }
  }
  const from = (at: Standing, handle: number) => (handle < 0 ? own(at.domain) : pointers.register(handle))

  return {
    passes: ({ all, bytes, domain, offset, page }: RuledAccess, handle) => {
      const pointer = handle < 0 ? own(domain) : pointers.register(handle)
      if (pointer === undefined) return false
      const tag = handle < 0 || inserts ? own(domain) : pointer
      if (tag === "drawn") return tco ? true : undefined
      const state = {
        tco,
        isTagged: () => true,
        allocationTag: (granule: bigint) => tagAt(Number(granule >> 12n), Number(granule & 4095n), all)
      }
      return passes({ address: insertTag(BigInt(page * 4096 + offset), tag), bytes, stackRelative: false }, state)
    },
    derive: (at, { from: source, to }) => pointers.set(to, from(at, source)),
    keep: (at, _, slot, handle) => pointers.store(at.domain, slot, from(at, handle)),
    recall: (at, slot, handle) => pointers.set(handle, pointers.slot(at.domain, slot)),
    drop: (_, __, handle) => pointers.set(handle, undefined),
    // The gate's own BFI and TCO.
    gate: () => {
      tco = false
      forged = undefined
    },
    // Every granule is tagged anew where the holder is another one.
    changed: (at, region, domain, before) => {
      if (before === (at.rights(region)[domain] ?? 0)) return
      const { page } = at.place(region)
      for (const granule of granules.keys()) if (granule.startsWith(`${page} `)) granules.delete(granule)
    },
    instruct: (at, pick, region, handle) =>
      instructed(at, pick % instructions.length, region, handle, Math.floor(pick / instructions.length))
  }
}
