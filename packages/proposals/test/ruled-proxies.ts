/**
 * The rule of proxy capabilities, for a thread: a pointer names an entry and the version that it had, in a register or
 * a slot. Law: an entry's version counts how often its domain came to have the object, the beginning included.
 */
import { Pointers, type RuledAccess, type RuledThread, type Standing } from "@isolde/testkit"
import { entryAllows } from "../src/may-access.ts"

const OBJECT = 4096

interface Name {
  readonly region: number
  readonly version: number
}

export function ruledProxies(): RuledThread {
  const pointers = new Pointers<Name>()
  const versions = new Map<string, number>() // domain and region
  /** `rights`: what the domain has had from the start, where nothing has changed since. */
  const versionOf = (domain: number, region: number, rights: number): number =>
    versions.get(`${domain} ${region}`) ?? (rights === 0 ? 0 : 1)
  const from = (at: Standing, region: number, handle: number): Name | undefined => {
    if (handle >= 0) return pointers.register(handle)
    const rights = at.rights(region)[at.domain] ?? 0
    return rights === 0 ? undefined : { region, version: versionOf(at.domain, region, rights) }
  }
  return {
    passes: ({ bytes, domain, offset, region, rights, store }: RuledAccess, handle) => {
      const version = versionOf(domain, region, rights)
      const named = handle < 0 ? { region, version } : pointers.register(handle)
      const entry = { rights, bytes: OBJECT, version }
      return named?.region === region && entryAllows(entry, named.version, offset, bytes, store)
    },
    derive: (at, { from: source, region, to }) => pointers.set(to, from(at, region, source)),
    keep: (at, region, slot, handle) => pointers.store(at.domain, slot, from(at, region, handle)),
    recall: (at, slot, handle) => pointers.set(handle, pointers.slot(at.domain, slot)),
    drop: (_, __, handle) => pointers.set(handle, undefined),
    changed: (at, region, domain, before) => {
      const isNew = before === 0 && (at.rights(region)[domain] ?? 0) !== 0
      versions.set(`${domain} ${region}`, versionOf(domain, region, before) + (isNew ? 1 : 0))
    }
  }
}
