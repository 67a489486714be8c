/**
 * Writes the script of one worker of a random program, and what each access in it should find.
 * Law: after the last step a worker is back in the domain in which it began.
 */
import { type OperationRecord, Verb } from "@isolde/core/isolation/operation-script"
import { Nobody } from "@isolde/core/isolation/ownership"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import type { ProgramMemory } from "../program-workload.ts"
import {
  administers,
  type Expectation,
  objectOf,
  type RandomProgram,
  type Step,
  startOf,
  type Vocabulary
} from "./planned-program.ts"

/** Copies stay in the upper half of a page, single accesses in the lower. */
const COPY_ZONE = 2048
/** Most activations of one worker at a time. */
const DEEPEST = 4

/** Keeps track of where its worker is, and of the rights to the regions that it administers. */
export class ScriptWriter {
  readonly #made: RandomProgram
  readonly #words: Vocabulary
  readonly #memory: ProgramMemory
  readonly #used: Int32Array
  readonly #worker: number
  readonly #workers: number
  readonly #script: Array<OperationRecord> = []
  readonly #callers: Array<{ readonly domain: number; readonly activation: number }> = []
  readonly #rights: Array<Array<Rights>> // [region][domain] as this worker's own operations leave them
  readonly #owner: Array<number> // [region]
  #domain: number
  #activations = 0
  #gates = 0

  constructor(
    made: RandomProgram,
    words: Vocabulary,
    memory: ProgramMemory,
    used: Int32Array,
    worker: number,
    workers: number
  ) {
    this.#made = made
    this.#words = words
    this.#memory = memory
    this.#used = used
    this.#worker = worker
    this.#workers = workers
    this.#domain = startOf(worker, words)
    this.#rights = made.initial.map((rights) => [...rights])
    this.#owner = made.program.regions.map((region) => region.owner)
  }

  step({ kind, pick, store }: Step): void {
    if (kind === 0) this.#enter(pick)
    else if (kind === 1) this.#leave()
    else if (kind === 2 || kind === 3) this.#change(pick, store)
    else if (kind === DEEPEST) this.#script.push({ verb: Verb.compute, bytes: 1 + pick * 4 })
    else if (kind === 5) this.#copyAndEnter(pick)
    else this.#access(pick % this.#owner.length, store)
  }

  /** Return to where the worker began; some end with their last gate or transfer, some with an instruction. */
  finish(): Array<OperationRecord> {
    while (this.#callers.length > 0) this.#leave()
    const ends = this.#worker % 2 === 0 ? this.#owner.length : 0
    for (let region = 0; region < ends; region++) this.#access(region, region % 2 === 0)
    this.#made.gates += this.#gates
    return this.#script
  }

  #enter(pick: number): void {
    if (this.#callers.length === DEEPEST) return
    const to = (this.#domain + 1 + (pick % (this.#words.domains - 1))) % this.#words.domains
    const activation = this.#activations++
    this.#callers.push({ domain: this.#domain, activation })
    this.#pass(Verb.enter, to, activation)
  }

  #leave(): void {
    const caller = this.#callers.pop()
    if (caller !== undefined) this.#pass(Verb.leave, caller.domain, caller.activation)
  }

  #pass(verb: Verb, to: number, activation: number): void {
    this.#script.push({ verb, from: this.#domain, to, activation })
    this.#domain = to
    this.#gates++
  }

  /** Under `copy`: open both, copy there and back, enter. */
  #copyAndEnter(pick: number): void {
    if (this.#words.exchange !== "copy" || this.#callers.length === DEEPEST) return
    const from = this.#domain
    const to = (from + 1 + (pick % (this.#words.domains - 1))) % this.#words.domains
    const [source, target] = [this.#memory.regions[from], this.#memory.regions[to]]
    if (source === undefined || target === undefined) return
    const there = { page: source.page, offset: COPY_ZONE + pick * 8 }
    const back = { page: target.page, offset: COPY_ZONE + 1024 + pick * 8 }
    this.#script.push(
      { verb: Verb.open, from, to },
      { verb: Verb.copy, from, to, ...there, toPage: back.page, toOffset: back.offset, bytes: 8 + pick },
      { verb: Verb.copy, from: to, to: from, ...back, toPage: there.page, toOffset: there.offset, bytes: 16 }
    )
    this.#enter(pick)
  }

  /** A move, a grant or the revocation of a grant, of a region that this worker administers. */
  #change(pick: number, readOnly: boolean): void {
    if (this.#words.exchange !== "borrow" || this.#words.objects === 0) return
    const region = this.#words.domains + 1 + (pick % this.#words.objects)
    if (!administers(this.#worker, region, this.#words, this.#workers)) return
    const owner = this.#owner[region] as number
    const rights = this.#rights[region] as Array<Rights>
    if (owner === Nobody) return this.#allocate(region)
    const other = (owner + 1 + (pick % (this.#words.domains - 1))) % this.#words.domains
    const grantee = rights.findIndex((right, domain) => domain !== owner && right !== Right.none)
    if (grantee >= 0) {
      if (this.#domain === owner) this.#revoke(region, grantee)
    } else if (this.#words.canGrant && pick % 3 === 0 && this.#domain === owner) {
      const verb = this.#words.canShare && pick % 2 === 0 ? Verb.share : Verb.grant
      this.#grant(verb, region, other, readOnly && this.#words.canReadOnly ? Right.read : Right.readWrite)
    } else if (this.#words.canAllocate && pick % 5 === 0 && this.#domain === owner) {
      this.#free(region, owner)
    } else if (this.#domain === owner || this.#domain === other) this.#move(region, owner, other)
  }

  #move(region: number, from: number, to: number): void {
    this.#script.push({ verb: Verb.move, region, from, to, bytes: 4096 })
    this.#owner[region] = to
    const rights = this.#rights[region] as Array<Rights>
    rights[from] = Right.none
    rights[to] = Right.readWrite
    this.#changed(Verb.move, region)
  }

  #free(region: number, from: number): void {
    this.#script.push({ verb: Verb.free, region, from, bytes: 4096 })
    this.#owner[region] = Nobody
    ;(this.#rights[region] as Array<Rights>).fill(Right.none)
    this.#changed(Verb.free, region)
  }

  #allocate(region: number): void {
    this.#script.push({ verb: Verb.allocate, region, to: this.#domain, bytes: 4096 })
    this.#owner[region] = this.#domain
    ;(this.#rights[region] as Array<Rights>)[this.#domain] = Right.readWrite
    this.#changed(Verb.allocate, region)
  }

  #grant(verb: Verb, region: number, to: number, right: Rights): void {
    this.#script.push({ verb, region, from: this.#domain, to, rights: right, bytes: 4096 })
    ;(this.#rights[region] as Array<Rights>)[to] = right
    this.#changed(verb, region)
  }

  #revoke(region: number, from: number): void {
    this.#script.push({ verb: Verb.revoke, region, from, to: this.#domain, rights: Right.none, bytes: 4096 })
    ;(this.#rights[region] as Array<Rights>)[from] = Right.none
    this.#changed(Verb.revoke, region)
  }

  #changed(verb: Verb, region: number): void {
    const rights = [...(this.#rights[region] as Array<Rights>)]
    this.#made.changes.push({ worker: this.#worker, region, verb, rights })
  }

  #access(region: number, store: boolean): void {
    const own = this.#made.program.regions[region]?.worker ?? -1
    if (own >= 0 && own !== this.#worker) return
    const placed = this.#memory.regions[region]
    const at = this.#used[region] as number
    if (placed === undefined || at === COPY_ZONE / 8) return
    this.#used[region] = at + 1
    const page = placed.page + (at % placed.pages)
    const offset = at * 8
    this.#script.push({ verb: store ? Verb.store : Verb.load, page, offset, bytes: 8 })
    const expectation = this.#expected(region, store)
    const [worker, domain, gates] = [this.#worker, this.#domain, this.#gates]
    this.#made.accesses.push({ worker, region, domain, store, expectation, page, offset, gates })
  }

  #expected(region: number, store: boolean): Expectation {
    const wanted = store ? Right.write : Right.read
    if ((this.#words.governs & wanted) === 0) return "allowed"
    const own = administers(this.#worker, region, this.#words, this.#workers)
    if (objectOf(region, this.#words) >= 0 && this.#words.exchange === "borrow" && !own) return "racing"
    return (((this.#rights[region] as Array<Rights>)[this.#domain] as Rights) & wanted) !== 0 ? "allowed" : "refused"
  }
}
