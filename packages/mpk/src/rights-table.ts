/**
 * The software table: which domain holds which object, as the PKRU value that a gate into the domain must write.
 * Rights to a worker's objects are rows of its own thread; rights to objects of all are words that threads share.
 *
 *   MPK7  a shared row changes under the lock, by a store to its word; a gate reads the word as any other memory
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { MachineParts } from "@isolde/core/isolation/unit"
import { domainKey, type KeyPlan } from "./key-plan.ts"
import { CLOSED, KEYS, withRights } from "./pkru.ts"

/** No worker: objects of all. */
const EVERYBODY = -1

export class RightsTable {
  /** Lock word of the shared rows, or -1. */
  readonly lock: number
  readonly #plan: KeyPlan
  readonly #regions: number
  readonly #domains: number
  readonly #workerOf: Int16Array // [region]
  readonly #held: Uint8Array // [domain][region] Rights: who holds what
  readonly #fixed: Int32Array // [domain] PKRU with the keys of objects open
  readonly #own: Int32Array // [software thread][domain] bits of the keys of its worker's objects
  readonly #known: Int32Array // [software thread][domain] bits of the keys of everybody's objects, as the thread last read them
  readonly #words: Int32Array // [domain] word that holds them

  constructor(parts: MachineParts, plan: KeyPlan) {
    const { domains, exchange, regions, softwareThreads: threads, words } = parts
    this.#plan = plan
    this.#regions = regions.count
    this.#domains = domains
    this.#workerOf = regions.worker
    this.#held = new Uint8Array(domains * regions.count)
    for (let region = 0; region < regions.count; region++)
      this.#held[regions.owner[region] * regions.count + region] = Right.readWrite
    this.#fixed = Int32Array.from({ length: domains }, (_, domain) => {
      let pkru = withRights(withRights(CLOSED, 0, Right.readWrite), domainKey(domain), Right.readWrite)
      const shared = regions.kind.indexOf(RegionKind.exchange)
      if (exchange === "share" && shared >= 0) pkru = withRights(pkru, plan.ofRegion[shared], Right.readWrite)
      for (let key = 0; key < KEYS; key++)
        if (plan.objects[key].length > 0) pkru = withRights(pkru, key, Right.readWrite)
      return pkru
    })
    this.#own = new Int32Array(threads * domains)
    this.#known = new Int32Array(threads * domains)
    this.lock = plan.hasCommon ? words.allocate(1) : -1
    // A line per domain: a change of one domain's row leaves the others' alone.
    this.#words = Int32Array.from({ length: domains }, () => (plan.hasCommon ? words.allocate(1) : -1))
    for (let domain = 0; domain < domains; domain++) {
      const bits = this.#bits(EVERYBODY, domain)
      if (plan.hasCommon) words.values[this.#words[domain]] = bits
      for (let thread = 0; thread < threads; thread++) this.#known[thread * domains + domain] = bits
    }
  }

  /** `thread` runs worker `worker`: its own rows begin with what the worker's objects say. */
  attach(thread: number, worker: number): void {
    for (let domain = 0; domain < this.#domains; domain++)
      this.#own[thread * this.#domains + domain] = this.#bits(worker, domain)
  }

  /** Word of the shared row of `domain`. */
  wordOf(domain: number): number {
    return this.#words[domain]
  }

  /** Whether rights to `region` are the business of all threads. */
  isCommon(region: number): boolean {
    return this.#workerOf[region] < 0 && this.#plan.objects[this.#plan.ofRegion[region]].length > 0
  }

  /** PKRU that `thread` writes on its way into `domain`. */
  pkru(thread: number, domain: number): number {
    const at = thread * this.#domains + domain
    return this.#fixed[domain] | this.#own[at] | this.#known[at]
  }

  /** `thread` has read the shared row of `domain`. */
  read(thread: number, domain: number, bits: number): void {
    this.#known[thread * this.#domains + domain] = bits
  }

  /** `domain` has `rights` to `region` from now on; the new bits of the row, which belongs to `thread` or to all. */
  record(thread: number, domain: number, region: number, rights: Rights): number {
    this.#held[domain * this.#regions + region] = rights
    const bits = this.#bits(this.#workerOf[region], domain)
    const rows = this.#workerOf[region] < 0 ? this.#known : this.#own
    rows[thread * this.#domains + domain] = bits
    return bits
  }

  /** Bits that close to `domain` the keys of `worker`'s objects on which it holds nothing (MPK5: a key is open for any). */
  #bits(worker: number, domain: number): number {
    let bits = 0
    for (let key = 0; key < KEYS; key++) {
      const objects = this.#plan.objects[key]
      let rights: Rights = Right.none
      let own = 0
      for (let i = 0; i < objects.length; i++) {
        if (this.#workerOf[objects[i]] !== worker) continue
        own++
        rights |= this.#held[domain * this.#regions + objects[i]]
      }
      if (own > 0) bits = withRights(bits, key, rights)
      else if (worker !== EVERYBODY && this.#foreign(objects)) bits = withRights(bits, key, Right.none)
    }
    return bits
  }

  /** Objects of other workers alone: closed to this one. */
  #foreign(objects: Int32Array): boolean {
    return objects.length > 0 && this.#workerOf[objects[0]] >= 0
  }
}
