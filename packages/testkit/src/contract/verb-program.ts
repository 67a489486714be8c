/**
 * The random programs of the differential tests over every verb: what they do, and what the operations leave to each
 * domain. Law: each place is accessed once, so that a fault says which access it was.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Nobody } from "@isolde/core/isolation/ownership"
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { ProgramMemory, ProgramRegion } from "../program-workload.ts"
import type { EveryVerbOptions } from "./every-verb.ts"
import type { Vocabulary } from "./planned-program.ts"
import { handleOf, pointerStep } from "./pointer-steps.ts"
import type { RuledThread, Standing } from "./ruled-thread.ts"
import { verbRegions } from "./verb-regions.ts"

/** One step, before it is known what it means where it stands. */
export interface VerbStep {
  readonly kind: number
  readonly pick: number
  readonly store: boolean
}

/** Kinds of step: without pointers, and with. */
export const kinds = { plain: 20, pointers: 32 } as const

/** Most activations at a time. */
const DEEPEST = 3
/** Copies stay in the upper half of a page, accesses in the lower. */
const COPIED = 2048

export class VerbProgram {
  /** Places whose accesses fault, and regions of operations that are refused, in order. */
  readonly faults = new Set<string>()
  readonly refusals: Array<number> = []
  readonly verbs = new Set<number>()
  /** Places whose accesses may fault or not, for all that the rule says. */
  readonly open = new Set<string>()
  accesses = 0
  readonly #words: Vocabulary
  readonly #memory: ProgramMemory
  readonly #options: EveryVerbOptions
  readonly #rule: RuledThread | undefined
  readonly #at: Standing
  readonly #canEnd: boolean
  readonly #script: Array<OperationRecord> = []
  readonly #regions: ReadonlyArray<ProgramRegion>
  readonly #owner: Array<number>
  readonly #rights: Array<Array<Rights>> // [region][domain]
  readonly #callers: Array<{ readonly domain: number; readonly activation: number }> = []
  readonly #gone = new Set<number>()
  #open: ReadonlyArray<number> = []
  #domain = 0
  #activations = 0
  #places = 0

  constructor(words: Vocabulary, memory: ProgramMemory, options: EveryVerbOptions, canEnd: boolean, signals: boolean) {
    this.#words = words
    this.#memory = memory
    this.#options = options
    this.#rule = options.rule?.()
    this.#canEnd = canEnd
    this.#regions = verbRegions(words)
    this.#owner = this.#regions.map(({ owner }) => owner)
    this.#rights = this.#regions.map(({ kind, owner }) =>
      Array.from({ length: words.domains }, (_, domain) =>
        kind === RegionKind.shared || owner === domain ? Right.readWrite : Right.none
      )
    )
    this.#at = this.#standing()
    if (signals)
      this.#script.push({ verb: Verb.handler, bytes: 2 }, { verb: Verb.compute, bytes: 9 }, { verb: Verb.sigreturn })
  }

  step({ kind, pick, store }: VerbStep): void {
    const { domains } = this.#words
    const object = domains + 1 + (pick % (this.#regions.length - domains - 1))
    const domain = (pick >> 3) % domains
    if (kind === 0 || kind === 1) this.#enter(domain)
    else if (kind === 2) this.#leave()
    else if (kind === 3) this.#exchange(domain, pick)
    else if (kind === 4) this.#do({ verb: Verb.yield })
    else if (kind === 5) this.#do({ verb: Verb.raise, bytes: 0 })
    else if (kind === 6 || kind === 7) this.#move(object, domain, (pick >> 5) % 4 === 0)
    else if (kind === 8 && this.#words.canGrant) this.#grant(object, domain, store)
    else if (kind === 9 && this.#words.canGrant) this.#revoke(object, store)
    else if (kind === 10 && this.#words.canShare) this.#share(object, domain, store)
    else if (kind === 11 && this.#words.canAllocate) this.#free(object)
    else if (kind === 12 && this.#words.canAllocate) this.#allocate(object, domain)
    else if (kind === 13 && this.#canEnd && pick % 4 === 0) this.#terminate(domain)
    else if (kind === 14) this.#touch(pick % this.#regions.length, store)
    else if (kind >= kinds.plain) this.#point({ kind: kind - kinds.plain, pick, store }, object)
    else this.#access(kind === 15 ? pick % this.#regions.length : object, store)
  }

  /** Back to where it began. */
  finish(): Array<OperationRecord> {
    while (this.#callers.length > 0) this.#leave()
    for (const region of this.#regions.keys()) this.#access(region, region % 2 === 0)
    return [...this.#script, { verb: Verb.compute, bytes: 1 }]
  }

  #do(record: OperationRecord): void {
    this.verbs.add(record.verb)
    this.#script.push(record)
  }

  #change(record: OperationRecord): void {
    const { before = 0 } = this.#options
    if (before > 0) this.#script.push({ verb: Verb.compute, bytes: before })
    this.#do({ bytes: 4096, ...record })
  }

  #enter(to: number): void {
    if (to === this.#domain || this.#gone.has(to) || this.#callers.length === DEEPEST) return
    const activation = this.#activations++
    this.#callers.push({ domain: this.#domain, activation })
    this.#do({ verb: Verb.enter, from: this.#domain, to, activation })
    this.#arrive(to, false)
  }

  #leave(): void {
    const caller = this.#callers.pop()
    if (caller === undefined) return
    this.#do({ verb: Verb.leave, from: this.#domain, to: caller.domain, activation: caller.activation })
    this.#arrive(caller.domain, true)
  }

  #arrive(domain: number, isReturn: boolean): void {
    this.#domain = domain
    this.#open = []
    this.#rule?.gate?.(this.#at, isReturn)
  }

  /** Both domains' memory is open until the next gate. */
  #exchange(to: number, pick: number): void {
    if (to === this.#domain || this.#gone.has(to)) return
    const [source, target] = [this.#memory.regions[this.#domain], this.#memory.regions[to]]
    if (source === undefined || target === undefined) return
    this.#do({ verb: Verb.open, from: this.#domain, to })
    const offset = COPIED + 8 * (pick % 64)
    const places = { page: source.page, offset, toPage: target.page, toOffset: offset }
    this.#do({ verb: Verb.copy, from: this.#domain, to, ...places, bytes: 8 + (pick % 90) })
    this.#open = [this.#domain, to]
  }

  /** Whether `to` may have `region` from its owner `from`; if not, the operation is refused. */
  #may(region: number, needed: number, to: number): boolean {
    const may = this.#owner[region] === needed && !this.#gone.has(to)
    if (!may) this.refusals.push(region)
    return may
  }

  #move(region: number, to: number, isWrong: boolean): void {
    const owner = this.#owner[region] as number
    const from = isWrong || owner === Nobody ? (owner + 1) % this.#words.domains : owner
    if (from === to) return
    this.#change({ verb: Verb.move, region, from, to })
    if (!this.#may(region, from, to)) return
    this.#owner[region] = to
    this.#set(region, from, Right.none)
    this.#set(region, to, Right.readWrite)
  }

  #rightsOf(store: boolean): Rights {
    return store || !this.#words.canReadOnly ? Right.readWrite : Right.read
  }

  #grant(region: number, to: number, store: boolean): void {
    if (to === this.#owner[region] || this.#owner[region] === Nobody) return
    const rights = this.#rightsOf(store)
    this.#change({ verb: Verb.grant, region, from: this.#domain, to, rights })
    if (this.#gone.has(to)) this.refusals.push(region)
    else this.#set(region, to, rights)
  }

  #share(region: number, to: number, store: boolean): void {
    const from = this.#domain
    if (to === from || to === this.#owner[region]) return
    const rights = this.#rightsOf(store)
    this.#change({ verb: Verb.share, region, from, to, rights })
    if (this.#may(region, from, to)) this.#set(region, to, rights)
  }

  /** A part is left of what there was. */
  #revoke(region: number, store: boolean): void {
    const all = this.#rights[region] ?? []
    const from = all.findIndex((rights, domain) => domain !== this.#owner[region] && rights !== Right.none)
    const had = all[from]
    if (had === undefined) return
    const rights = store || !this.#words.canReadOnly ? Right.none : had & Right.read
    this.#change({ verb: Verb.revoke, region, from, to: this.#domain, rights })
    this.#set(region, from, rights)
  }

  #free(region: number): void {
    const from = this.#domain
    this.#change({ verb: Verb.free, region, from })
    if (!this.#may(region, from, from)) return
    this.#owner[region] = Nobody
    for (let domain = 0; domain < this.#words.domains; domain++) this.#set(region, domain, Right.none)
  }

  #allocate(region: number, to: number): void {
    this.#change({ verb: Verb.allocate, region, to })
    if (!this.#may(region, Nobody, to)) return
    this.#owner[region] = to
    this.#set(region, to, Right.readWrite)
  }

  /** A domain that nobody is inside of. */
  #terminate(domain: number): void {
    const isInside = domain === this.#domain || this.#callers.some((caller) => caller.domain === domain)
    if (domain === 0 || isInside || this.#gone.size > 0) return
    this.#change({ verb: Verb.terminate, to: domain })
    this.#gone.add(domain)
    for (const [region, { kind }] of this.#regions.entries()) {
      if (kind === RegionKind.shared) continue
      this.#set(region, domain, Right.none)
      if (this.#owner[region] !== domain) continue
      this.#owner[region] = kind === RegionKind.exchange ? 0 : Nobody
      if (kind === RegionKind.exchange) this.#set(region, 0, Right.readWrite)
    }
  }

  #set(region: number, domain: number, rights: Rights): void {
    const each = this.#rights[region]
    const before = each?.[domain]
    if (each === undefined || before === undefined) return
    each[domain] = rights
    this.#rule?.changed?.(this.#at, region, domain, before)
  }

  #touch(region: number, store: boolean): void {
    const at = this.#place(region)
    if (at !== undefined) this.#judged({ verb: Verb.touch, ...at, bytes: 1, rights: store ? 1 : 0 }, region, store)
  }

  #access(region: number, store: boolean): void {
    const at = this.#place(region)
    if (at !== undefined) this.#judged({ verb: store ? Verb.store : Verb.load, ...at, bytes: 8 }, region, store)
  }

  #place(region: number): { readonly page: number; readonly offset: number } | undefined {
    const placed = this.#memory.regions[region]
    const offset = 16 * this.#places + 8
    if (placed === undefined || offset >= COPIED) return undefined
    this.#places++
    return { page: placed.page, offset: placed.offset + offset }
  }

  #standing(): Standing {
    const domain = () => this.#domain
    return {
      get domain() {
        return domain()
      },
      rights: (region) => this.#rights[region] ?? [],
      place: (region) => {
        const { offset = 0, page = 0 } = this.#memory.regions[region] ?? {}
        return { page, offset, next: offset + 16 * this.#places }
      }
    }
  }

  /** What a domain does with pointers, and through them. */
  #point(step: VerbStep, object: number): void {
    if (this.#rule === undefined || this.#open.length > 0) return
    const record = pointerStep(this.#rule, this.#at, step, object)
    if (record !== undefined) return this.#do(record)
    const place = this.#place(object)
    const [verb, handle] = [step.store ? Verb.store : Verb.load, handleOf(step.pick)]
    if (place !== undefined) this.#judged({ verb, ...place, bytes: 8, handle }, object, step.store)
  }

  #judged(record: OperationRecord, region: number, store: boolean): void {
    const all = this.#rights[region] ?? []
    const wanted = store ? Right.write : Right.read
    const { page = 0, offset = 0 } = record
    // What is open to copies is asked for as far as one of the two has it.
    if (this.#open.length > 0 && !this.#open.some((domain) => ((all[domain] ?? 0) & wanted) !== 0)) return
    this.#do(record)
    this.accesses++
    const governed = this.#regions[region]?.kind !== RegionKind.shared && (this.#words.governs & wanted) !== 0
    if (this.#open.length > 0 || !governed) return
    const [domain, rights] = [this.#domain, all[this.#domain] ?? Right.none]
    const access = { domain, region, page, offset, bytes: 8, store, rights, all }
    const passes = this.#rule?.passes(access, record.handle ?? -1) ?? this.#options.passes?.(access)
    if (passes === undefined) this.open.add(`${page}+${offset}`)
    else if (!passes) this.faults.add(`${page}+${offset}`)
  }
}
