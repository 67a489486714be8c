/**
 * Sets of registers, packed into one integer each.
 * Law: a packed column holds the first five registers of its set in ascending order, as number + 1, six bits each;
 * more than five occur only in instructions that save or clear whole register files.
 */
import { bitsPerRegister, registersPerField } from "./recording.ts"

/** Numbers of the first register of each kind; see `registersPerField` for the whole numbering. */
export const firstRegister = { general: 0, flags: 16, vector: 17, x87: 33, mask: 41 } as const
/** Number of rsp. */
export const stackPointer = 4

export function packRegisters(registers: Iterable<number>): number {
  let packed = 0
  let place = 0
  for (const register of [...new Set(registers)].sort((a, b) => a - b)) {
    if (place === registersPerField) break
    packed |= (register + 1) << (bitsPerRegister * place++)
  }
  return packed
}

/** The numbers in a packed column. */
export function unpackRegisters(packed: number): Array<number> {
  const registers: Array<number> = []
  for (let rest = packed; rest !== 0; rest >>>= bitsPerRegister) registers.push((rest & 63) - 1)
  return registers
}
