/**
 * What each number of a machine means, in which unit, and how small it may be: the same for all machines.
 * Law: a machine file holds values and sources; meanings stand here, once.
 */
import {
  array,
  cycles,
  type Field,
  from0,
  instructions,
  nanoseconds,
  rate,
  size,
  ticks,
  tlbArray,
  walkArray,
  way
} from "./field.ts"
import type { MachineShape } from "./shape.ts"

export const fields: MachineShape<Field> = {
  clock: { unit: "GHz", meaning: "base clock of the core: one tick is a cycle of the clock chosen", least: 1 },
  turbo: { unit: "GHz", meaning: "highest clock of a core when few are busy: what `clock: turbo` chooses", least: 1 },
  core: {
    width: size("count", "instructions that rename and dispatch in one tick"),
    window: size("entry", "instructions in flight: the reorder buffer"),
    lineFillBuffers: size("entry", "data lines that one tile can wait for at once"),
    fetchBuffers: size("entry", "instruction lines that one tile can wait for at once"),
    loadQueue: size("entry", "loads that have dispatched and not yet committed"),
    loads: size("count", "loads that begin in one tick"),
    loadBytes: size("byte", "that one load moves in one tick; a wider one takes the place of several"),
    storeBuffer: size("entry", "stores that have executed and not yet been written to the L1D"),
    stores: size("count", "stores that drain in one tick, all into one line"),
    storeBytes: size("byte", "that drain in one tick"),
    forward: ticks("a load's latency when a buffered store holds its bytes"),
    mispredictPenalty: ticks("from the completion of a mispredicted branch to the next dispatch"),
    mispredictPerMillion: { unit: "per million", meaning: "mispredicted branches per million branches", least: 0 },
    multiply: ticks("execution latency of an integer multiplication"),
    divide: ticks("execution latency of an integer division"),
    vector: ticks("execution latency of a vector or floating-point instruction"),
    fence: ticks("a full memory fence with an empty store buffer"),
    locked: ticks("a locked read-modify-write of a line held in M or E"),
    lockedHold: ticks(
      "for which a locked read-modify-write keeps every other thread off its line, from its read to its write; no less than locked counts"
    ),
    serialising: ticks("an instruction that drains the pipeline, such as CPUID or ISB")
  },
  frontEnd: {
    takenBranch: way("from one taken branch of a program to the next, where there are few instructions between them"),
    indirectBranch: way("the same for a branch to where a register or memory says, and for a return"),
    queue: size("entry", "instructions that the front end has delivered and that have not dispatched")
  },
  l1i: array("L1I"),
  l1d: {
    ...array("L1D"),
    latency: ticks("load-to-use latency of an L1D hit"),
    fill: rate(
      "of lines that come to the L1D and of modified ones that go, while which no store drains into it; 0 if it takes both at once"
    )
  },
  l2: {
    ...array("L2"),
    latency: ticks("load-to-use latency of an L2 hit; also from a load to the departure of its L2 miss"),
    transfer: rate("of lines on the bus from L2 to L1; 0 if it moves any number"),
    writeBack: rate("of modified lines on their way from L1D to L2 on that bus; 0 if they have their own"),
    missBuffers: size(
      "entry",
      "data lines that the L2 can wait for at once, prefetches included; no fewer than lineFillBuffers take part"
    ),
    pipeline: ticks(
      "from the ejection of a message at a tile to its effect: clock crossing, L2 and L1 fill; forwards that read the line take the L2's latency more"
    )
  },
  wholeLines: {
    strings: from0("1 if string instructions get lines that they overwrite unread, 0 if not"),
    streamAfter: from0("lines that missed, written whole in a row, after which the next come unread; 0: never"),
    streamHome: from0("such lines after which the next go to the LLC and leave no copy here"),
    streamPast: from0("such lines after which the next go past all caches to memory")
  },
  prefetch: {
    nextLine: { unit: "count", meaning: "lines that the L1D asks for behind an ascending miss; 0 for none", least: 0 },
    strideEntries: {
      unit: "entry",
      meaning: "instructions or pages (the machine's strideBy) whose strides the L1D's prefetcher knows; 0 for none",
      least: 0
    },
    strideDistance: size("count", "strides ahead of a load that the L1D's prefetcher asks for"),
    streams: {
      unit: "entry",
      meaning: "pages of 4 KB in which the L2's streamer follows a stream; 0 for none",
      least: 0
    },
    streamDistance: size("count", "lines that the L2's streamer runs ahead of a stream at most, within its page"),
    streamDegree: size("count", "lines that the L2's streamer asks for at each access of a stream"),
    pairs: from0("1 if the L2 completes each line that it asks for to a pair of 128 bytes, 0 if not")
  },
  llc: {
    slices: size(
      "count",
      "LLC slices of one socket, each a home with its directory; the lines of a frame interleave over the slices of its socket, or of its complex"
    ),
    ...array("LLC slice"),
    pipeline: cycles("from the ejection of a message at a home to its effect: clock crossing, tag look-up, data array"),
    snoopFilter: array("snoop filter beside each slice of a non-inclusive LLC; an inclusive LLC's tags are its filter")
  },
  network: {
    clock: { unit: "GHz", meaning: "clock of the ring, mesh or fabric; 0 where it follows the core's", least: 0 },
    columns: size("count", "columns of a mesh's stops; stops of a ring; complexes of a socket; 1 for a crossbar"),
    rows: size("count", "rows of a mesh's stops; 1 otherwise"),
    injection: { ...cycles("from a departure to the first link"), least: 1 },
    ejection: cycles("from the last link into what is attached to a stop"),
    hop: cycles("one link of a ring or mesh and its router"),
    flit: cycles("for which one flit takes a link of a ring or mesh, or the way out to what is attached to a stop"),
    dataFlits: size("flit", "flits of a message that carries a line; every other message is one flit"),
    buffer: size("flit", "flits of one virtual network that can wait at the end of a link"),
    fabric: {
      latency: nanoseconds("from a complex's stop to the central fabric of its socket, or back; 0 without complexes"),
      flit: nanoseconds("for which one flit takes a link between a complex and the fabric; 0 without complexes")
    },
    socket: {
      latency: nanoseconds("one inter-socket link, from the gateway's stop to the other's; 0 without sockets"),
      flit: nanoseconds("for which one flit takes an inter-socket link; 0 without sockets")
    }
  },
  memory: {
    channels: size("count", "memory channels of one socket; consecutive lines alternate between them"),
    ranks: size("count", "ranks of one channel"),
    groups: size("count", "bank groups of one rank; 1 where the standard has none"),
    banks: size("count", "banks of one bank group"),
    rowBytes: size("byte", "bytes of an open row of one bank, over all devices of the channel"),
    pipeline: ticks("from the ejection of a message at a channel to its place in the channel's queue"),
    controller: way(
      "the controller's own part of a read: from the queue to the first command, and from the first data to their departure"
    ),
    fill: ticks("from the ejection of memory's data at a home to their effect: no tags are looked up, no data read"),
    ticksPerLine: ticks("for which one line occupies its channel: 64 bytes at the channel's peak bandwidth"),
    tRCD: ticks("from the activation of a row to a read or write of it"),
    tCL: ticks("from a read command to its first data, the critical word; a write's data are taken to come as late"),
    tRP: ticks("from the precharge of a bank to its next activation"),
    tRAS: ticks("from the activation of a row to its precharge, at least"),
    tRTP: ticks("from a read command to the precharge of its bank, at least"),
    tWR: ticks("from the last data of a write to the precharge of its bank, at least"),
    tWTR: ticks("from the last data of a write to the next read command of the channel, at least"),
    tFAW: ticks("in which at most four rows of one rank are activated"),
    tCCDL: ticks("between two read or write commands to one bank group, at least"),
    turnaround: ticks("for which the data bus idles when its direction or the rank changes"),
    tREFI: way("from one refresh of a rank to the next; ranks and channels take turns"),
    tRFC: ticks("of one refresh, in which its rank does nothing else"),
    closeAfter: ticks("without an access after which the controller precharges an open row"),
    patience: ticks("that a read waits before row hits no longer pass it"),
    readQueue: size("entry", "reads among which one channel's controller chooses; more wait in front of it, in order"),
    writeQueue: size("entry", "writes that one channel's controller holds back; more wait in front of it, in order"),
    drainAbove: size("entry", "writes at which the controller lets reads wait and writes instead; at most writeQueue"),
    drainBelow: { unit: "entry", meaning: "writes left at which it goes back to reads", least: 0 }
  },
  tlb: {
    itlb: tlbArray("ITLB that holds 4 KB pages"),
    itlbLarge: tlbArray("ITLB of larger pages"),
    dtlb: tlbArray("DTLB that holds 4 KB pages, of loads where stores have their own"),
    dtlbLarge: tlbArray("DTLB of larger pages"),
    dtlbHuge: tlbArray("DTLB of the largest pages"),
    stlb: tlbArray("second-level TLB, shared by code and data, that holds 4 KB pages"),
    stlbLarge: tlbArray(
      "second array of the second-level TLB; a bit of the page number picks one where both hold a size"
    ),
    stlbPenalty: ticks("that a second-level hit adds to a first-level hit"),
    walkers: size("count", "page walks of one tile at once"),
    walkCache: {
      top: walkArray("walk cache of top-level entries (PML4E), each good for 512 GB"),
      middle: walkArray("walk cache of second-level entries (PDPTE), each good for 1 GB"),
      last: walkArray("walk cache of third-level entries (PDE), each good for 2 MB")
    },
    nestedTlb: walkArray("cache of second-level translations (guest-physical to host-physical) of the walker"),
    fracturedFlush: {
      unit: "count",
      meaning:
        "1 if an invalidation of one address invalidates everything while pieces of a larger guest page may be held, else 0",
      least: 0,
      most: 1
    },
    invalidateAddress: ticks("one invalidation of one address in a named address space (INVPCID type 0, TLBI VAE1)"),
    spaceIds: size(
      "count",
      "address spaces that a CPU's kernel keeps apart by identifiers (slots of PCIDs on x86); 1: a change of address space forgets everything"
    ),
    switchSpace: ticks("a change of address space that keeps all translations (CR3 write with bit 63, TTBR0 write)"),
    switchSpaceFlush: ticks("a change of address space that forgets the new one's translations (CR3 write)")
  },
  interrupt: {
    send: ticks("that the sender spends writing its interrupt controller"),
    flight: way("from the write to the moment the target thread can take the interrupt"),
    entry: ticks("from taking an interrupt to its handler's first instruction"),
    exit: ticks("from the handler's last instruction to the interrupted program's next"),
    idleExit: ticks("from an interrupt to its entry where the hardware thread is idle, added to the entry"),
    guestSend: ticks("added to each write of the interrupt controller when the kernel is virtualised"),
    guestEntry: ticks("added to the entry of an interrupt or exception when the kernel is virtualised"),
    guestExit: ticks("added to the return from an interrupt or exception when the kernel is virtualised"),
    cluster: size(
      "count",
      "consecutive identifiers of the interrupt controller that one write can reach; 1: one write for each target"
    ),
    coreIdentifiers: size("count", "identifiers of the interrupt controller that each core has")
  },
  kernel: {
    syscallEntry: ticks("from a system call instruction to the kernel routine's first instruction"),
    syscallExit: ticks("from the kernel routine's last instruction to the program's next"),
    isolationSwitch: ticks(
      "the write of CR3 and its trampoline, on every entry and again on every exit, with page-table isolation"
    ),
    bufferClear: ticks(
      "the clearing of the core's buffers (VERW), on every exit to user code, with page-table isolation"
    ),
    faultEntry: ticks("from a page fault to its handler's first instruction"),
    faultExit: ticks("from the page-fault handler's last instruction to the instruction that faulted, made again"),
    faultPath: instructions(
      "instructions of the page-fault handler, one per tick, without entry, exit, locks, zeroing or copying, and table entry"
    ),
    protectPath: instructions(
      "instructions of mprotect or pkey_mprotect on one mapping, one per tick, without entry, exit, its lock, its pages and its shootdown"
    ),
    perPage: instructions(
      "instructions per page that mprotect changes, one per tick, without the locked exchange of its table entry"
    ),
    mapPath: instructions("instructions of mmap of anonymous memory, one per tick, without entry, exit and its lock"),
    unmapPath: instructions(
      "instructions of munmap of one mapping, one per tick, without entry, exit, its lock, its pages and its shootdown"
    ),
    discardPath: instructions(
      "instructions of madvise(DONTNEED) on one mapping, one per tick, without entry, exit, its lock, its pages and its shootdown"
    ),
    unmapPerPage: instructions(
      "instructions per page that munmap or madvise takes away and frees, one per tick, without the locked exchange of its table entry"
    ),
    splitPath: instructions("instructions to split one mapping in two, one per tick"),
    tickPath: instructions(
      "instructions of the scheduler's tick, one per tick, without entry, exit and what a policy adds"
    ),
    futexPath: instructions("of futex to find a word's bucket, wait or wake, without its lock"),
    wakePath: instructions("to wake one thread: try_to_wake_up, without the interrupt"),
    pipePath: instructions("to read or write a pipe, without its lock, its copy and its sleep"),
    raisePath: instructions("to raise a signal in a thread, without waking it"),
    signalPath: instructions("to deliver a signal, without the stores of its frame"),
    sigreturnPath: instructions("to return from a signal's handler, without the loads of its frame"),
    signalFrame: size("byte", "of a signal's frame on the stack of its thread: registers, extended state, information"),
    spacePath: instructions("to change the address space, without the write of the page-table base register"),
    switchPath: instructions(
      "instructions of a switch to another thread of the process, one per tick, without entry and exit"
    ),
    answerPath: instructions("to answer the call-function interrupt, up to its first call, without its queue's words"),
    flushPath: instructions("to flush for one call, without the invalidations and the acknowledgement"),
    leavePath: instructions("to leave the call-function interrupt, after its last call"),
    invalidatePage: ticks("one invalidation of one page's translations on this tile"),
    invalidateAll: ticks("one invalidation of all translations of the address space on this tile"),
    flushCeiling: {
      unit: "count",
      meaning: "pages above which a flush invalidates all translations instead",
      least: 0
    },
    callPath: instructions(
      "instructions of a shootdown's initiator that finds somebody to call, one per tick, without those of each target"
    ),
    callManyPath: instructions(
      "instructions of a shootdown's initiator that finds a second one to call, one per tick, beside those of each target"
    ),
    callTarget: instructions("instructions of a shootdown's initiator for each target, one per tick")
  },
  lazyShootdown: {
    states: size("entry", "states that one core can have waiting; a flush that finds none free interrupts instead"),
    savePath: instructions("instructions that save one state, one per tick, without its lines"),
    sweepPath: instructions("instructions of one sweep, one per tick, without the states' lines"),
    reclaimTicks: size("count", "scheduler ticks after which the pages of a state are given back")
  },
  remoteInvalidation: {
    issue: ticks("that the initiator spends on one broadcast invalidation: TLBI, INVLPGB"),
    pages: size("count", "consecutive pages that one broadcast invalidation names"),
    apply: ticks("from the arrival of a broadcast invalidation at a tile to its acknowledgement"),
    globalFrom: size("count", "CPUs that a process runs on from which it gets a global ASID, and INVLPGB"),
    actions: size("entry", "actions in the payload table of remote action requests"),
    service: ticks(
      "for which microcode holds up a thread to take a remote action request, without its lines and invalidations"
    )
  }
}
