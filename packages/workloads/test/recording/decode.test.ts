/** What the decoder makes of bytes; the right-hand sides are those of Intel's manual, volume 2. */
import { describe, expect, test } from "vitest"
import { InstructionDecoder } from "../../src/recording/decode.ts"
import { InstructionClass } from "../../src/recording/recording.ts"
import { packRegisters, unpackRegisters } from "../../src/recording/registers.ts"

const decoder = new InstructionDecoder()
const registers =
  "rax 0 rcx 1 rdx 2 rbx 3 rsp 4 rbp 5 rsi 6 rdi 7 r8 8 r11 11 flags 16 xmm0 17 xmm1 18 xmm9 26 st0 33".split(" ")
const numbers: Readonly<Record<string, number>> = Object.fromEntries(
  registers.flatMap((name, at) => (at % 2 === 0 ? [[name, Number(registers[at + 1])]] : []))
)
const names = (packed: number): string =>
  unpackRegisters(packed)
    .map((register) => Object.keys(numbers).find((name) => numbers[name] === register))
    .join(" ")

describe("an instruction has its class, the registers of its addresses, those read otherwise, those written", () => {
  test.each([
    ["add rax, rcx", "4801c8", "alu", "", "rax rcx", "rax flags"],
    ["mov rax, [rbx+rcx*8+16]", "488b44cb10", "alu", "rcx rbx", "", "rax"],
    ["add rax, [rax]", "480300", "alu", "rax", "rax", "rax flags"],
    ["lea rax, [rdx+rax]", "488d0402", "alu", "", "rax rdx", "rax"],
    ["xor eax, eax reads nothing", "31c0", "alu", "", "", "rax flags"],
    ["mov al, 1 keeps the rest of rax", "b001", "alu", "", "rax", "rax"],
    ["cmove eax, ecx", "0f44c1", "alu", "", "rax rcx flags", "rax"],
    ["mov rbp, rsp", "4889e5", "move", "", "rsp", "rbp"],
    ["movaps xmm0, xmm1", "0f28c1", "move", "", "xmm1", "xmm0"],
    ["imul rax, rcx", "480fafc1", "multiply", "", "rax rcx", "rax flags"],
    ["div rcx", "48f7f1", "divide", "", "rax rcx rdx", "rax rdx flags"],
    ["aesenc xmm0, xmm9", "66410f38dcc1", "vector", "", "xmm0 xmm9", "xmm0"],
    ["pxor xmm0, xmm0 reads nothing", "660fefc0", "vector", "", "", "xmm0"],
    ["divsd xmm0, xmm1", "f20f5ec1", "vectorDivide", "", "xmm0 xmm1", "xmm0"],
    ["vzeroupper is no dependence", "c5f877", "vector", "", "", ""],
    ["je", "7400", "branch", "", "flags", ""],
    ["jmp rel8", "eb00", "jump", "", "", ""],
    ["jmp [rip]", "ff2500000000", "indirectJump", "", "", ""],
    ["jmp r11", "41ffe3", "indirectJump", "", "r11", ""],
    ["call leaves rsp out", "e800000000", "call", "", "", ""],
    ["call [rax]", "ff10", "indirectCall", "rax", "", ""],
    ["ret", "c3", "return", "", "", ""],
    ["rep ret", "f3c3", "return", "", "", ""],
    ["push rbp", "55", "alu", "", "rbp", ""],
    ["pop rbp", "5d", "alu", "", "", "rbp"],
    ["leave takes rsp from rbp", "c9", "alu", "rbp", "", "rsp rbp"],
    ["sub rsp, 32", "4883ec20", "alu", "", "rsp", "rsp flags"],
    ["lock cmpxchg [rdx], ecx", "f00fb10a", "locked", "rdx", "rax rcx", "rax flags"],
    ["xchg [rax], edx locks", "8710", "locked", "rax", "rdx", "rdx"],
    ["mfence", "0faef0", "fence", "", "", ""],
    ["lfence", "0faee8", "serialising", "", "", ""],
    ["cpuid", "0fa2", "serialising", "", "rax rcx", "rax rcx rdx rbx"],
    ["syscall", "0f05", "system", "", "flags", "rcx r11 flags"],
    ["endbr64", "f30f1efa", "nop", "", "", ""],
    ["nop [rax]", "0f1f00", "nop", "", "", ""]
  ] as const)("%s", (_, bytes, instructionClass, addressSources, dataSources, destinations) => {
    const decoded = decoder.decode(bytes)
    const className = Object.entries(InstructionClass).find(([, value]) => value === decoded?.instructionClass)?.[0]
    const actual = decoded && [decoded.addressSources, decoded.dataSources, decoded.destinations].map(names)
    expect([className, ...(actual ?? [])]).toEqual([
      instructionClass,
      addressSources,
      sorted(dataSources),
      sorted(destinations)
    ])
  })
})

const sorted = (list: string): string =>
  list
    .split(" ")
    .sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0))
    .join(" ")

test.each([
  ["mov [rsp+8], rax", "4889442408", true],
  ["push", "55", true],
  ["call", "e800000000", true],
  ["ret", "c3", true],
  ["mov [rsp+rax], rax, with an index", "48890404", false],
  ["mov [rbp-8], rax", "488945f8", false],
  ["push [rax]", "ff30", false],
  ["add rax, rcx, without an access", "4801c8", false]
])("%s is stack-relative or not", (_, bytes, expected) => {
  expect(decoder.decode(bytes)?.stackRelative).toBe(expected)
})

test("bytes that aren't exactly one instruction are refused", () => {
  expect(decoder.decode("9090")).toBeNull()
  expect(decoder.decode("48")).toBeNull()
  expect(decoder.decode("06")).toBeNull()
})

test("packed registers hold the first five in ascending order", () => {
  expect(unpackRegisters(packRegisters([48, 0, 16, 16]))).toEqual([0, 16, 48])
  expect(unpackRegisters(packRegisters([9, 8, 7, 6, 5, 4]))).toEqual([4, 5, 6, 7, 8])
  expect(unpackRegisters(packRegisters([48, 47, 46, 45, 44]))).toEqual([44, 45, 46, 47, 48])
  expect(packRegisters([])).toBe(0)
})
