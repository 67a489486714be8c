/**
 * More domains than keys, as libmpk does it: a domain's pages have a key while somebody runs in it, and keep it until
 * it is wanted for another. The cache of keys is memory under a lock; how many threads use a key is a word.
 *
 *   MPK15  the cache, and who holds what, change under the lock alone
 *   MPK16  a key is taken from the domain that was entered longest ago among those in which no thread runs
 *   MPK17  a thread closes its keys and counts itself out before it asks for others: who waits holds nothing
 */

import { Right } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import { Act } from "./actions.ts"
import type { MpkConfig } from "./config.ts"
import { CLOSED, KEYS, withRights } from "./pkru.ts"
import type { Rekey } from "./rekey.ts"

/** No key. */
const None = 0
/** Instructions between two tries when every key is in use. */
const PAUSE = 200
/** Keys that one thread may use at once: its own, and another's while it copies. */
const AT_ONCE = 2

export class VirtualKeys {
  /** Word that guards the cache. */
  readonly lock: number
  readonly #parts: MachineParts
  readonly #path: number
  readonly #rekey: Rekey
  readonly #shared: number // key of memory that all domains share, or None
  readonly #entries: number // page of the cache's entries
  readonly #users: Int32Array // [key] word: threads that have it open
  readonly #keyOf: Uint8Array // [domain] key, or None
  readonly #domainOf: Int16Array // [key] domain, or -1
  readonly #entered: Float64Array // [key] how many entries there were before the last into its domain
  readonly #using: Uint8Array // [software thread][place] key, or None
  #times = KEYS

  constructor(config: MpkConfig, parts: MachineParts, shared: number, rekey: Rekey) {
    this.#parts = parts
    this.#path = config.lookupPath
    this.#rekey = rekey
    this.#shared = shared
    this.lock = parts.words.allocate(1)
    this.#entries = parts.pages.reserve(Math.ceil(parts.domains / 64))
    this.#users = Int32Array.from({ length: KEYS }, () => parts.words.allocate(1))
    this.#keyOf = Uint8Array.from({ length: parts.domains }, (_, domain) => keyAtStart(domain, shared))
    this.#domainOf = new Int16Array(KEYS).fill(-1)
    for (let domain = 0; domain < parts.domains; domain++)
      if (this.#keyOf[domain] !== None) this.#domainOf[this.#keyOf[domain]] = domain
    this.#entered = Float64Array.from({ length: KEYS }, (_, key) => key)
    this.#using = new Uint8Array(parts.softwareThreads * AT_ONCE)
  }

  /** Key of `domain`, 0 if it has none now. */
  keyOf(domain: number): number {
    return this.#keyOf[domain]
  }

  /** Domain that has `key`, or -1. */
  domainOf(key: number): number {
    return this.#domainOf[key]
  }

  /** PKRU with key 0, the shared key and that of `domain` open; -1 for no domain. */
  pkru(domain: number): number {
    let pkru = withRights(CLOSED, 0, Right.readWrite)
    if (this.#shared !== None) pkru = withRights(pkru, this.#shared, Right.readWrite)
    const key = domain < 0 ? None : this.#keyOf[domain]
    return key === None ? pkru : withRights(pkru, key, Right.readWrite)
  }

  /** `thread` starts in `domain`: true if that has a key. Not timed. */
  start(thread: number, domain: number): boolean {
    const key = this.#keyOf[domain]
    if (key === None) return false
    this.#parts.words.values[this.#users[key]]++
    this.#using[thread * AT_ONCE] = key
    return true
  }

  /** MPK17: append what counts the thread out of the keys that it has just closed. */
  release(program: Program, thread: number): void {
    for (let place = thread * AT_ONCE; place < (thread + 1) * AT_ONCE; place++) {
      const key = this.#using[place]
      if (key !== None) program.addWord(this.#users[key], -1, this.#parts.numbers.core.locked)
      this.#using[place] = None
    }
  }

  /** Append what gives `domain` a key and counts the thread in; and `other` before it, unless that is -1. */
  acquire(program: Program, other: number, domain: number): void {
    program.lock(this.lock, this.#parts.numbers.core.locked)
    if (other >= 0) program.act(Act.find, other, -1)
    program.act(Act.find, domain, other)
    program.storeWord(this.lock, 0)
  }

  /** An action of its own: with the lock held. */
  act(t: HardwareThread, code: number, domain: number, argument: number): void {
    const program = t.pushProgram().as(Cause.gate)
    switch (code) {
      case Act.find:
        program.load(this.#entries + (domain >>> 6), (domain & 63) * 64).chain(this.#path)
        if (this.#keyOf[domain] !== None) return this.#use(program, t, this.#keyOf[domain])
        return this.#ask(program, t, domain, argument, this.#oldest(0))
      case Act.consider: {
        const key = argument & 15
        if (t.value === 0) return this.#take(program, key, domain)
        return this.#ask(program, t, domain, (argument >> 4) - 1, this.#oldest(this.#entered[key]))
      }
      default:
        return this.#use(program, t, argument)
    }
  }

  /** MPK16: read how many threads use `key`; without one, let everything go and try again. */
  #ask(program: Program, t: HardwareThread, domain: number, other: number, key: number): void {
    if (key !== None) {
      program.loadWord(this.#users[key]).act(Act.consider, domain, ((other + 1) << 4) | key)
      return
    }
    this.release(program, t.software)
    program.storeWord(this.lock, 0).chain(PAUSE).lock(this.lock, this.#parts.numbers.core.locked)
    if (other >= 0) program.act(Act.find, other, -1)
    program.act(Act.find, domain, other)
  }

  #take(program: Program, key: number, domain: number): void {
    const victim = this.#domainOf[key]
    if (victim >= 0) {
      this.#rekey.group(program, victim, 0, Right.none)
      this.#keyOf[victim] = None
    }
    this.#domainOf[key] = domain
    this.#keyOf[domain] = key
    this.#rekey.group(program, domain, key, Right.readWrite)
    program.as(Cause.gate).chain(this.#path).act(Act.loaded, domain, key)
  }

  /** The entry moves to the front of its list: four links. */
  #use(program: Program, t: HardwareThread, key: number): void {
    this.#entered[key] = this.#times++
    const place = t.software * AT_ONCE
    this.#using[this.#using[place] === None ? place : place + 1] = key
    for (let link = 0; link < 4; link++) program.store(this.#entries, link * 64)
    program.addWord(this.#users[key], 1, this.#parts.numbers.core.locked)
  }

  /** The key that was entered longest ago, of those entered after `after`; None if there is none. */
  #oldest(after: number): number {
    let found = None
    for (let key = 1; key < KEYS; key++) {
      if (key === this.#shared || this.#entered[key] <= after) continue
      if (found === None || this.#entered[key] < this.#entered[found]) found = key
    }
    return found
  }
}

/** The first domains have keys: all but the shared one. */
export const keyAtStart = (domain: number, shared: number): number =>
  domain + 1 < KEYS && domain + 1 !== shared ? domain + 1 : None
