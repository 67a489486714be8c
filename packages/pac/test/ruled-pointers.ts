/**
 * The rule of signed pointers, for a thread: entries with numbers, registers and slots with pointers. Every right that a
 * domain is given has a number of its own, so no two pointers of one entry fit by chance.
 */
import { Pointers, type RuledAccess, type RuledThread, type Standing } from "@isolde/testkit"
import { instructions } from "../src/pointer-registers.ts"
import { allows, authenticate, type Entry, type Pointer, sign, sizeLog2Of } from "../src/signed-pointer.ts"

const KEY = 99
const OBJECT = 4096

/** Entries of all domains and regions are one table. */
const entryOf = (domain: number, region: number): number => region * 64 + domain

/** A pointer, and what it is a pointer to. */
interface Held {
  readonly region: number
  readonly pointer: Pointer
}

export function ruledPointers(): RuledThread {
  const pointers = new Pointers<Held>()
  const renewed = new Map<number, number>() // entry -> times that its domain gained it
  const entry = (domain: number, region: number, rights: number): Entry => ({
    number: rights === 0 ? 0 : 7 + (renewed.get(entryOf(domain, region)) ?? 0)
  })
  const entryAt = (at: Standing, region: number): Entry => entry(at.domain, region, at.rights(region)[at.domain] ?? 0)
  /** The pointer that code of the domain has to `region`. */
  const own = (domain: number, region: number, of: Entry): Held | undefined => {
    const [offset, sizeLog2] = [0, sizeLog2Of(OBJECT)]
    const bare = { entry: entryOf(domain, region), offset, sizeLog2, signature: undefined, authenticated: false }
    return of.number === 0 ? undefined : { region, pointer: sign(KEY, bare, of) }
  }
  /** PAC9: as the domain that runs finds it. */
  const authenticated = (at: Standing, held: Held | undefined): Held | undefined => {
    if (held === undefined || held.pointer.authenticated) return held
    const of = { ...held.pointer, entry: entryOf(at.domain, held.region) }
    const pointer = authenticate(KEY, of, entryAt(at, held.region))
    // An address that is stored is stored with the signature that it had.
    return pointer && { region: held.region, pointer: { ...pointer, signature: held.pointer.signature } }
  }
  const from = (at: Standing, region: number, handle: number) =>
    handle < 0 ? own(at.domain, region, entryAt(at, region)) : pointers.register(handle)

  return {
    passes: ({ bytes, domain, region, rights }: RuledAccess, handle) => {
      const of = entry(domain, region, rights)
      const held = handle < 0 ? own(domain, region, of) : pointers.register(handle)
      return held?.region === region && allows(KEY, { ...held.pointer, entry: entryOf(domain, region) }, of, bytes)
    },
    derive: (at, { from: source, region, to }) => pointers.set(to, authenticated(at, from(at, region, source))),
    keep: (at, region, slot, handle) => {
      const held = from(at, region, handle)
      pointers.store(at.domain, slot, held && { ...held, pointer: { ...held.pointer, authenticated: false } })
    },
    recall: (at, slot, handle) => pointers.set(handle, pointers.slot(at.domain, slot)),
    drop: (_, region, handle) => {
      for (const [register, held] of pointers.held())
        if (register === handle || (handle < 0 && held.region === region)) pointers.set(register, undefined)
    },
    changed: (_, region, domain) => {
      const place = entryOf(domain, region)
      renewed.set(place, (renewed.get(place) ?? 0) + 1)
    },
    instruct: (at, pick, region, handle) => {
      const code = pick % instructions.length
      const held = pointers.register(handle)
      // PACDA with a number that nobody gave out; AUTDA; XPACD.
      if (code === 0) pointers.set(handle, forged(region))
      else pointers.set(handle, code === 1 ? authenticated(at, held) : undefined)
      return { code, a: region, b: handle }
    }
  }
}

const forged = (region: number): Held => ({
  region,
  pointer: { entry: 0, offset: 0, sizeLog2: sizeLog2Of(OBJECT), signature: -1, authenticated: false }
})
