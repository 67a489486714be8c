/**
 * How a machine's translations are shot down: the policy and its switches.
 * Law: hardware that the silicon lacks is refused unless the caller says that the machine is hypothetical.
 */
import type { InputIssue } from "../invalid-input.ts"
import { nearest, shown } from "../invalid-input.ts"
import { isSince, usualKernel } from "./kernel-version.ts"
import type { KernelChoice } from "./machine.ts"

/**
 * `interrupt`: every target is interrupted and flushes. `broadcast`: Arm's TLBI to the inner-shareable domain, and
 * DSB. `invlpgb`: AMD's broadcast to CPUs that run the same global ASID, and TLBSYNC. `rar`: Intel's remote action
 * request, served by microcode. `lazy`: states that every core sweeps at its next tick or context switch, as LATR.
 * `coherent`: TLB entries leave with the line of their page-table entry, as UNITD.
 */
export type ShootdownName = "interrupt" | "broadcast" | "invlpgb" | "rar" | "lazy" | "coherent"

export const shootdownNames: ReadonlyArray<ShootdownName> = [
  "interrupt",
  "broadcast",
  "invlpgb",
  "rar",
  "lazy",
  "coherent"
]

/**
 * The optimisations of "Don't shoot down TLB shootdowns!" (EuroSys'20) to the policy `interrupt`. `concurrent`: the
 * initiator flushes while its interrupts fly. `early`: a target acknowledges before it flushes, since it can't use a
 * translation before it leaves the kernel. `consolidated`: what initiator and target share is on fewer lines.
 * `inContext`: with page-table isolation, translations of the user's table are flushed on the way out of the kernel.
 */
export type ShootdownOptimisation = "concurrent" | "early" | "consolidated" | "inContext"

export const shootdownOptimisations: ReadonlyArray<ShootdownOptimisation> = [
  "concurrent",
  "early",
  "consolidated",
  "inContext"
]

export interface ShootdownChoice {
  readonly policy: ShootdownName
  readonly optimisations: ReadonlyArray<ShootdownOptimisation>
  /** The silicon has no hardware for this policy. */
  readonly hypothetical: boolean
}

/** What a caller may say about it. */
export interface ShootdownOptions {
  /** Default: the first policy of the silicon. */
  readonly shootdown?: ShootdownName
  /** Default: none. */
  readonly shootdownOptimisations?: ReadonlyArray<ShootdownOptimisation>
  /** Allow hardware that the silicon doesn't have. Default: no. */
  readonly hypothetical?: boolean
}

/** Names of the options, for the check of unknown ones. */
export const shootdownOptionNames: ReadonlyArray<string> = ["shootdown", "shootdownOptimisations", "hypothetical"]

/** Policies of silicon without more than interrupts; the first is the default. */
export const interruptsOnly: ReadonlyArray<ShootdownName> = ["interrupt", "lazy"]
/** Policies of Arm's silicon. */
export const armBroadcast: ReadonlyArray<ShootdownName> = ["broadcast", "interrupt", "lazy"]

/** The choice with its defaults on silicon that has `available`; issues are appended with paths below `options`. */
export function chosenShootdown(
  available: ReadonlyArray<ShootdownName>,
  options: ShootdownOptions,
  kernel: Partial<KernelChoice> | null,
  issues: Array<InputIssue>
): ShootdownChoice {
  const { hypothetical = false } = options
  const policy = options.shootdown ?? available[0]
  const optimisations = options.shootdownOptimisations ?? []
  if (typeof hypothetical !== "boolean")
    issues.push(issue("hypothetical", "true or false", hypothetical, "Leave it out for false."))
  if (!shootdownNames.includes(policy)) {
    const expected = `one of ${shootdownNames.join(", ")}`
    issues.push(
      issue("shootdown", expected, policy, `Nearest names: ${nearest(String(policy), shootdownNames).join(", ")}.`)
    )
  } else if (!available.includes(policy) && hypothetical !== true) {
    issues.push(
      issue(
        "shootdown",
        `what the silicon has: ${available.join(", ")}`,
        policy,
        "Say hypothetical: true to give the machine that hardware."
      )
    )
  }
  const version = kernel?.version ?? usualKernel
  if (optimisations.length > 0 && version !== usualKernel)
    issues.push(issue("kernel.version", '"5.2" with optimisations', version, "They were made to that kernel."))
  if (!isSince(version, "5.2") && policy !== "interrupt" && policy !== "lazy") {
    const expected = `5.2 or newer with shootdown "${policy}"`
    issues.push(issue("kernel.version", expected, version, "Older kernels interrupt, or sweep as LATR does."))
  }
  checkOptimisations(optimisations, policy, kernel?.pageTableIsolation === true, issues)
  return { policy, optimisations, hypothetical: !available.includes(policy) }
}

function checkOptimisations(
  chosen: ReadonlyArray<ShootdownOptimisation>,
  policy: ShootdownName,
  pageTableIsolation: boolean,
  issues: Array<InputIssue>
): void {
  const path = "shootdownOptimisations"
  if (!Array.isArray(chosen)) {
    issues.push(issue(path, "an array of names", chosen, `Names: ${shootdownOptimisations.join(", ")}.`))
    return
  }
  for (const [at, name] of chosen.entries()) {
    if (!shootdownOptimisations.includes(name)) {
      const expected = `one of ${shootdownOptimisations.join(", ")}`
      issues.push(issue(`${path}[${at}]`, expected, name, "Choose names of that list."))
    }
  }
  if (chosen.length > 0 && policy !== "interrupt")
    issues.push(issue(path, `none with shootdown "${policy}"`, chosen, 'They belong to shootdown: "interrupt".'))
  if (chosen.includes("inContext") && !pageTableIsolation)
    issues.push(
      issue(path, "inContext with page-table isolation alone", chosen, "Say kernel: { pageTableIsolation: true }.")
    )
}

const issue = (option: string, expected: string, actual: unknown, remedy: string): InputIssue => ({
  path: `options.${option}`,
  expected,
  actual: shown(actual),
  remedy
})
