/**
 * The path lengths of Linux routines that every machine shares, and what entering the kernel costs on x86.
 * Law: one calibrated number, from one single-core point; no shootdown was measured into any of these.
 */
import { initiatorPaths } from "./linux-shootdown.ts"
import type { MachineShape } from "./shape.ts"
import { assumed, derived, recalled, secondary, type Value, verified } from "./value.ts"

type Kernel = MachineShape<Value>["kernel"]
type Interrupt = MachineShape<Value>["interrupt"]

/**
 * F1a-04: mprotect of one page by one thread takes 1094.0 cycles on Skylake-SP. What the machine executes as
 * actions of its own is subtracted: entry 71 + exit 65, the semaphore 2 x 18, the table's lock 18, one page 17 + 18,
 * one INVLPG 200, the flush's generation 27, and 8 that their loads and stores take in the L1.
 */
const protectPath = derived(
  634,
  [350, 1_500],
  "calibration: F1a-04 (1094.0 cycles, single core; F1a-03 gives 1104.9 for pkey_mprotect) - 136 (entry, exit) - 54 (semaphore and table lock, m-278) - 35 (one page) - 200 (INVLPG) - 27 (the flush's generation) - 8 (words in the L1)"
)

const handler = "of some 300 instructions of the whole handler, by its parts in Linux 4.10 to 5.2"

/** The call-function interrupt on the responder: what stands before its calls, in one call, and behind the last. */
const callFunction = {
  answerPath: assumed(
    100,
    [50, 200],
    `assumed: some 100 ${handler}: irq_enter, the end of the interrupt at the APIC, flush_smp_call_function_queue up to its first call`
  ),
  flushPath: assumed(
    90,
    [45, 180],
    `assumed: some 90 ${handler}: flush_tlb_func_remote and flush_tlb_func_common, statistics among them`
  ),
  leavePath: assumed(
    110,
    [55, 220],
    `assumed: some 110 ${handler}: irq_work_run, irq_exit, prepare_exit_to_usermode, all behind the acknowledgement (csd_unlock)`
  )
}

const paths = {
  protectPath,
  perPage: derived(
    17,
    [10, 25],
    "calibration: F1a-13 (15.5 ns per page x 2.4 GHz = 37.2 cycles) - 18 (locked exchange, m-278) - 2 (table lines from the L2)"
  ),
  mapPath: assumed(
    1_200,
    [600, 2_500],
    "assumed: some 1200 instructions to find a hole, allocate and link a mapping; F4-03 takes 5553 cycles for a file's mmap"
  ),
  unmapPath: derived(
    1_934,
    [1_000, 2_300],
    "calibration: F5-02 (1.07 us on one core at 2.4 GHz = 2568 cycles) - 136 (entry, exit: F6-40) - 54 (semaphore and table lock) - 235 (one page: F5-09) - 200 (INVLPG) - 9 (words in the L1)"
  ),
  discardPath: assumed(500, [250, 1_000], "assumed: the look-up of mprotect without flags, merges and accounting"),
  unmapPerPage: derived(
    195,
    [60, 460],
    "calibration: F5-09, S-latr-pages-linux: (104.0 - 55.09) us / 256 pages x 2.4 GHz = 458 cycles, less about 263 for its entry, its frame, and the frame's descriptor, which one of sixteen cores of two sockets has had"
  ),
  tickPath: assumed(
    2_000,
    [800, 5_000],
    "assumed: some 2000 instructions of update_process_times, scheduler_tick and run_timer_softirq; no row"
  ),
  switchPath: derived(
    684,
    [400, 1_200],
    "calibration: F5-85 (a minimal switch takes 410 ns x 2.0 GHz = 820 cycles, Skylake-SP) - 136 (entry, exit: F1c-03)"
  ),
  spacePath: assumed(
    120,
    [60, 250],
    "assumed: some 120 instructions of switch_mm_irqs_off, choose_new_asid and load_new_mm_cr3, without the write of CR3; no row"
  ),
  futexPath: assumed(
    250,
    [120, 600],
    "assumed: some 250 instructions of do_futex, get_futex_key and the queue; no row"
  ),
  wakePath: assumed(400, [200, 900], "assumed: some 400 instructions of try_to_wake_up and enqueue_task_fair; no row"),
  pipePath: assumed(
    350,
    [200, 900],
    "assumed: some 350 instructions of vfs_read or vfs_write and pipe_read or pipe_write; no row"
  ),
  raisePath: assumed(
    600,
    [300, 1_500],
    "assumed: some 600 instructions of do_tkill, send_signal and complete_signal; no row"
  ),
  signalPath: assumed(900, [400, 2_000], "assumed: some 900 instructions of get_signal and setup_rt_frame; no row"),
  sigreturnPath: assumed(400, [200, 1_000], "assumed: some 400 instructions of restore_sigcontext; no row"),
  signalFrame: recalled(
    3_136,
    [512, 11_456],
    "recalled: 440 bytes of rt_sigframe on x86-64 and 2,696 of XSAVE with AVX-512 and PKRU (Intel SDM vol. 1, 13.5); 832 of them with AVX alone, 11,008 with AMX; on Arm 272 of registers and 528 of vectors at least"
  ),
  splitPath: assumed(350, [150, 700], "assumed: some 350 instructions to allocate, copy and link a mapping"),
  faultPath: derived(
    1_362,
    [500, 1_700],
    "calibration: F5-38 (2502 cycles for a copy-on-write fault, Linux 5.2.8) - 710 (entry, exit: F5-79) - 54 (semaphore and table lock) - 36 (entry, the old frame's descriptor) - 200 (INVLPG) - 27 (the flush's generation) - 113 (copy, words, the access made again)"
  ),
  ...callFunction
}

/** Linux on x86-64 without page-table isolation (mitigations off, as in F1a-43). */
export const linuxX86: Kernel = {
  ...paths,
  syscallEntry: derived(
    71,
    [54, 110],
    "F1c-03: 146 cycles for a system call on Skylake-SP without page-table isolation, less about 10 for its routine, split as SYSCALL + SWAPGS : SYSRET + SWAPGS of F2-04 (95 : 88)"
  ),
  syscallExit: derived(
    65,
    [48, 100],
    "as syscallEntry: 136 x 88 / 183 (F1c-03, F2-04); F1a-02 bounds both by 137.2 cycles"
  ),
  isolationSwitch: derived(
    162,
    [110, 170],
    "F1c-03: (470 - 146) / 2 on a Xeon 4114; F2-03 gives (431 - 181) / 2 = 125"
  ),
  bufferClear: assumed(
    0,
    [0, 700],
    "assumed: none in F1c-03's kernel, or its 324 cycles would be more; Linux has it since 5.1.2 where a CPU is vulnerable to MDS"
  ),
  faultEntry: secondary(440, [300, 680], "F5-79 (about 440 cycles on a Xeon E5 v3)"),
  faultExit: secondary(270, [100, 400], "F5-79 (about 270 cycles on a Xeon E5 v3)"),
  invalidatePage: assumed(
    200,
    [100, 260],
    "assumed: F5-37 (about 200 cycles, Broadwell); F5-61 about 100, F5-65 260, m-703 120 to 200"
  ),
  invalidateAll: secondary(186, [96, 196], "F2-02 (write to CR3: 186 +/- 10 cycles, Skylake); F2-21 130, F5-65 96"),
  flushCeiling: verified(33, "F5-57"),
  ...initiatorPaths
}

/** Interrupts between cores through the x2APIC. */
export const interruptX86: Interrupt = {
  send: derived(
    160,
    [100, 300],
    "drv-005 (127 cycles for one MSR write, Haswell) + m-281 (33, the fence before it); m-708 recalls 100 to 300"
  ),
  flight: assumed(
    560,
    [300, 1_000],
    "assumed: F5-37 (one delivery takes over 1000 cycles, Broadwell) - 440 of entry; m-705 recalls 500 to 1000 to the handler's entry"
  ),
  entry: assumed(
    440,
    [250, 680],
    "assumed: F5-79 (user to kernel through an exception: about 440 cycles, Haswell); F2-26 gives 607 from INT to a minimal handler"
  ),
  exit: assumed(270, [100, 400], "assumed: F5-79 (kernel to user through IRET: about 270 cycles, Haswell)"),
  idleExit: recalled(
    2_000,
    [200, 10_000],
    "recalled: intel_idle gives C1 an exit latency of 1 to 2 us; deeper states take 10 to 200; F6-16 has 1 to 2 us from wake-up to run"
  ),
  guestSend: derived(
    1_240,
    [0, 1_300],
    "drv-005: 1367 - 127 cycles for a write of an MSR in a virtual machine; 0 with virtual IPIs"
  ),
  guestEntry: derived(160, [80, 300], "F5-80 - F5-79: 600 - 440 cycles, user to kernel in a virtual machine"),
  guestExit: derived(100, [50, 200], "F5-80 - F5-79: 370 - 270 cycles, kernel to user in a virtual machine"),
  cluster: assumed(
    16,
    [1, 16],
    "assumed: F5-39 (x2APIC clusters): Linux turns x2APIC on wherever it can remap interrupts, unless the firmware asks it not to (its commit 41750d31fc95); 1 without it, where there are more than eight CPUs"
  ),
  coreIdentifiers: recalled(2, [1, 2], "recalled: leaf 0Bh of CPUID: a bit for the hardware thread, on or off; no row")
}

/** The same where the firmware has Linux leave x2APIC off, as its curve has it on libmpk's machine. */
export const interruptPhysical: Interrupt = {
  ...interruptX86,
  send: derived(
    300,
    [150, 500],
    "calibration: F1a-22 (libmpk Fig. 10; with 160 its increments from 20 threads on come out 18 to 31 % short); an argument for it: one read and two writes of uncached registers of the APIC for each target, some 100 ticks each; m-708 recalls 100 to 300 for one write"
  ),
  cluster: assumed(
    1,
    [1, 16],
    "assumed: physical addressing, one target at a time, the more likely on libmpk's machine by its curve (F1a-22); F5-39 where x2APIC is on"
  )
}

const getpid = "F4-13: Linux getpid takes 160 ns at 3.0 GHz = 480 cycles (Neoverse N1)"

const ofX86 = (value: Value): Value => ({
  ...value,
  confidence: "assumed",
  source: value.source.startsWith("assumed:") ? value.source : `assumed: the path length of x86-64; ${value.source}`
})

/** Linux on Arm. The silicon broadcasts TLBI; the flush handler serves scenarios that shoot down by interrupt. */
export const linuxArm: Kernel = {
  ...(Object.fromEntries(Object.entries(paths).map(([name, value]) => [name, ofX86(value)])) as typeof paths),
  isolationSwitch: assumed(
    60,
    [20, 200],
    "assumed: a write of TTBR1 with its ISB and the trampoline's page; no published number"
  ),
  bufferClear: assumed(0, [0, 0], "assumed: unused, MDS is a flaw of Intel's cores"),
  faultEntry: assumed(220, [60, 700], "assumed: as a system call; a synchronous exception enters the same way"),
  faultExit: assumed(220, [60, 400], "assumed: as a system call"),
  syscallEntry: derived(220, [60, 260], `${getpid}, less about 40 for its routine, half of the rest`),
  syscallExit: derived(220, [60, 260], `${getpid}, less about 40 for its routine, half of the rest`),
  invalidatePage: assumed(
    100,
    [30, 600],
    "assumed: TLBI VALE1 with its DSB on one core; F5-76 says that the DSB is 95 % of it"
  ),
  invalidateAll: assumed(120, [40, 800], "assumed: TLBI ASIDE1 with its DSB on one core"),
  flushCeiling: recalled(512, [256, 512], "recalled: MAX_DVM_OPS of Linux for arm64 is one table of entries; no row"),
  ...initiatorPaths
}

/** Software-generated interrupts through the GIC. */
export const interruptArm: Interrupt = {
  send: assumed(60, [20, 300], "assumed: ICC_SGI1R_EL1 write with its barriers; no published number"),
  flight: assumed(
    800,
    [300, 3_000],
    "assumed: redistributor to CPU interface; F5-78 gives 1243 ns one way through Linux on a machine not recorded"
  ),
  entry: assumed(
    300,
    [100, 700],
    "assumed: exception entry, register save and GIC acknowledge; F7-24 gives 890 cycles for seL4's delivery on a Cortex-A57"
  ),
  exit: assumed(200, [60, 500], "assumed: end of interrupt, register restore and ERET; F7-24 as for entry"),
  idleExit: assumed(1_000, [100, 10_000], "assumed: WFI without clock gating of the cluster; no row"),
  guestSend: assumed(
    1_000,
    [0, 3_000],
    "assumed: a trap to the hypervisor, as on x86-64 (drv-005); 0 with virtual SGIs of GICv4.1"
  ),
  guestEntry: assumed(160, [40, 400], "assumed: as on x86-64 (F5-80 - F5-79); virtual interrupts need no exit"),
  guestExit: assumed(100, [20, 300], "assumed: as on x86-64 (F5-80 - F5-79)"),
  cluster: recalled(16, [1, 16], "recalled: the target list of ICC_SGI1R_EL1 names 16 CPUs of one affinity; no row"),
  coreIdentifiers: recalled(1, [1, 2], "recalled: cores without hardware threads are numbered one by one; no row")
}
