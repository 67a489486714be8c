/**
 * What is known about a random program before it runs: its vocabulary, and what each access in it should find.
 * Law: a right of an exchange object is changed by one worker alone, its administrator.
 */
import type { Verb } from "@isolde/core/isolation/operation-script"
import type { Rights } from "@isolde/core/isolation/rights"
import type { Exchange } from "@isolde/core/isolation/unit"
import type { Program } from "../program-workload.ts"

/** What should become of an access. `racing`: another worker's operations decide. */
export type Expectation = "allowed" | "refused" | "racing"

export interface PlannedAccess {
  readonly worker: number
  readonly region: number
  readonly domain: number
  readonly store: boolean
  readonly expectation: Expectation
  readonly page: number
  readonly offset: number
  /** Gates that its worker has passed before it. */
  readonly gates: number
}

/** A change of rights by a region's administrator, in its program order. */
export interface PlannedChange {
  readonly worker: number
  readonly region: number
  readonly verb: Verb
  /** Rights of each domain afterwards. */
  readonly rights: ReadonlyArray<Rights>
}

/** A program and what is known about it. */
export interface RandomProgram {
  readonly program: Program
  readonly accesses: Array<PlannedAccess>
  readonly changes: Array<PlannedChange>
  /** Rights of each domain to each region at the start. */
  readonly initial: ReadonlyArray<ReadonlyArray<Rights>>
  /** Ways through gates. */
  gates: number
}

/** What a mechanism lets a program ask for. */
export interface Vocabulary {
  readonly domains: number
  readonly exchange: Exchange
  /** Exchange regions under `borrow` and `share`. */
  readonly objects: number
  /** A region may belong to two domains at once. */
  readonly canGrant: boolean
  /** The owner may share a region and keep its own right. */
  readonly canShare: boolean
  /** A region may be freed, and allocated again. */
  readonly canAllocate: boolean
  /** A grant may be for reading only. */
  readonly canReadOnly: boolean
  /** Access modes that are checked at all. */
  readonly governs: Rights
}

/** One step, before it is known what it means where it stands. */
export interface Step {
  readonly kind: number
  readonly pick: number
  readonly store: boolean
}

/** Domain in which `worker` starts. */
export const startOf = (worker: number, words: Vocabulary): number => worker % words.domains

/** Exchange object that `region` is; negative for other regions. */
export const objectOf = (region: number, words: Vocabulary): number => region - words.domains - 1

/** Worker whose memory `region` is, or -1: the first object of each administrator is everybody's, the next its own. */
export function workerOf(region: number, words: Vocabulary, workers: number): number {
  const object = objectOf(region, words)
  return object >= 0 && Math.floor(object / workers) % 2 === 1 ? object % workers : -1
}

/** Whether `worker` alone changes the rights to `region`. */
export const administers = (worker: number, region: number, words: Vocabulary, workers: number): boolean =>
  objectOf(region, words) >= 0 && objectOf(region, words) % workers === worker
