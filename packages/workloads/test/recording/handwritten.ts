/**
 * Recordings written by hand, line by line, with their side tables.
 * Law: what a test writes is the whole text between the opening and the closing lines.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { type ImportOptions, importRecording } from "../../src/recording/import-recording.ts"
import type { Recording } from "../../src/recording/recording.ts"

/** Instructions by name: their bytes. Displacements are zero: the text says where control went. */
export const code = {
  call: "e800000000",
  return: "c3",
  jump: "e900000000",
  jumpMemory: "ff2500000000",
  branch: "7400",
  load: "488b00",
  store: "488900",
  push: "55",
  add: "4801c8",
  nop: "90",
  systemCall: "0f05",
  repStore: "f3aa"
} as const

const hex = (address: number): string => address.toString(16).padStart(8, "0")

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "isolde-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

export const opening = "==7== Lackey, an example Valgrind tool\n==7== Command: program --flag\n==7== \n"
export const closing = "==7== \n==7== Executed:\n==7==   guest instrs:  1,234\n==7== \n==7== Exit code:       0\n"

export class Handwritten {
  /** Text between opening and closing. */
  body = ""
  table = "# object 0 /bin/program build-id 0a\n# object 1 /lib/libone.so.1 build-id 0b\n"
  /** System calls carry this thread. */
  thread = 1
  readonly #known = new Set<number>()
  #descriptor = 3

  /** Any lines. */
  lines(...lines: ReadonlyArray<string>): this {
    this.body += lines.map((line) => `${line}\n`).join("")
    return this
  }

  /** Thread `thread` runs from here on. */
  schedule(thread: number): this {
    this.thread = thread
    return this.lines(`--7--   SCHED[${thread}]:  acquired lock (VG_(vg_yield))`)
  }

  systemCall(number: number, call: string, result: string): this {
    return this.lines(`SYSCALL[7,${this.thread}](${number}) ${call} --> ${result} `)
  }

  /** Open a file and map it. */
  map(path: string, start: number, length = 0x1000): this {
    const descriptor = this.#descriptor++
    this.systemCall(257, `sys_openat ( 4294967196, 0x1000(${path}), 524288 )`, "[async] ...")
    this.lines(`SYSCALL[7,${this.thread}](257) ... [async] --> Success(0x${descriptor.toString(16)}) `)
    const call = `sys_mmap ( 0x0, ${length}, 5, 2, ${descriptor}, 0 )`
    return this.systemCall(9, call, `[pre-success] Success(0x${start.toString(16)})`)
  }

  /** An instruction and its accesses, each as in the text without its leading space: `S 1fff000010,8`. */
  run(address: number, name: keyof typeof code, ...accesses: ReadonlyArray<string>): this {
    const bytes = code[name]
    if (!this.#known.has(address)) this.table += `${address.toString(16)} 0 ${bytes}\n`
    this.#known.add(address)
    this.lines(`I  ${hex(address)},${bytes.length / 2}`)
    return this.lines(...accesses.map((access) => ` ${access}`))
  }

  call(address: number, slot: number): this {
    return this.run(address, "call", `S ${hex(slot)},8`)
  }

  return(address: number, slot: number): this {
    return this.run(address, "return", `L ${hex(slot)},8`)
  }

  get text(): string {
    return opening + this.body + closing
  }

  /** Write text and side table to a folder of their own and import them. */
  import(options: Partial<ImportOptions> & { readonly text?: string } = {}): Promise<Recording> {
    const { text = this.text, ...rest } = options
    const folder = temporaryFolder()
    const path = join(folder, "hand.lackey")
    writeFileSync(path, text)
    writeFileSync(join(folder, "hand.code"), this.table)
    return importRecording({ path, ...rest })
  }
}

/** Addresses of the instructions that ran, in order, one list per block. */
export function blocksOf(recording: Recording): Array<Array<number>> {
  const { blockInstructions, blockStart, instructionAddress, stream } = recording
  return Array.from(stream, (block) =>
    Array.from(
      blockInstructions.subarray(blockStart[block], blockStart[block + 1]),
      (instruction) => instructionAddress[instruction] as number
    )
  )
}

/** `kind address,size` of the accesses that ran, in order. */
export function accessesOf(recording: Recording): Array<string> {
  const { accessKind, accessOffset, accessPage, accessSize, accessStart, blockInstructions, blockStart } = recording
  const found: Array<string> = []
  for (const block of recording.stream)
    for (const instruction of blockInstructions.subarray(blockStart[block], blockStart[block + 1]))
      for (let at = accessStart[instruction] as number; at < (accessStart[instruction + 1] as number); at++) {
        const page = accessPage[found.length] as number
        const address = (recording.pages[page] as number) * 4096 + (accessOffset[found.length] as number)
        found.push(`${"LSM"[accessKind[at] as number]} ${hex(address)},${accessSize[at]}`)
      }
  return found
}
