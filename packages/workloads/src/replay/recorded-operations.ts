/**
 * The isolation operations of a recording under an exchange policy, in the order of its stream. Law: whatever the
 * policy, a domain holds every object that its next segment touches, so that no access of a recording is unintended.
 *
 * `borrow`: at an enter the callee gets what its activation touches, at the leave each object goes back to whom it
 * was taken from. An object that a domain touches outside any activation that borrowed it changes hands for good.
 * `copy`: in at the enter, out at the leave, through code that reaches both domains. `share`: nothing moves.
 */
import { type Exchange, type OperationRecord, Right, Verb } from "@isolde/core"
import { type Activations, isEnter } from "../recording/activations.ts"
import type { ExchangePlan, Segment } from "./exchange-plan.ts"
import type { ExchangeObjects } from "./objects.ts"

/** One operation: `object` and `bytes` where something crosses. Domains, not pages: workers differ in those. */
export interface RecordedOperation {
  readonly at: number
  readonly verb: Verb
  readonly from: number
  readonly to: number
  readonly object: number
  readonly bytes: number
  readonly activation: number
}

export function recordedOperations(
  activations: Activations,
  plan: ExchangePlan,
  objects: ExchangeObjects,
  exchange: Exchange
): Array<RecordedOperation> {
  const operations: Array<RecordedOperation> = []
  const holder = Uint8Array.from(objects.owner)
  const taken = new Map<number, Array<{ readonly object: number; readonly from: number }>>()
  const domainOf = new Map<number, number>()
  let at = 0
  const add = (verb: Verb, from: number, to: number, object = -1, bytes = 0, activation = -1): void => {
    operations.push({ at, verb, from, to, object, bytes, activation })
  }
  const move = (object: number, to: number): void => {
    add(Verb.move, holder[object] as number, to, object, objects.bytes[object])
    holder[object] = to
  }
  const copyAll = (activation: number, from: number, to: number, way: "in" | "out"): void => {
    const crossing = (plan.transfers[activation] ?? []).filter((transfer) => transfer[way] > 0)
    if (crossing.length > 0) add(Verb.open, from, to)
    for (const transfer of crossing) {
      add(Verb.copy, from, to, transfer.object, Math.min(transfer[way], objects.bytes[transfer.object] as number))
    }
  }
  const enter = (activation: number, from: number, to: number): void => {
    if (exchange === "copy") copyAll(activation, from, to, "in")
    if (exchange === "borrow") {
      const borrowed: Array<{ readonly object: number; readonly from: number }> = []
      for (const { object } of plan.transfers[activation] ?? []) {
        if (holder[object] === to) continue
        borrowed.push({ object, from: holder[object] as number })
        move(object, to)
      }
      taken.set(activation, borrowed)
    }
    add(Verb.enter, from, to, -1, 0, activation)
  }
  const leave = (activation: number, from: number, to: number): void => {
    if (exchange === "copy") copyAll(activation, from, to, "out")
    for (const borrowed of (taken.get(activation) ?? []).reverse()) move(borrowed.object, borrowed.from)
    add(Verb.leave, from, to, -1, 0, activation)
  }

  let change = 0
  let running: Segment | undefined
  for (const segment of plan.segments) {
    at = segment.position
    const before = domainOf.get(segment.thread) ?? 0
    if (running !== undefined && running.thread !== segment.thread && running.domain !== before) {
      add(Verb.resume, running.domain, before)
    }
    while (activations.switchAt[change] === segment.position) {
      const activation = activations.switchActivation[change] as number
      const from = activations.switchFrom[change] as number
      const to = activations.switchTo[change] as number
      if (isEnter(activations.switchKind[change] as number)) enter(activation, from, to)
      else leave(activation, from, to)
      change++
    }
    domainOf.set(segment.thread, segment.domain)
    running = segment
    if (exchange !== "borrow") continue
    for (const object of segment.objects) if (holder[object] !== segment.domain) move(object, segment.domain)
  }
  return operations
}

/** What the columns of a worker's script say of `operation`. */
export function recordOf(
  operation: RecordedOperation,
  region: number,
  place: (domain: number) => { readonly page: number; readonly offset: number }
): OperationRecord {
  const { activation, bytes, from, to, verb } = operation
  if (verb !== Verb.copy) return { verb, from, to, region, bytes, activation, rights: Right.readWrite }
  const source = place(from)
  const target = place(to)
  return {
    verb,
    from,
    to,
    bytes,
    page: source.page,
    offset: source.offset,
    toPage: target.page,
    toOffset: target.offset
  }
}
