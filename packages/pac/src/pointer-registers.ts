/**
 * Pointers as values: in handle registers, and in memory slots of domains. A signed one is judged at each access by
 * the number that its object has then; an authenticated one is an address, and is not judged again (PAC9).
 *
 *   value   >= 0  signature << 15 | region      below -2  authenticated: -3 - that
 */
import type { MachineParts, RightsHolder } from "@isolde/core/isolation/unit"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { HANDLES, Handle, type HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { PacConfig } from "./config.ts"

/** Regions that a pointer can name. */
export const MOST_REGIONS = 0x7ffc
const REGION_BITS = 15
const REGION = (1 << REGION_BITS) - 1
const FirstAuthenticated = -3

export const isAuthenticated = (pointer: number): boolean => pointer <= FirstAuthenticated
const bitsOf = (pointer: number): number => (pointer <= FirstAuthenticated ? FirstAuthenticated - pointer : pointer)
export const regionOf = (pointer: number): number => bitsOf(pointer) & REGION
export const signatureIn = (pointer: number): number => bitsOf(pointer) >>> REGION_BITS
const signed = (region: number, signature: number): number => (signature << REGION_BITS) | region
const authenticated = (pointer: number): number => FirstAuthenticated - bitsOf(pointer)

/** Unprivileged instructions, by their codes. */
export const instructions = ["PACDA", "AUTDA", "XPACD"] as const

/** Slots of a domain: a page of pointers. */
const SLOTS = PAGE_BYTES / 8

/** What the registers ask of the unit. */
export interface Signatures {
  /** Signature of the pointer to `region` that the thread's domain has, or -1. */
  pointer(t: HardwareThread, region: number): number
  /** What PACDA makes of a guessed number. */
  forged(region: number): number
  authenticates(t: RightsHolder, region: number, signature: number, tick: number): boolean
  /** Append the load of an entry. */
  load(program: Program, domain: number, region: number): void
}

export interface PointerRegisters {
  keep(program: Program, domain: number, region: number, slot: number, handle: number): void
  recall(program: Program, domain: number, slot: number, handle: number): void
  drop(program: Program, region: number, handle: number): void
  authenticate(program: Program, domain: number, region: number, from: number, to: number): void
  instruction(program: Program, domain: number, code: number, a: number, b: number): void
  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void
}

const Act = { keep: 0, recall: 1, drop: 2, authenticate: 3, forge: 4, strip: 5 } as const

/** Registers and slots of a run. Actions of its own are numbered from `first` on. */
export function pointerRegisters(
  config: PacConfig,
  { domains, pages }: MachineParts,
  first: number,
  signatures: Signatures
): PointerRegisters {
  const slotPage = pages.reserve(domains)
  const slots = new Int32Array(domains * SLOTS).fill(Handle.empty) // [domain][slot]
  const pack = (region: number, handle: number): number => (region << 5) | (handle + 1)

  const pointerIn = (t: HardwareThread, region: number, handle: number): number => {
    if (handle >= 0) return t.handles[handle]
    const signature = signatures.pointer(t, region)
    return signature < 0 ? Handle.empty : signed(region, signature)
  }
  const authenticate = (t: HardwareThread, region: number, from: number, to: number, tick: number): void => {
    const pointer = pointerIn(t, region, from)
    const isValid =
      pointer !== Handle.empty &&
      (isAuthenticated(pointer) || signatures.authenticates(t, regionOf(pointer), signatureIn(pointer), tick))
    t.handles[to] = isValid ? authenticated(pointer) : Handle.empty
  }
  const append = (program: Program, code: number, a: number, b: number): Program => program.act(first + code, a, b)

  return {
    keep: (program, domain, region, slot, handle) => {
      program.as(Cause.application).store(slotPage + domain, (slot % SLOTS) * 8)
      append(program, Act.keep, domain * SLOTS + (slot % SLOTS), pack(region, handle))
    },
    recall: (program, domain, slot, handle) => {
      program.as(Cause.application).load(slotPage + domain, (slot % SLOTS) * 8)
      append(program, Act.recall, domain * SLOTS + (slot % SLOTS), handle)
    },
    drop: (program, region, handle) => {
      append(program.as(Cause.application).compute(1), Act.drop, region, handle)
    },
    authenticate: (program, domain, region, from, to) => {
      program.as(Cause.instrumentation)
      signatures.load(program, domain, region)
      program.compute(1, config.authenticate)
      append(program, Act.authenticate, pack(region, from), to)
    },
    instruction: (program, domain, code, a, b) => {
      program.as(Cause.application)
      if (instructions[code] === "AUTDA") signatures.load(program, domain, 0)
      program.compute(1, instructions[code] === "XPACD" ? config.strip : config.authenticate)
      append(
        program,
        [Act.forge, Act.authenticate, Act.strip][code],
        instructions[code] === "AUTDA" ? pack(0, b) : a,
        b
      )
    },
    act: (t, code, a, b, tick) => {
      switch (code) {
        case Act.keep: {
          const pointer = pointerIn(t, b >> 5, (b & 31) - 1)
          slots[a] = pointer === Handle.empty ? pointer : bitsOf(pointer)
          return
        }
        case Act.recall:
          if (b >= 0) t.handles[b] = slots[a]
          return
        case Act.drop:
          for (let handle = 0; handle < HANDLES; handle++)
            if (handle === b || (b < 0 && t.handles[handle] !== Handle.empty && regionOf(t.handles[handle]) === a))
              t.handles[handle] = Handle.empty
          return
        case Act.authenticate:
          return authenticate(t, a >> 5, (a & 31) - 1, b, tick)
        case Act.forge:
          t.handles[b] = signed(a, signatures.forged(a))
          return
        case Act.strip:
          t.handles[b] = Handle.empty
      }
    }
  }
}
