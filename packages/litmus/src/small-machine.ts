/**
 * The machine that litmus tests run on: one of the catalogue with small caches, TLBs and buffers, so that building it
 * for every schedule is quick. Law: nothing is replaced; the small machine runs every part of the large one.
 */
import { machineByName } from "@isolde/core/machines/catalogue"
import type { Machine, MachineOptions } from "@isolde/core/machines/machine"
import type { ShootdownName } from "@isolde/core/machines/shootdown-choice"

const small: NonNullable<MachineOptions["overrides"]> = {
  l1i: { sets: 4, ways: 4 },
  l1d: { sets: 4, ways: 8 },
  l2: { sets: 16, ways: 8 },
  llc: { sets: 16, ways: 16, snoopFilter: { sets: 32, ways: 16 } },
  tlb: { itlb: { sets: 4, ways: 2 }, dtlb: { sets: 8, ways: 4 }, stlb: { sets: 8, ways: 4 }, walkers: 2 },
  core: { window: 64, storeBuffer: 16, lineFillBuffers: 8, fetchBuffers: 2, mispredictPerMillion: 0 },
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 }
}

/**
 * A small machine with the latencies of `name` in the catalogue; `name/policy` shoots translations down by another
 * policy than the machine's own. Throws InvalidInput for unknown names.
 */
export function smallMachine(name: string, cores: number, threadsPerCore: 1 | 2): Machine {
  const [machine = "", policy] = name.split("/")
  const shootdown = policy === undefined ? {} : { shootdown: policy as ShootdownName, hypothetical: true }
  return machineByName(machine)({ cores, threadsPerCore, overrides: small, ...shootdown })
}
