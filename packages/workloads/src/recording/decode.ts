/**
 * Instruction bytes to what the simulator needs of them: class, registers, whether it is stack-relative.
 * Law: the result is a function of the bytes alone, so equal bytes are decoded once. The disassembler is iced-x86, a
 * WebAssembly library; its objects live outside the collected heap and are freed here.
 */
import {
  Decoder,
  DecoderOptions,
  FlowControl,
  Instruction,
  type InstructionInfo,
  InstructionInfoFactory,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
  RegisterExt,
  type UsedMemory
} from "iced-x86"
import { InstructionClass } from "./recording.ts"
import { firstRegister, packRegisters, stackPointer } from "./registers.ts"

export interface DecodedInstruction {
  readonly instructionClass: InstructionClass
  /** Packed, see recording.ts. */
  readonly addressSources: number
  readonly dataSources: number
  readonly destinations: number
  readonly stackRelative: boolean
}

/** Longest x86-64 instruction, bytes. Longer rows are Valgrind's own marker sequences, which do nothing. */
const longestInstruction = 15
/** Overflow, sign, zero, auxiliary, carry, parity: the flags that arithmetic writes and branches read. */
const statusFlags = 0x3f

/** Classes that follow from the name alone. */
const classByName: ReadonlyArray<readonly [RegExp, InstructionClass]> = [
  [/^(Syscall|Sysenter|Int\d?|Into)$/, InstructionClass.system],
  [/^[MS]fence$/, InstructionClass.fence],
  [/^(Lfence|Cpuid|Serialize|Iretq?|Rsm|Xsetbv|Wrpkru)$/, InstructionClass.serialising],
  [/^(Nop|Fnop|Endbr64|Endbr32|Pause|Prefetch\w*|Reservednop)$/, InstructionClass.nop],
  [/^(Mul|Imul|Mulx)$/, InstructionClass.multiply],
  [/^(Div|Idiv)$/, InstructionClass.divide],
  [/^(V?(Div|Sqrt)[sp][sdh]|Fi?divr?p?|Fsqrt)$/, InstructionClass.vectorDivide]
]
const copies = /^(Mov|V?Mov(ap[sd]|up[sd]|dq[au](8|16|32|64)?))$/

export class InstructionDecoder {
  readonly #factory = new InstructionInfoFactory()
  readonly #known = new Map<string, DecodedInstruction | null>()

  /** Decode hexadecimal bytes, which are exactly one instruction; null when they are not. */
  decode(hex: string): DecodedInstruction | null {
    let decoded = this.#known.get(hex)
    if (decoded === undefined) {
      const bytes = Buffer.from(hex, "hex")
      decoded = bytes.length > longestInstruction ? doesNothing : this.#decode(bytes)
      this.#known.set(hex, decoded)
    }
    return decoded
  }

  #decode(bytes: Uint8Array): DecodedInstruction | null {
    const decoder = new Decoder(64, bytes, DecoderOptions.None)
    const instruction = new Instruction()
    decoder.decodeOut(instruction)
    decoder.free()
    const info = this.#factory.info(instruction)
    try {
      return instruction.isInvalid || instruction.length !== bytes.length ? null : describe(instruction, info)
    } finally {
      info.free()
      instruction.free()
    }
  }
}

const doesNothing: DecodedInstruction = {
  instructionClass: InstructionClass.nop,
  addressSources: 0,
  dataSources: 0,
  destinations: 0,
  stackRelative: false
}

function describe(instruction: Instruction, info: InstructionInfo): DecodedInstruction {
  const operands = info.usedMemory() as Array<UsedMemory>
  const memory = operands
    .filter((operand) => operand.access !== OpAccess.NoMemAccess)
    .map(({ base, index }) => ({ base, index }))
  for (const operand of operands) operand.free()

  const address = new Set<number>()
  for (const { base, index } of memory) for (const each of [base, index]) add(address, each)
  const { read, written } = registersOf(instruction, info, address)
  if ((instruction.rflagsRead & statusFlags) !== 0) read.add(firstRegister.flags)
  if ((instruction.rflagsModified & statusFlags) !== 0) written.add(firstRegister.flags)

  const instructionClass = classOf(instruction, memory.length > 0, [...read, ...written])
  // The stack engine renames rsp ahead of the pipeline; LEAVE takes rsp from rbp and is a dependence.
  if (instruction.isStackInstruction && instruction.mnemonic !== Mnemonic.Leave)
    for (const set of [address, read, written]) set.delete(stackPointer)
  return {
    instructionClass,
    addressSources: packRegisters(address),
    dataSources: packRegisters(read),
    destinations: packRegisters(written),
    stackRelative:
      memory.length > 0 && memory.every(({ base, index }) => base === Register.RSP && index === Register.None)
  }
}

/** Registers read, without those that only form addresses, and registers written. */
function registersOf(
  instruction: Instruction,
  info: InstructionInfo,
  address: ReadonlySet<number>
): { readonly read: Set<number>; readonly written: Set<number> } {
  const read = new Set<number>()
  const written = new Set<number>()
  const wholeFile = /^Vzero(upper|all)$/.test(Mnemonic[instruction.mnemonic] as string)
  for (const used of info.usedRegisters()) {
    const { access, register } = used
    used.free()
    const number = numberOf(register)
    if (number < 0 || wholeFile) continue
    // Full-width registers that form an address are listed as read even if nothing else reads them.
    if (reads(access) && !address.has(number)) read.add(number)
    if (writes(access)) {
      written.add(number)
      // A write of 8 or 16 bits, and one that may not happen, keeps the rest of the old value.
      const partial = RegisterExt.isGPR8(register) || RegisterExt.isGPR16(register)
      if ((partial && access !== OpAccess.ReadWrite && !isZeroing(instruction, info)) || conditional(access))
        read.add(number)
    }
  }
  for (let operand = 0; operand < instruction.opCount; operand++)
    if (instruction.opKind(operand) === OpKind.Register && reads(info.opAccess(operand)))
      add(read, instruction.opRegister(operand))
  return { read, written }
}

/** XOR r, r and its like: the second operand isn't read. */
const isZeroing = (instruction: Instruction, info: InstructionInfo): boolean =>
  instruction.opCount === 2 &&
  info.op1Access === OpAccess.None &&
  instruction.opKind(0) === OpKind.Register &&
  instruction.opKind(1) === OpKind.Register &&
  instruction.opRegister(0) === instruction.opRegister(1)

const reads = (access: OpAccess): boolean =>
  access === OpAccess.Read ||
  access === OpAccess.CondRead ||
  access === OpAccess.ReadWrite ||
  access === OpAccess.ReadCondWrite
const conditional = (access: OpAccess): boolean => access === OpAccess.CondWrite || access === OpAccess.ReadCondWrite
const writes = (access: OpAccess): boolean =>
  access === OpAccess.Write || access === OpAccess.ReadWrite || conditional(access)

function add(set: Set<number>, register: Register): void {
  const number = numberOf(register)
  if (number >= 0) set.add(number)
}

/** Our number of a register, or -1 for those that carry no dependence here (rip, segments, control). */
function numberOf(register: Register): number {
  if (RegisterExt.isGPR(register)) return firstRegister.general + RegisterExt.number(RegisterExt.fullRegister(register))
  // Valgrind knows 16 vector registers; the upper 16 of AVX-512 would fold onto them.
  if (RegisterExt.isVectorRegister(register)) return firstRegister.vector + (RegisterExt.number(register) & 15)
  if (RegisterExt.isST(register) || RegisterExt.isMM(register)) return firstRegister.x87 + RegisterExt.number(register)
  if (RegisterExt.isK(register)) return firstRegister.mask + RegisterExt.number(register)
  return -1
}

function classOf(instruction: Instruction, memory: boolean, registers: ReadonlyArray<number>): InstructionClass {
  const name = Mnemonic[instruction.mnemonic] as string
  const named = classByName.find(([pattern]) => pattern.test(name))?.[1]
  if (named !== undefined) return named
  const transfer = classByFlow[instruction.flowControl]
  if (transfer !== undefined) return transfer
  if (instruction.hasLockPrefix || (instruction.mnemonic === Mnemonic.Xchg && memory)) return InstructionClass.locked
  if (copies.test(name) && !memory && RegisterExt.size(instruction.op1Register) >= 4) return InstructionClass.move
  const wide = registers.some((register) => register >= firstRegister.vector)
  return wide || /^(Vzero|F[a-z])/.test(name) ? InstructionClass.vector : InstructionClass.alu
}

const classByFlow: { readonly [flow in FlowControl]?: InstructionClass } = {
  [FlowControl.ConditionalBranch]: InstructionClass.branch,
  [FlowControl.XbeginXabortXend]: InstructionClass.branch,
  [FlowControl.UnconditionalBranch]: InstructionClass.jump,
  [FlowControl.IndirectBranch]: InstructionClass.indirectJump,
  [FlowControl.Call]: InstructionClass.call,
  [FlowControl.IndirectCall]: InstructionClass.indirectCall,
  [FlowControl.Return]: InstructionClass.return,
  [FlowControl.Interrupt]: InstructionClass.system,
  [FlowControl.Exception]: InstructionClass.system
}
