/**
 * Tracked stores: every store of an exchange capability is entered in a hash table, so that a revocation finds the
 * copies without a sweep. The table is memory with an address; its lines and those of the slots travel like any. The
 * code that stores, finds and clears is the runtime's, inlined: it reaches the table and every compartment's slots.
 *
 *   CHERI9   taking a capability that is stored k times from a domain performs k clearing stores
 *   CHERI12  the table of memory that several threads share is changed under a lock
 */
import type { Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { leastWayToTile } from "@isolde/core/machines/latencies"
import { PAGE_BYTES } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import { Serialise } from "@isolde/core/processor/operation"
import type { Program } from "@isolde/core/processor/program"
import { CAPABILITY_BYTES } from "./capability.ts"
import type { CheriConfig } from "./config.ts"
import { type GovernedMemory, UNGOVERNED } from "./governed-memory.ts"
import { NONE, StoredCapabilities } from "./stored-capabilities.ts"

/** A node: the slot's address, the next node's and the previous one's. */
const NODE_BYTES = 32
const BUCKET_BYTES = 8
const SLOTS_PER_PAGE = PAGE_BYTES / CAPABILITY_BYTES

export class TrackedStores {
  readonly stored: StoredCapabilities
  readonly #config: CheriConfig
  readonly #objects: Int32Array // [object] region
  readonly #worker: Int16Array // [object] worker whose memory it is, or -1
  readonly #keepAction: number
  readonly #locked: number
  readonly #multiply: number
  readonly #lock: number // word, or NONE where one thread is alone
  readonly #perDomain: number
  readonly #slotPages: Int32Array // [domain] first page of its slots
  readonly #nodePage: number
  readonly #bucketPages: number // per worker; those of shared memory come first
  readonly #bucketPage: number

  /** `objects` are the exchange regions; `keepAction` is the code of the unit's effect of a capability store. */
  constructor(
    config: CheriConfig,
    parts: MachineParts,
    memory: GovernedMemory,
    objects: Int32Array,
    keepAction: number
  ) {
    const { domains, numbers, softwareThreads: threads, words } = parts
    this.#config = config
    this.#objects = objects
    this.#keepAction = keepAction
    this.#locked = numbers.core.locked
    this.#multiply = numbers.core.multiply
    this.#lock = threads > 1 ? words.allocate(1) : NONE
    this.#worker = Int16Array.from(objects, (region) => parts.regions.worker[region])
    this.#perDomain = config.slots + objects.length * config.storesPerObject
    const flight = leastWayToTile(numbers)
    this.stored = new StoredCapabilities(domains, objects.length, this.#perDomain, flight)
    const pages = Math.ceil(this.#perDomain / SLOTS_PER_PAGE)
    this.#slotPages = Int32Array.from({ length: domains }, () => memory.reserve(pages, UNGOVERNED))
    const nodes = domains * this.#perDomain
    this.#nodePage = memory.reserve(Math.ceil((nodes * NODE_BYTES) / PAGE_BYTES), UNGOVERNED)
    const workers = this.#worker.reduce((most, worker) => Math.max(most, worker + 1), 0)
    this.#bucketPages = Math.ceil((config.buckets * BUCKET_BYTES) / PAGE_BYTES)
    this.#bucketPage = memory.reserve(this.#bucketPages * (workers + 1), UNGOVERNED)
  }

  /** Slot `number` of `domain`'s memory that programs address. */
  slot(domain: number, number: number): number {
    return domain * this.#perDomain + number
  }

  /** The `copy`-th slot in which `domain` keeps `object` when it is given it. */
  home(domain: number, object: number, copy: number): number {
    const { slots, storesPerObject } = this.#config
    return domain * this.#perDomain + slots + object * storesPerObject + copy
  }

  /** Store a capability to `object` with `rights` (those that the thread holds, if 0) in `slot`, and enter it. */
  keep(program: Program, slot: number, object: number, rights: Rights, bounds = 0): void {
    const node = slot * NODE_BYTES
    program.as(Cause.instrumentation)
    const tracks = this.#config.revocation === "tracked"
    if (tracks) this.#acquire(program, object)
    program
      .store(this.#page(slot), this.#offset(slot), CAPABILITY_BYTES)
      .act(this.#keepAction, (bounds << 17) | (object << 2) | rights, slot)
    if (!tracks) return
    this.#hash(program)
    this.#loadBucket(program, object)
    program.chain(this.#config.insertPath).store(this.#nodePage + Math.floor(node / PAGE_BYTES), node % PAGE_BYTES, 16)
    this.#storeBucket(program, object)
    this.#release(program, object)
  }

  /** Pages of `domain`'s slots. */
  pagesOf(domain: number): ReadonlyArray<number> {
    return Array.from({ length: Math.ceil(this.#perDomain / SLOTS_PER_PAGE) }, (_, n) => this.#slotPages[domain] + n)
  }

  /** CHERI15: a store of data over `slot`. Its tag goes. */
  overwrite(program: Program, slot: number): void {
    program.clearCapability(this.#page(slot), this.#offset(slot), slot)
  }

  /** CHERI15: a store of a capability that nothing enters in the table; `action` is the code of its effect. */
  storeUntracked(program: Program, slot: number, handle: number, action: number): void {
    program.store(this.#page(slot), this.#offset(slot), CAPABILITY_BYTES).act(action, handle, slot)
  }

  /** Load the capability in `slot`. */
  load(program: Program, slot: number): void {
    program.load(this.#page(slot), this.#offset(slot), CAPABILITY_BYTES)
  }

  /** CHERI9: find the stored capabilities of `domain` to `object` and clear each. */
  revoke(program: Program, domain: number, object: number): void {
    const { stored } = this
    program.as(Cause.sweep)
    this.#acquire(program, object)
    this.#hash(program)
    this.#loadBucket(program, object)
    program.chain(this.#config.comparePath)
    // The branch on what was found; what is cleared behind it is judged by nobody older.
    program.serialise(Serialise.drain, 1)
    for (let slot = stored.first[object]; slot !== NONE; slot = stored.next[slot]) {
      const node = slot * NODE_BYTES
      program.load(this.#nodePage + Math.floor(node / PAGE_BYTES), node % PAGE_BYTES, 16)
      if (stored.domainOf(slot) !== domain || stored.untracked[slot] === 1) continue
      this.load(program, slot)
      program.clearCapability(this.#page(slot), this.#offset(slot), slot)
      this.#hash(program)
      program
        .chain(this.#config.unlinkPath)
        .store(this.#nodePage + Math.floor(node / PAGE_BYTES), node % PAGE_BYTES, 16)
    }
    this.#release(program, object)
  }

  /** FNV-1 over the key: each byte is multiplied in, and xored. */
  #hash(program: Program): void {
    for (let byte = 0; byte < this.#config.hashBytes; byte++) program.chain(1, this.#multiply).chain(1)
  }

  #page(slot: number): number {
    const domain = this.stored.domainOf(slot)
    return this.#slotPages[domain] + Math.floor((slot - domain * this.#perDomain) / SLOTS_PER_PAGE)
  }

  #offset(slot: number): number {
    return ((slot % this.#perDomain) % SLOTS_PER_PAGE) * CAPABILITY_BYTES
  }

  #loadBucket(program: Program, object: number): void {
    const at = this.#bucket(object)
    program.load(this.#bucketPage + Math.floor(at / PAGE_BYTES), at % PAGE_BYTES, BUCKET_BYTES)
  }

  #storeBucket(program: Program, object: number): void {
    const at = this.#bucket(object)
    program.store(this.#bucketPage + Math.floor(at / PAGE_BYTES), at % PAGE_BYTES, BUCKET_BYTES)
  }

  /** Byte of the bucket that an object's capabilities hash to, in the table of its worker. */
  #bucket(object: number): number {
    const hash = (Math.imul(this.#objects[object] + 1, 0x9e3779b1) >>> 0) % this.#config.buckets
    return (this.#worker[object] + 1) * this.#bucketPages * PAGE_BYTES + hash * BUCKET_BYTES
  }

  #acquire(program: Program, object: number): void {
    if (this.#lock !== NONE && this.#worker[object] < 0) program.lock(this.#lock, this.#locked)
  }

  #release(program: Program, object: number): void {
    if (this.#lock !== NONE && this.#worker[object] < 0) program.storeWord(this.#lock, 0)
  }
}
