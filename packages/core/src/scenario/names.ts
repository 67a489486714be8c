/** The names that a trace's dictionary columns show. */
import { messageNames } from "../coherence/message.ts"
import { verbNames } from "../isolation/operation-script.ts"
import { placeNames } from "../isolation/unit.ts"
import { verdictNames } from "../isolation/verdict.ts"
import { causeNames } from "../processor/cause.ts"
import type { Names } from "../trace/table-schema.ts"
import type { System } from "./system.ts"
import { componentNames, counterNames } from "./totals.ts"

export function namesOf(system: System): Record<Names, ReadonlyArray<string>> {
  return {
    owner: Array.from({ length: system.kernel.owners }, (_, owner) => system.kernel.ownerName(owner)),
    thread: system.threads.map((t) => `thread ${t.number}`),
    domain: system.placement.domains,
    region: system.regions.names,
    request: system.placement.requests ?? [],
    message: messageNames,
    cause: causeNames,
    component: componentNames(system),
    counter: counterNames,
    operation: verbNames,
    verdict: verdictNames,
    place: placeNames,
    level: causeNames
  }
}
