/**
 * State of a machine of which there is one: what a mechanism takes for itself, and which mechanisms can't be combined
 * for want of a second. Law: a combination that would share a register is refused with the reason.
 */
import type { Traits } from "./traits.ts"

/** What a mechanism can take for itself, and in what words it is missed. */
export const threadStates = {
  keyRights: "the register of protection-key rights",
  secondLevel: "the second-level tables of a virtual machine",
  /** Registers packed as the mechanism likes, and handle registers: there are two banks. */
  authority: "registers for an authority and handles",
  tableEntries: "the page table, to say who holds what",
  tags: "the allocation tags of memory",
  capabilities: "the tag bits of stored capabilities"
} as const
export type ThreadState = keyof typeof threadStates

/** Banks of authority and handle registers. */
const BANKS = 2

export const usesAuthority = ({ takes }: Traits): boolean => takes === undefined || takes.includes("authority")

/** Why mechanisms with these traits can't be combined, a sentence each. */
export function conflicts(
  mechanisms: ReadonlyArray<{ readonly name: string; readonly traits: Traits }>
): Array<string> {
  return (Object.keys(threadStates) as Array<ThreadState>).flatMap((state) => {
    const takers = mechanisms.filter(({ traits }) =>
      state === "authority" ? usesAuthority(traits) : traits.takes?.includes(state)
    )
    if (takers.length <= (state === "authority" ? BANKS : 1)) return []
    const names = takers.map(({ name }) => name).join(" and ")
    return [
      `${names} each need ${threadStates[state]}; there ${state === "authority" ? `are ${BANKS} sets` : "is one"}`
    ]
  })
}
