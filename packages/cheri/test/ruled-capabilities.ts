/**
 * The rule of capabilities, for a thread: what compartments have been given, and capabilities in registers and slots,
 * each derived by the architecture's rule. An access that names no register uses what a slot of its compartment has of
 * the whole object, and keeps that in a register until the next gate.
 */
import { Pointers, type RuledAccess, type RuledThread, type Standing } from "@isolde/testkit"
import { type Capability, derive, Permission, permits, UNSEALED } from "../src/capability.ts"
import { instructions } from "../src/instructions.ts"

const OBJECT = 4096
const ROOT: Capability = { tag: true, base: 0, top: 2 ** 48, permissions: 511, otype: UNSEALED }
/** CHERI14: registers that a gate leaves. */
const [IN, OUT] = [8, 2]

interface Held {
  readonly region: number
  readonly capability: Capability
  /** CHERI9: a look-up finds it. */
  readonly tracked: boolean
}

const permissionsOf = (rights: number): number =>
  (rights & 1 ? Permission.load : 0) | (rights & 2 ? Permission.store : 0)

/** Objects are adjacent pages of one address space, named by region: `base` is the place of the object there. */
const baseOf = (region: number): number => region * OBJECT

/** CHERI20 */
const isWhole = ({ base, top }: Capability, region: number): boolean =>
  base === baseOf(region) && top === baseOf(region) + OBJECT

export function ruledCapabilities(): RuledThread {
  const pointers = new Pointers<Held>()
  const loaded = new Map<number, number>() // region -> permissions in registers without a name
  const given = (region: number, rights: number): Held | undefined => {
    const capability = derive(ROOT, baseOf(region), OBJECT, permissionsOf(rights))
    return rights === 0 ? undefined : { region, capability, tracked: true }
  }
  /** Permissions of `domain` to `region` without naming a register. */
  const implicit = (domain: number, region: number, rights: number): number =>
    pointers
      .kept(domain)
      .filter(([, { capability, region: of }]) => of === region && isWhole(capability, region))
      .reduce((all, [, { capability }]) => all | capability.permissions, permissionsOf(rights))
  const rightsAt = (at: Standing, region: number) => at.rights(region)[at.domain] ?? 0
  const own = (at: Standing, region: number): Held | undefined => {
    const permissions = implicit(at.domain, region, rightsAt(at, region)) | (loaded.get(region) ?? 0)
    const rights = (permissions & Permission.load ? 1 : 0) | (permissions & Permission.store ? 2 : 0)
    return given(region, rights)
  }
  const from = (at: Standing, region: number, handle: number) =>
    handle < 0 ? own(at, region) : pointers.register(handle)

  return {
    narrows: true,
    passes: ({ bytes, domain, offset, region, rights, store }: RuledAccess, handle) => {
      const needed = store ? Permission.store : Permission.load
      if (handle >= 0) {
        const held = pointers.register(handle)
        return held !== undefined && permits(held.capability, baseOf(region) + offset, bytes, needed)
      }
      const inRegister = loaded.get(region) ?? 0
      if ((inRegister & needed) !== 0) return true
      const inMemory = implicit(domain, region, rights)
      if ((inMemory & needed) === 0) return false
      loaded.set(region, inRegister | inMemory)
      return true
    },
    derive: (at, { bytes, from: source, offset, region, rights, to }) => {
      const parent = from(at, region, source)
      if (parent === undefined) return pointers.set(to, undefined)
      const { capability } = parent
      const base = bytes === 0 ? capability.base : baseOf(parent.region) + offset
      const length = bytes === 0 ? capability.top - capability.base : bytes
      const child = derive(capability, base, length, capability.permissions & permissionsOf(rights))
      const isEmpty = !child.tag || child.permissions === 0
      pointers.set(to, isEmpty ? undefined : { region: parent.region, capability: child, tracked: true })
    },
    keep: (at, region, slot, handle) => pointers.store(at.domain, slot, from(at, region, handle)),
    recall: (at, slot, handle) => pointers.set(handle, pointers.slot(at.domain, slot)),
    drop: (_, region, handle) => {
      if (handle >= 0) return pointers.set(handle, undefined)
      loaded.delete(region)
      forget(pointers, region)
    },
    gate: (_, isReturn) => {
      loaded.clear()
      for (const [register] of pointers.held()) if (register >= (isReturn ? OUT : IN)) pointers.set(register, undefined)
    },
    // CHERI9, CHERI14, CHERI15: what the table finds is cleared, and the registers of whoever takes it.
    changed: (at, region, domain, before) => {
      const after = at.rights(region)[domain] ?? 0
      const isTaken = (before & ~after) !== 0 || after === 0
      if (isTaken) {
        for (const [slot, held] of pointers.kept(domain))
          if (held.region === region && held.tracked) pointers.store(domain, slot, undefined)
        if (domain === at.domain) {
          loaded.delete(region)
          forget(pointers, region)
        }
      }
      if (after !== 0 && domain === at.domain) loaded.set(region, permissionsOf(after))
    },
    instruct: (at, pick, _, handle, slot) => {
      const code = pick % instructions.length
      const held = pointers.register(handle)
      // STR; STR of a capability that nothing enters in the table; SCBNDS with more than there is.
      if (code === 0) pointers.store(at.domain, slot, undefined)
      else if (code === 1) pointers.store(at.domain, slot, held && { ...held, tracked: false })
      else pointers.set(handle, undefined)
      return { code, a: handle, b: slot }
    }
  }
}

function forget(pointers: Pointers<Held>, region: number): void {
  for (const [register, held] of pointers.held()) if (held.region === region) pointers.set(register, undefined)
}
