/**
 * Small real machines: a machine of the catalogue with its caches, TLBs and buffers cut down, so that a test's
 * few accesses reach every level. Law: nothing is replaced; a tiny machine runs every part of the real one.
 */
import { machineByName } from "@isolde/core/machines/catalogue"
import type { DeepPartial, Machine } from "@isolde/core/machines/machine"
import type { MachineShape } from "@isolde/core/machines/shape"

/** Values that replace a machine's own, by parameter name. */
export type Overrides = DeepPartial<MachineShape<number>>

/** What a test may choose about its machine. */
export interface TinyMachineOptions {
  /** Catalogue name of the machine that is cut down; default `tiger-lake`. */
  readonly base?: string
  /** Tiles; default 2. */
  readonly cores?: number
  /** Hardware threads of each tile; default 1. */
  readonly threadsPerCore?: 1 | 2
  /** One instruction at a time, with DRAM whose reads all take the same time. Default false. */
  readonly inOrder?: boolean
  /** Applied last. */
  readonly overrides?: Overrides
}

const small: Overrides = {
  l1i: { sets: 8, ways: 2 },
  l1d: { sets: 8, ways: 2 },
  l2: { sets: 32, ways: 4 },
  llc: { sets: 128, ways: 8 },
  tlb: { itlb: { sets: 4, ways: 2 }, dtlb: { sets: 4, ways: 2 }, stlb: { sets: 8, ways: 4 }, walkers: 2 }
}

/** In order, DRAM is even too: no refresh in the run, and a row is closed behind its access. */
const oneAtATime: Overrides = {
  memory: { tREFI: 0x3fff_ffff, tCCDL: 0, closeAfter: 0 },
  core: { width: 1, window: 1, storeBuffer: 1, lineFillBuffers: 1, fetchBuffers: 1, mispredictPerMillion: 0 },
  prefetch: { nextLine: 0, strideEntries: 0, streams: 0 }
}

const outOfOrder: Overrides = { core: { window: 64, storeBuffer: 16, lineFillBuffers: 4, fetchBuffers: 2 } }

/** A small machine with `base`'s latencies. Throws InvalidInput for wrong options. */
export function tinyMachine(options: TinyMachineOptions = {}): Machine {
  const { base = "tiger-lake", cores = 2, inOrder = false, overrides = {}, threadsPerCore = 1 } = options
  return machineByName(base)({
    cores,
    threadsPerCore,
    overrides: [inOrder ? oneAtATime : outOfOrder, overrides].reduce(merged, small)
  })
}

interface Tree {
  readonly [name: string]: Tree | number | undefined
}

function merged(under: Overrides, over: Overrides): Overrides {
  return mergedTree(under as Tree, over as Tree) as Overrides
}

function mergedTree(under: Tree, over: Tree): Tree {
  const result: Record<string, Tree | number | undefined> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const below = result[name]
    result[name] = typeof value === "object" && typeof below === "object" ? mergedTree(below, value) : value
  }
  return result
}
