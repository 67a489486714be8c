/**
 * A recording of a program that never was: a server that calls its libcrypto a few times and copies through its libc.
 * Law: the text has the form that Valgrind's lackey writes, so that what reads real recordings reads it.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"

/** Instruction bytes by name; displacements are zero, since the text says where control went. */
const bytes = { call: "e800000000", return: "c3", load: "488b00", store: "488900", add: "4801c8" } as const

const application = 0x40_1000
const libcrypto = 0x500_0000
const libc = 0x600_0000
const stack = 0x1ffe_fff0_00
const heap = 0x403_5000
const calls = 12

class Text {
  lines = ["==7== Lackey, an example Valgrind tool", "==7== Command: ./server", "==7== "]
  readonly table = new Map<number, string>()

  system(number: number, call: string, result: number): void {
    this.lines.push(`SYSCALL[7,1](${number}) ${call} --> [pre-success] Success(0x${result.toString(16)}) `)
  }

  map(path: string, descriptor: number, at: number): void {
    this.system(257, `sys_openat ( 4294967196, 0x1000(${path}), 524288 )`, descriptor)
    this.system(9, `sys_mmap ( 0x0, 8192, 5, 2, ${descriptor}, 0 )`, at)
  }

  run(address: number, name: keyof typeof bytes, ...accesses: ReadonlyArray<string>): void {
    const object = address >= libc ? 2 : address >= libcrypto ? 1 : 0
    this.table.set(address, `${address.toString(16)} ${object} ${bytes[name]}`)
    this.lines.push(`I  ${address.toString(16).padStart(8, "0")},${bytes[name].length / 2}`)
    for (const access of accesses) this.lines.push(` ${access}`)
  }
}

const at = (address: number, size = 8): string => `${address.toString(16)},${size}`

/** Write `NAME.lackey` and its side table `NAME.code` into `folder`. */
export function writeSmallRecording(folder: string, name: string): void {
  const text = new Text()
  text.system(12, "sys_brk ( 0x0 )", heap)
  text.system(12, `sys_brk ( 0x${(heap + 0x4000).toString(16)} )`, heap + 0x4000)
  text.map("/usr/lib/libcrypto.so.3", 3, libcrypto)
  text.map("/usr/lib/libc.so.6", 4, libc)
  for (let call = 0; call < calls; call++) {
    const message = heap + 0x100 * call
    for (let word = 0; word < 16; word++) text.run(application + 4 * word, "store", `S ${at(message + 8 * word)}`)
    text.run(application + 0x100, "call", `S ${at(stack - 8)}`)
    for (let word = 0; word < 16; word++) {
      text.run(libcrypto + 12 * word, "load", `L ${at(message + 8 * word)}`)
      text.run(libcrypto + 12 * word + 3, "add")
      text.run(libcrypto + 12 * word + 6, "store", `S ${at(heap + 0x2000 + 8 * word)}`)
    }
    text.run(libcrypto + 0x100, "call", `S ${at(stack - 16)}`)
    text.run(libc, "store", `S ${at(message)}`)
    text.run(libc + 3, "return", `L ${at(stack - 16)}`)
    text.run(libcrypto + 0x105, "return", `L ${at(stack - 8)}`)
    text.run(application + 0x105, "load", `L ${at(message)}`)
  }
  const objects = ["/srv/server", "/usr/lib/libcrypto.so.3", "/usr/lib/libc.so.6"]
  const named = objects.map((path, index) => `# object ${index} ${path} build-id 0${index}`)
  writeFileSync(join(folder, `${name}.lackey`), `${[...text.lines, "==7== ", "==7== Exit code:       0"].join("\n")}\n`)
  writeFileSync(join(folder, `${name}.code`), `${[...named, ...text.table.values()].join("\n")}\n`)
}
