/**
 * Flat crossings counted in one plain pass over the text, sharing no code with the importer.
 * Law: the definition, word for word, as slowly as it likes.
 */
import { readFileSync } from "node:fs"
import { constants, zstdDecompressSync } from "node:zlib"

export interface PlainCounts {
  readonly instructions: number
  readonly loads: number
  readonly stores: number
  readonly modifies: number
  readonly crossings: number
}

/** Count in the zstd-compressed text at `path`; `isolated` maps file names to domains. */
export function plainPass(path: string, isolated: Record<string, string>, shared: ReadonlyArray<string>): PlainCounts {
  const counts = { instructions: 0, loads: 0, stores: 0, modifies: 0, crossings: 0 }
  const domains = new Map<string, string>()
  const files = new Map<number, string>()
  const mappings: Array<{ start: number; end: number; file: string | null }> = []
  const calls = new Map<string, string>()
  const domainOfPage = new Map<number, string>()
  let thread = "1"

  const domainAt = (page: number): string => {
    let domain = domainOfPage.get(page)
    if (domain === undefined) {
      const file = mappings.findLast(({ start, end }) => page * 4096 >= start && page * 4096 < end)?.file ?? null
      const name = file === null ? "" : file.slice(file.lastIndexOf("/") + 1)
      domain = shared.includes(name) ? "shared" : (isolated[name] ?? "application")
      domainOfPage.set(page, domain)
    }
    return domain
  }

  const map = (start: number, length: number, file: string | null): void => {
    mappings.push({ start, end: Math.ceil((start + length) / 4096) * 4096, file })
    domainOfPage.clear()
  }

  const systemCall = (line: string): void => {
    const match = /SYSCALL\[\d+,(\d+)\]\(\s*(\d+)\) (.*)/.exec(line)
    if (match === null) return
    thread = match[1] as string
    if (!match[3]?.startsWith("...")) calls.set(thread, match[3] as string)
    const call = calls.get(thread) as string
    const result = Number(/Success\((0x[0-9a-f]+)/.exec(line)?.[1] ?? Number.NaN)
    if (Number.isNaN(result)) return
    const numbers = call
      .slice(call.indexOf("(") + 1)
      .split(",")
      .map(Number.parseFloat)
    if (match[2] === "257") files.set(result, /0x[0-9a-f]+\((.*?)\)/.exec(call)?.[1] as string)
    const [, length = 0, , flags = 0, file = -1] = numbers
    if (match[2] === "9") map(result, length, (flags & 32) === 0 ? (files.get(file) ?? null) : null)
    if (match[2] === "11") map(Number(/0x[0-9a-f]+/.exec(call)?.[0]), length, null)
  }

  for (const line of linesOf(path)) {
    if (line.startsWith("I  ")) {
      counts.instructions++
      const domain = domainAt(Number.parseInt(line.slice(3, line.indexOf(",") - 3), 16))
      if (domain !== "shared" && domain !== (domains.get(thread) ?? "application")) {
        counts.crossings++
        domains.set(thread, domain)
      }
    } else if (line.startsWith(" L ")) counts.loads++
    else if (line.startsWith(" S ")) counts.stores++
    else if (line.startsWith(" M ")) counts.modifies++
    else if (line.startsWith("SYSCALL")) systemCall(line)
    else if (line.startsWith("--")) thread = /SCHED\[(\d+)\]:\s+acquired lock/.exec(line)?.[1] ?? thread
  }
  return counts
}

function* linesOf(path: string): Generator<string> {
  const text = zstdDecompressSync(readFileSync(path), { params: { [constants.ZSTD_d_windowLogMax]: 27 } })
  let from = 0
  while (from < text.length) {
    const cut = text.indexOf("\n", Math.min(from + 2 ** 22, text.length - 1))
    yield* text.toString("latin1", from, cut).split("\n")
    from = cut + 1
  }
}
