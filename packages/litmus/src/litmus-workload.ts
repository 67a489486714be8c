/**
 * The workload of a test: its regions placed, its columns as scripts. Law: an access that is looked at has a place of
 * its own, by which a fault is told from every other's.
 */
import { InvalidInput } from "@isolde/core/invalid-input"
import { type OperationRecord, operationScript, Verb } from "@isolde/core/isolation/operation-script"
import { GRANULE, type RegionDefinition, RegionKind } from "@isolde/core/isolation/regions"
import { Right } from "@isolde/core/isolation/rights"
import { operationNames } from "@isolde/core/isolation/traits"
import { Entry, PAGE_BYTES, type Pages } from "@isolde/core/memory/pages"
import type { Workload } from "@isolde/core/scenario/workload"
import type { LitmusRegion, LitmusTest, Step } from "./litmus-test.ts"
import type { StepVerb } from "./step-patterns.ts"

/** Where an access goes: what tells its fault from others. */
export const placeKey = (page: number, offset: number): number => page * PAGE_BYTES + offset

/** The workload, and what its placement filled in. */
export interface LitmusWorkload {
  readonly workload: Workload
  /** [thread][step] placeKey of an access, or -1. */
  readonly places: ReadonlyArray<Int32Array>
}

interface Placed {
  readonly page: number
  readonly offset: number
}

/** Bytes of an access. */
const ACCESS = 8

/** `instructions` are the names of the mechanism's, by code. Throws InvalidInput for one that it doesn't have. */
export function litmusWorkload(test: LitmusTest, instructions: ReadonlyArray<string> = []): LitmusWorkload {
  const places = test.threads.map(({ steps }) => new Int32Array(steps.length).fill(-1))
  const { exchange, words } = test
  const workload: Workload = {
    name: test.name,
    package: "@isolde/litmus",
    version: "0.1.0",
    config: {},
    exchange,
    dependences: "decoded",
    judged: test.final.some(({ kind }) => kind === "verdict"),
    demand: demandOf(test),
    place: (pages) => {
      const regions = placeAll(pages, test.regions)
      const taken = test.regions.map(() => 0)
      return {
        domains: test.domains,
        regions: test.regions.map((region, at) => definitionOf(region, regions[at] as Placed)),
        words: words.length,
        threads: () =>
          test.threads.map((thread, t) => {
            const calls: Array<number> = [thread.domain]
            const records = thread.steps.map((step, at) => {
              const record = recordOf(step, test, regions, taken, calls, instructions)
              if (isAccess(step)) (places[t] as Int32Array)[at] = placeKey(record.page ?? 0, record.offset ?? 0)
              return record
            })
            const pin = thread.on === undefined ? {} : { thread: thread.on }
            return { domain: thread.domain, start: 0, script: operationScript(records), ...pin }
          })
      }
    }
  }
  return { workload, places }
}

const isAccess = ({ verb }: Step): boolean => verb === "load" || verb === "store"

/** What the test asks of a mechanism: domains, exchanged regions, and the operations beyond gates and accesses. */
function demandOf({ domains, exchange, regions, threads }: LitmusTest): Workload["demand"] {
  const objects = exchange === "borrow" ? regions.filter(({ kind }) => kind === RegionKind.exchange).length : 0
  const steps = threads.flatMap((thread) => thread.steps)
  const used = new Set<string>(steps.map(({ handle, verb }) => (handle >= 0 ? "handles" : (asked[verb] ?? verb))))
  if (steps.some(({ rights, verb }) => verb in rightsVerbs && rights === Right.read)) used.add("readOnly")
  return { domains: domains.length, exchange, objects, operations: operationNames.filter((name) => used.has(name)) }
}

/** Verbs whose operation has another name. */
const asked: Readonly<Partial<Record<StepVerb, string>>> = {
  keep: "handles",
  recall: "handles",
  drop: "handles",
  derive: "handles"
}
const rightsVerbs: Readonly<Partial<Record<StepVerb, true>>> = { grant: true, share: true, revoke: true, derive: true }

function recordOf(
  step: Step,
  test: LitmusTest,
  regions: ReadonlyArray<Placed>,
  taken: Array<number>,
  calls: Array<number>,
  instructions: ReadonlyArray<string>
): OperationRecord {
  const { handle, region, rights, slot, value, word } = step
  const at = regions[region] ?? { page: 0, offset: 0 }
  const bytes = test.regions[region]?.bytes ?? 0
  const pages = Math.ceil(bytes / PAGE_BYTES)
  switch (step.verb) {
    case "load":
    case "store": {
      const next = taken[region] as number
      if (step.offset < 0) taken[region] = next + 1
      const offset = at.offset + (step.offset < 0 ? (next * ACCESS) % Math.max(bytes, ACCESS) : step.offset)
      const place = { page: at.page + Math.floor(offset / PAGE_BYTES), offset: offset % PAGE_BYTES }
      return { verb: step.verb === "load" ? Verb.load : Verb.store, ...place, bytes: ACCESS, handle }
    }
    case "enter": {
      const from = calls.at(-1) as number
      calls.push(step.to)
      return { verb: Verb.enter, from, to: step.to, activation: calls.length - 2 }
    }
    case "leave": {
      const from = calls.pop() as number
      return { verb: Verb.leave, from, to: calls.at(-1) ?? from, activation: calls.length - 1 }
    }
    case "open":
      return { verb: Verb.open, from: calls.at(-1) as number, to: step.to }
    case "copy": {
      const to = regions[step.toRegion] as Placed
      const range = { page: at.page, offset: at.offset, toPage: to.page, toOffset: to.offset, bytes: value }
      return { verb: Verb.copy, from: calls.at(-1) as number, to: calls.at(-1) as number, ...range }
    }
    case "grant":
      return { verb: Verb.grant, region, from: calls.at(-1) as number, to: step.to, rights, bytes }
    case "revoke":
      return { verb: Verb.revoke, region, from: step.from, to: calls.at(-1) as number, rights, bytes }
    case "move":
      return { verb: Verb.move, region, from: step.from, to: step.to, bytes }
    case "share":
      return { verb: Verb.share, region, from: calls.at(-1) as number, to: step.to, rights, bytes }
    case "allocate":
      return { verb: Verb.allocate, region, from: calls.at(-1) as number, to: step.to, bytes }
    case "free":
      return { verb: Verb.free, region, from: calls.at(-1) as number, to: calls.at(-1) as number, bytes }
    case "terminate":
      return { verb: Verb.terminate, from: calls.at(-1) as number, to: step.from }
    case "keep":
      return { verb: Verb.keep, region, toOffset: slot, handle }
    case "recall":
      return { verb: Verb.recall, toOffset: slot, handle }
    case "drop":
      return { verb: Verb.drop, region, handle }
    case "derive": {
      const offset = Math.max(0, step.offset)
      return { verb: Verb.derive, region, rights, handle, toHandle: step.toHandle, offset, bytes: Math.max(0, value) }
    }
    case "instruction": {
      const values = { page: Math.max(0, value), offset: Math.max(0, slot) }
      const operands = region < 0 ? values : { page: at.page, offset: at.offset }
      return { verb: Verb.instruction, rights: codeOf(step, instructions), ...operands }
    }
    case "protect":
      return { verb: Verb.protect, page: at.page, bytes: pages, rights: entryOf(rights) }
    case "unmap":
      return { verb: Verb.unmap, page: at.page, bytes: pages }
    case "discard":
      return { verb: Verb.discard, page: at.page, bytes: pages }
    case "signal":
      return { verb: Verb.signal, region: word, bytes: value }
    case "wait":
      return { verb: Verb.wait, region: word, bytes: value }
    case "yield":
      return { verb: Verb.yield }
    case "migrate":
    case "handler":
    case "raise":
      return { verb: Verb[step.verb], bytes: value }
    case "sigreturn":
      return { verb: Verb.sigreturn }
    case "work":
      return { verb: Verb.compute, bytes: value }
    default:
      // Loads and stores of words and fences: the run appends them itself.
      return { verb: Verb.compute, bytes: 0 }
  }
}

function codeOf({ line, name }: Step, instructions: ReadonlyArray<string>): number {
  // Names of two words are written with a hyphen.
  const code = instructions.findIndex((each) => each === name || each.replaceAll(" ", "-") === name)
  if (code >= 0) return code
  const expected = instructions.length === 0 ? "no instruction, for the mechanism has none" : instructions.join(", ")
  throw new InvalidInput([{ path: `line ${line}`, expected, actual: name, remedy: "Name one of the mechanism's own." }])
}

function entryOf(rights: number): number {
  if (rights === Right.none) return 0
  return rights === Right.read ? Entry.present : Entry.present | Entry.writable
}

function placeAll(pages: Pages, regions: ReadonlyArray<LitmusRegion>): Array<Placed> {
  let page = 0
  let end = PAGE_BYTES
  return regions.map(({ bytes, packed }) => {
    const fits = packed && end + bytes <= PAGE_BYTES
    if (!fits) page = pages.reserve(Math.ceil(bytes / PAGE_BYTES))
    const offset = fits ? end : 0
    end = Math.ceil((offset + bytes) / GRANULE) * GRANULE
    return { page, offset }
  })
}

function definitionOf({ bytes, kind, name, owner }: LitmusRegion, { offset, page }: Placed): RegionDefinition {
  const pages = Math.ceil((offset + bytes) / PAGE_BYTES)
  const extents = Array.from({ length: pages }, (_, at) => {
    const from = at === 0 ? offset : 0
    return [page + at, from, Math.min(PAGE_BYTES, offset + bytes - at * PAGE_BYTES) - from] as const
  })
  return { name, kind, owner, worker: -1, extents }
}
