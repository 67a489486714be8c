/** Every published experiment by its name. Law: a name is written once, in the experiment's own file. */
import { accessThroughput } from "./access-throughput.ts"
import { allocatorChurn } from "./allocator-churn.ts"
import { contendedAtomic } from "./contended-atomic.ts"
import { contextSwitch } from "./context-switch.ts"
import { copy } from "./copy.ts"
import { copyAcross } from "./copy-across.ts"
import { coreToCore } from "./core-to-core.ts"
import { crossCoreCall } from "./cross-core-call.ts"
import type { AnyExperiment } from "./experiment.ts"
import { flushMisses } from "./flush-misses.ts"
import { handOver } from "./hand-over.ts"
import { invocation } from "./invocation.ts"
import { keyCache } from "./key-cache.ts"
import { linkedObjects } from "./linked-objects.ts"
import { linkedWalk } from "./linked-walk.ts"
import { loadLatency } from "./load-latency.ts"
import { manyDomains } from "./many-domains.ts"
import { mappingStorm } from "./mapping-storm.ts"
import { munmapCores } from "./munmap-cores.ts"
import { networkFunctions } from "./network-functions.ts"
import { ownCall } from "./own-call.ts"
import { pageFault } from "./page-fault.ts"
import { passBuffer } from "./pass-buffer.ts"
import { permissionSynchronisation } from "./permission-synchronisation.ts"
import { polledCall } from "./polled-call.ts"
import { protectPages } from "./protect-pages.ts"
import { rangeFlush } from "./range-flush.ts"
import { requestServer } from "./request-server.ts"
import { revocation } from "./revocation.ts"
import { rightsChange } from "./rights-change.ts"
import { rightsWrite } from "./rights-write.ts"
import { shootdownPte } from "./shootdown-pte.ts"
import { signalDelivery } from "./signal-delivery.ts"
import { streamingBandwidth } from "./streaming-bandwidth.ts"
import { systemCall } from "./system-call.ts"
import { termination } from "./termination.ts"
import { timeProtection } from "./time-protection.ts"
import { tlbMiss } from "./tlb-miss.ts"
import { writtenGate } from "./written-gate.ts"

export const experiments: ReadonlyArray<AnyExperiment> = [
  accessThroughput,
  allocatorChurn,
  contendedAtomic,
  contextSwitch,
  copy,
  copyAcross,
  coreToCore,
  crossCoreCall,
  flushMisses,
  handOver,
  invocation,
  keyCache,
  linkedObjects,
  linkedWalk,
  manyDomains,
  requestServer,
  revocation,
  rightsChange,
  loadLatency,
  mappingStorm,
  munmapCores,
  networkFunctions,
  ownCall,
  pageFault,
  passBuffer,
  permissionSynchronisation,
  polledCall,
  protectPages,
  rangeFlush,
  rightsWrite,
  shootdownPte,
  signalDelivery,
  streamingBandwidth,
  systemCall,
  termination,
  timeProtection,
  tlbMiss,
  writtenGate
]

/** The experiment called `name`, or undefined. */
export const experimentByName = (name: string): AnyExperiment | undefined =>
  experiments.find((experiment) => experiment.name === name)
