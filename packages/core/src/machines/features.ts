/**
 * Hardware for isolation that not every machine of an instruction set has: it came with a generation, or is a
 * vendor's own. Law: a mechanism names what it needs, a machine what it has, and a run on a machine that lacks
 * some of it is hypothetical.
 */

/**
 * `vmfunc`: switching of EPTPs without an exit. `mpx`: bounds
 * registers. `pku`, `pks`: protection keys for pages of users and of supervisors. `cet`: shadow stacks and indirect
 * branch tracking. `sgx`: enclaves. `dacr`: domains of a kernel that runs in AArch32. `pauth`: pointer
 * authentication. `mte`: memory tags. `cheri`: capabilities. `proposal`: what nobody has built.
 */
export type Feature = "vmfunc" | "mpx" | "pku" | "pks" | "cet" | "sgx" | "dacr" | "pauth" | "mte" | "cheri" | "proposal"

const haswell: ReadonlyArray<Feature> = ["vmfunc"]
const skylakeSp: ReadonlyArray<Feature> = [...haswell, "mpx", "pku"]
const iceLakeSp: ReadonlyArray<Feature> = [...haswell, "pku", "sgx"]

/**
 * What Intel's cores have, by generation. Recalled: VM functions came with Haswell, MPX
 * with Skylake and left with Ice Lake, protection keys with Skylake-SP, CET with Tiger Lake and, in servers, with
 * Sapphire Rapids together with supervisor keys; SGX came to servers of two sockets with Ice Lake-SP and left
 * clients with Tiger Lake (Intel SDM vol. 1, 5.22 and 17 to 19; vol. 3, 4.6.2 and 25.5.6). InstLatx64's list of the
 * i5-1135G7 names PKU.
 */
export const featuresIntel = {
  ivyBridge: [],
  haswell,
  skylakeSp,
  iceLakeSp,
  tigerLake: [...haswell, "pku", "cet"],
  sapphireRapids: [...iceLakeSp, "pks", "cet"]
} as const satisfies Readonly<Record<string, ReadonlyArray<Feature>>>

/**
 * Zen 3 and later. Recalled: protection keys came with Zen 3, as did shadow stacks, but no tracking of indirect
 * branches, so CET as a whole is missing; VM functions are Intel's own (AMD APM vol. 2, 5.6.7 and 18).
 */
export const featuresAmd: ReadonlyArray<Feature> = ["pku"]

/**
 * Arm. Recalled: Neoverse N1 is an Armv8.2 core, whose AArch32 is for users alone; Morello adds capabilities;
 * Cortex-X3 (Armv9.0) and Apple M1 (Armv8.5) authenticate pointers, and tags came with Armv9's cores.
 */
export const featuresArm = {
  neoverseN1: [],
  morello: ["cheri"],
  cortexX3: ["pauth", "mte"],
  appleM1: ["pauth"]
} as const satisfies Readonly<Record<string, ReadonlyArray<Feature>>>
