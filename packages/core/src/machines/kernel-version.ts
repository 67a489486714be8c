/**
 * Versions of Linux whose flushes differ, the oldest first: each has what those before it have.
 *
 *   4.10  who is in the mask of an address space is interrupted, and a change of address space forgets (since 3.x)
 *   4.14  generations and PCIDs
 *   5.2   lazy CPUs are left alone (since 4.20)
 *   5.13  the initiator flushes while its interrupts fly; whether a CPU is lazy stands on a line of its own
 *   6.0   a CPU that has flushed enough by now doesn't read the generation that all count up (commit aa44284960d5)
 */
export const kernelVersions = ["4.10", "4.14", "5.2", "5.13", "6.0"] as const
export type KernelVersion = (typeof kernelVersions)[number]

/** The version of a machine that chooses none. */
export const usualKernel: KernelVersion = "5.2"

/** True if `version` has what came with `first`. */
export const isSince = (version: KernelVersion, first: KernelVersion): boolean =>
  kernelVersions.indexOf(version) >= kernelVersions.indexOf(first)
