/**
 * What a caller chose about sockets and clock, and what follows for the network.
 * Law: cores are those of all sockets together, and no socket is without one; a clock is chosen in one place.
 */
import { type InputIssue, shown } from "../invalid-input.ts"
import type { Machine, MachineOptions } from "./machine.ts"
import type { Silicon } from "./topology.ts"

/** Names of the options that this file checks. */
export const networkOptionNames: ReadonlyArray<string> = ["sockets", "clock"]

/** Sockets, their topology, and the clock as an override: none for the base clock. */
export function chosenNetwork(
  silicon: Silicon,
  options: MachineOptions,
  issues: Array<InputIssue>
): Pick<Machine, "sockets" | "topology"> & { readonly clock: { readonly clock?: number } } {
  const { answers = "direct", between = "all", coresPerComplex = 0, kind } = silicon
  return {
    sockets: socketsOf(silicon.mostSockets ?? 1, options, issues),
    topology: { kind, coresPerComplex, between, answers },
    clock: clockOf(silicon.turbo, options, issues)
  }
}

function socketsOf(most: number, { cores, sockets = 1 }: MachineOptions, issues: Array<InputIssue>): number {
  if (!Number.isInteger(sockets) || sockets < 1 || sockets > most) {
    issues.push({
      path: "options.sockets",
      expected: most === 1 ? "1" : `an integer from 1 to ${most}`,
      actual: shown(sockets),
      remedy: most === 1 ? "This silicon has no inter-socket links: leave it out." : "Choose fewer sockets."
    })
    return 1
  }
  if (Number.isInteger(cores) && (cores as number) >= 1 && (cores as number) < sockets) {
    issues.push({
      path: "options.cores",
      expected: `at least ${sockets}, so that no socket is without cores`,
      actual: shown(cores),
      remedy: "Cores are those of all sockets together: choose more cores or fewer sockets."
    })
  }
  return sockets
}

function clockOf(turbo: number, options: MachineOptions, issues: Array<InputIssue>): { readonly clock?: number } {
  const { clock, overrides } = options
  if (clock === undefined || clock === "base") return {}
  const chosen = clock === "turbo" ? turbo : clock
  if (typeof chosen !== "number" || !Number.isFinite(chosen) || chosen <= 0) {
    issues.push({
      path: "options.clock",
      expected: `"base", "turbo" (${turbo} GHz) or a finite number above 0 in GHz`,
      actual: shown(clock),
      remedy: "Leave it out for the base clock."
    })
  } else if (overrides?.clock !== undefined) {
    issues.push({
      path: "options.overrides.clock",
      expected: "nothing beside options.clock",
      actual: shown(overrides.clock),
      remedy: "Choose the clock in one place."
    })
  }
  return { clock: chosen }
}
