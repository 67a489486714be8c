/**
 * A recording as a workload: each worker replays the whole recording in its own memory. The layout and the operations
 * depend on the exchange policy alone, so every mechanism is measured on the same.
 */

import { type Exchange, operationScript, type Placement, type ThreadPlan, type Workload } from "@isolde/core"
import { RandomStream } from "@isolde/core/kernel/random"
import type { InstructionTable } from "@isolde/core/processor/instruction-table"
import type { Activations } from "../recording/activations.ts"
import { flatCrossings } from "../recording/crossings.ts"
import { followActivations } from "../recording/follow-activations.ts"
import { type IsolationPolicy, type ResolvedPolicy, resolvePolicy } from "../recording/policy.ts"
import type { Recording } from "../recording/recording.ts"
import { type ExchangePlan, planExchange } from "./exchange-plan.ts"
import { type Granules, granuleBytes, granulesPerPage, scanGranules } from "./granules.ts"
import { bindInstructions } from "./instruction-binding.ts"
import { type Layout, layOut, runtimePages } from "./layout.ts"
import { type ExchangeObjects, findExchangeObjects } from "./objects.ts"
import { recordedOperations, recordOf } from "./recorded-operations.ts"
import { walk } from "./walk.ts"
import { mapWorker, type WorkerMemory } from "./worker-memory.ts"

export interface RecordingWorkloadOptions extends IsolationPolicy {
  readonly exchange: Exchange
}

export interface RecordingWorkload extends Workload {
  /** Changes of domain from one instruction to the next of the same thread, in one worker. */
  readonly crossings: number
  /** Activations, in one worker. */
  readonly activations: number
  /** Names in the policy that change nothing. */
  readonly withoutEffect: ReadonlyArray<string>
  /** Objects that cross, and their bytes. */
  readonly exchangeObjects: number
  readonly exchangeBytes: number
}

/** Ticks within which workers start, but the first, which starts at once. */
const START_WITHIN = 10_000

/** What depends on the policy alone. */
interface Analysis {
  readonly policy: ResolvedPolicy
  readonly activations: Activations
  readonly granules: Granules
  readonly objects: ExchangeObjects
  readonly plan: ExchangePlan
  readonly crossings: number
}

const analyses = new WeakMap<Recording, Map<string, Analysis>>()

/** Throws InvalidInput when the policy names an object that the recording doesn't have. */
export function recordingWorkload(recording: Recording, options: RecordingWorkloadOptions): RecordingWorkload {
  const { exchange } = options
  const analysis = analyse(recording, { isolate: options.isolate, shared: options.shared })
  const { activations, granules, objects, plan, policy } = analysis
  const layout = layOut(recording, policy, granules, objects, exchange)
  const accesses = placeAccesses(recording, activations, granules, layout)
  const operations = recordedOperations(activations, plan, objects, exchange)
  const operationAt = Uint32Array.from(operations, (each) => each.at)
  const domains = policy.domainNames

  const planOf = (memory: WorkerMemory, base: number, worker: number, seed: number) => {
    const placeOf = (object: number) => (domain: number) => {
      const place = layout.objectPlace(object, domain)
      return {
        page: memory.pageOf[Math.floor(place / granulesPerPage)] as number,
        offset: (place % granulesPerPage) * granuleBytes
      }
    }
    const script = operationScript(
      operations.map((each) =>
        recordOf(each, each.object < 0 ? -1 : base + memory.regionOf(each.object), placeOf(each.object))
      )
    )
    const start = worker === 0 ? 0 : new RandomStream(seed, `start of worker ${worker}`).below(START_WITHIN)
    return (table: InstructionTable): ThreadPlan => ({
      domain: 0,
      start,
      script,
      stream: {
        table,
        blockStart: recording.blockStart,
        blockInstructions: recording.blockInstructions,
        blocks: recording.stream,
        first: 0,
        last: recording.stream.length,
        accessPage: accesses.page,
        accessOffset: accesses.offset,
        firstAccess: 0,
        pageOf: memory.pageOf,
        operationAt
      }
    })
  }

  return {
    name: `recording ${recording.name}`,
    package: "@isolde/workloads",
    version: "0.1.0",
    config: { recording: recording.name, isolate: options.isolate, shared: options.shared, exchange },
    exchange,
    isa: "x86-64",
    dependences: recording.dependences,
    baseline: () => recordingWorkload(recording, { ...options, exchange: "share" }),
    demand: {
      domains: domains.length,
      exchange,
      objects: exchange === "borrow" ? objects.count : 0,
      operations: exchange === "borrow" && objects.count > 0 ? ["move"] : [],
      unknownPointers: true
    },
    crossings: analysis.crossings,
    activations: activations.invocations,
    withoutEffect: policy.withoutEffect,
    exchangeObjects: objects.count,
    exchangeBytes: objects.bytes.reduce((sum, bytes) => sum + bytes, 0),
    place(pages, workers, seed): Placement {
      const memories = Array.from({ length: workers }, (_, worker) =>
        mapWorker(layout, objects, pages, worker, domains, exchange)
      )
      let base = 0
      const plans = memories.map((memory, worker) => {
        const plan = planOf(memory, base, worker, seed)
        base += memory.regions.length
        return plan
      })
      return {
        domains,
        regions: memories.flatMap((memory) => memory.regions),
        threads: (numbers, added) => {
          // Code is constant, so every worker executes it from the same pages: one table serves all.
          const codePage = (page: number) => (memories[0] as WorkerMemory).pageOf[layout.codePage(page)] as number
          const table = bindInstructions(recording, numbers, pages, codePage, added)
          return plans.map((plan) => plan(table))
        }
      }
    }
  }
}

function analyse(recording: Recording, wanted: IsolationPolicy): Analysis {
  const known = analyses.get(recording) ?? new Map<string, Analysis>()
  analyses.set(recording, known)
  const key = JSON.stringify(wanted)
  let analysis = known.get(key)
  if (analysis === undefined) {
    const policy = resolvePolicy(recording, wanted)
    const activations = followActivations(recording, policy)
    const granules = scanGranules(recording, activations, policy)
    const objects = findExchangeObjects(recording, granules, runtimePages(recording, policy, granules))
    const plan = planExchange(recording, activations, granules, objects)
    analysis = { policy, activations, granules, objects, plan, crossings: flatCrossings(recording, policy) }
    known.set(key, analysis)
  }
  return analysis
}

/** Where each access of the recording goes in the layout. */
function placeAccesses(
  recording: Recording,
  activations: Activations,
  granules: Granules,
  layout: Layout
): { readonly page: Int32Array; readonly offset: Uint16Array } {
  const page = new Int32Array(recording.accessCount)
  const offset = new Uint16Array(recording.accessCount)
  const domains = granules.domains
  const places = new Int32Array(granules.rows * granulesPerPage * domains).fill(-1)
  // Code first: its pages are constants of the layout whether they are read or not.
  for (const codePage of new Set(recording.instructionPage)) layout.codePage(codePage)
  const placeOf = (row: number, granule: number, recorded: number, domain: number): number => {
    const key = (row * granulesPerPage + granule) * domains + domain
    if ((places[key] as number) < 0) places[key] = layout.place(row, granule, recorded, domain)
    return places[key] as number
  }
  walk(recording, activations, {
    access(access, accessRow, instruction, domain, owner) {
      const recorded = recording.accessPage[access] as number
      const at = recording.accessOffset[access] as number
      const row = granules.rowOf(recorded, owner)
      const first = at >> 4
      const isHeader = granules.isHeader[instruction] === 1
      const place = isHeader ? layout.ownPlace(row, first, recorded, domain) : placeOf(row, first, recorded, domain)
      page[access] = Math.floor(place / granulesPerPage)
      offset[access] = (place % granulesPerPage) * granuleBytes + (at & 15)
      // What an access goes on to lies behind it, and is there.
      const last = Math.min(granulesPerPage - 1, (at + (recording.accessSize[accessRow] as number) - 1) >> 4)
      for (let granule = first + 1; granule <= last && !isHeader; granule++) placeOf(row, granule, recorded, domain)
    }
  })
  return { page, offset }
}
