/**
 * Flat crossings: changes of domain from one instruction to the next of the same thread.
 * Law: an instruction in an isolated object runs in that object's domain; one in a shared object in the domain the
 * thread was in just before; any other, and any address outside every file mapped by a system call, in the
 * application. A thread starts in the application. A block lies in one object, so blocks are enough.
 */
import { applicationDomain, type ResolvedPolicy, sharedDomain } from "./policy.ts"
import type { Recording } from "./recording.ts"

/** [block] The domain its object belongs to, or `sharedDomain`. */
export function blockDomains(recording: Recording, policy: ResolvedPolicy): Int8Array {
  const { blockInstructions, blockStart, instructionObject } = recording
  return Int8Array.from({ length: blockStart.length - 1 }, (_, block) => {
    const object = instructionObject[blockInstructions[blockStart[block]!]!]!
    return object < 0 ? applicationDomain : policy.objectDomain[object]!
  })
}

/** Count them over the whole recording. */
export function flatCrossings(recording: Recording, policy: ResolvedPolicy): number {
  const { segmentStart, segmentThread, stream } = recording
  const domainOf = blockDomains(recording, policy)
  const current = new Map<number, number>()
  let crossings = 0
  segmentThread.forEach((thread, segment) => {
    let domain = current.get(thread) ?? applicationDomain
    const end = segmentStart[segment + 1]!
    for (let at = segmentStart[segment]!; at < end; at++) {
      const next = domainOf[stream[at]!]!
      if (next !== sharedDomain && next !== domain) {
        crossings++
        domain = next
      }
    }
    current.set(thread, domain)
  })
  return crossings
}
