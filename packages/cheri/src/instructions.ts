/** What a compartment can execute by itself, beside what its compiler made: unprivileged instructions, by their codes. */
export const instructions = ["STR", "STR capability", "SCBNDS"] as const

export const Instruction = { str: 0, storeCapability: 1, setBounds: 2 } as const
