/**
 * The shape of every machine's numbers, and what a number brings with it.
 * Law: a leaf is `Sourced` in the data and a number in the running machine; what a leaf means stands in fields.ts.
 */

/** A number that says where it comes from. `confidence` follows the published tables. */
export interface Sourced {
  readonly value: number
  readonly unit:
    | "tick"
    | "network cycle"
    | "ns"
    | "byte"
    | "entry"
    | "set"
    | "way"
    | "count"
    | "per million"
    | "instruction"
    | "flit"
    | "GHz"
    | "mask"
  readonly meaning: string
  /** Row ids of the tables of published numbers, a document, or an argument that begins with "assumed:". */
  readonly source: string
  readonly confidence: "verified" | "secondary" | "derived" | "recalled" | "assumed"
  readonly range?: readonly [least: number, most: number]
}

/** One array of a TLB, and the page sizes that it holds: 1 for 4 KB + 2 for 2 MB + 4 for 1 GB. */
export interface TlbArray<T> {
  readonly sets: T
  readonly ways: T
  readonly sizes: T
}

/** The shape of every machine's numbers. `T` is `Sourced` in the data and `number` in the running machine. */
export interface MachineShape<T> {
  readonly clock: T
  readonly turbo: T
  readonly core: {
    readonly width: T
    readonly window: T
    readonly lineFillBuffers: T
    readonly fetchBuffers: T
    readonly loadQueue: T
    readonly loads: T
    readonly loadBytes: T
    readonly storeBuffer: T
    readonly stores: T
    readonly storeBytes: T
    readonly forward: T
    readonly mispredictPenalty: T
    readonly mispredictPerMillion: T
    readonly multiply: T
    readonly divide: T
    readonly vector: T
    readonly fence: T
    readonly locked: T
    readonly lockedHold: T
    readonly serialising: T
  }
  readonly frontEnd: { readonly takenBranch: T; readonly indirectBranch: T; readonly queue: T }
  readonly l1i: { readonly sets: T; readonly ways: T }
  readonly l1d: { readonly sets: T; readonly ways: T; readonly latency: T; readonly fill: T }
  readonly l2: {
    readonly sets: T
    readonly ways: T
    readonly latency: T
    readonly transfer: T
    readonly writeBack: T
    readonly missBuffers: T
    readonly pipeline: T
  }
  readonly wholeLines: {
    readonly strings: T
    readonly streamAfter: T
    readonly streamHome: T
    readonly streamPast: T
  }
  readonly prefetch: {
    readonly nextLine: T
    readonly strideEntries: T
    readonly strideDistance: T
    readonly streams: T
    readonly streamDistance: T
    readonly streamDegree: T
    readonly pairs: T
  }
  readonly llc: {
    readonly slices: T
    readonly sets: T
    readonly ways: T
    readonly pipeline: T
    readonly snoopFilter: { readonly sets: T; readonly ways: T }
  }
  readonly network: {
    readonly clock: T
    readonly columns: T
    readonly rows: T
    readonly injection: T
    readonly ejection: T
    readonly hop: T
    readonly flit: T
    readonly dataFlits: T
    readonly buffer: T
    readonly fabric: { readonly latency: T; readonly flit: T }
    readonly socket: { readonly latency: T; readonly flit: T }
  }
  readonly memory: {
    readonly channels: T
    readonly ranks: T
    readonly groups: T
    readonly banks: T
    readonly rowBytes: T
    readonly pipeline: T
    readonly controller: T
    readonly fill: T
    readonly ticksPerLine: T
    readonly tRCD: T
    readonly tCL: T
    readonly tRP: T
    readonly tRAS: T
    readonly tRTP: T
    readonly tWR: T
    readonly tWTR: T
    readonly tFAW: T
    readonly tCCDL: T
    readonly turnaround: T
    readonly tREFI: T
    readonly tRFC: T
    readonly closeAfter: T
    readonly patience: T
    readonly readQueue: T
    readonly writeQueue: T
    readonly drainAbove: T
    readonly drainBelow: T
  }
  readonly tlb: {
    readonly itlb: TlbArray<T>
    readonly itlbLarge: TlbArray<T>
    readonly dtlb: TlbArray<T>
    readonly dtlbLarge: TlbArray<T>
    readonly dtlbHuge: TlbArray<T>
    readonly stlb: TlbArray<T>
    readonly stlbLarge: TlbArray<T>
    readonly stlbPenalty: T
    readonly walkers: T
    readonly walkCache: {
      readonly top: { readonly sets: T; readonly ways: T }
      readonly middle: { readonly sets: T; readonly ways: T }
      readonly last: { readonly sets: T; readonly ways: T }
    }
    readonly fracturedFlush: T
    readonly nestedTlb: { readonly sets: T; readonly ways: T }
    readonly invalidateAddress: T
    readonly spaceIds: T
    readonly switchSpace: T
    readonly switchSpaceFlush: T
  }
  readonly interrupt: {
    readonly send: T
    readonly flight: T
    readonly entry: T
    readonly exit: T
    readonly idleExit: T
    readonly guestSend: T
    readonly guestEntry: T
    readonly guestExit: T
    readonly cluster: T
    readonly coreIdentifiers: T
  }
  readonly kernel: {
    readonly syscallEntry: T
    readonly syscallExit: T
    readonly isolationSwitch: T
    readonly bufferClear: T
    readonly faultEntry: T
    readonly faultExit: T
    readonly faultPath: T
    readonly protectPath: T
    readonly perPage: T
    readonly mapPath: T
    readonly unmapPath: T
    readonly discardPath: T
    readonly unmapPerPage: T
    readonly splitPath: T
    readonly tickPath: T
    readonly switchPath: T
    readonly spacePath: T
    readonly futexPath: T
    readonly wakePath: T
    readonly pipePath: T
    readonly raisePath: T
    readonly signalPath: T
    readonly sigreturnPath: T
    readonly signalFrame: T
    readonly answerPath: T
    readonly flushPath: T
    readonly leavePath: T
    readonly invalidatePage: T
    readonly invalidateAll: T
    readonly flushCeiling: T
    readonly callPath: T
    readonly callManyPath: T
    readonly callTarget: T
  }
  readonly lazyShootdown: {
    readonly states: T
    readonly savePath: T
    readonly sweepPath: T
    readonly reclaimTicks: T
  }
  readonly remoteInvalidation: {
    readonly issue: T
    readonly pages: T
    readonly apply: T
    readonly globalFrom: T
    readonly actions: T
    readonly service: T
  }
}
