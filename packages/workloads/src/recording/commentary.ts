/**
 * What Valgrind says between the records: the program, the running thread, the system calls, the end.
 * Law: a system call is reported when its line begins, and its result when it is known, which may be lines later and
 * after other threads ran.
 *
 *     SYSCALL[pid,tid](nr) name ( args ) --> [async] ...          the result comes later, as
 *     SYSCALL[pid,tid](nr) ... [async] --> Success(0x..)
 *     SYSCALL[pid,tid](nr) name ( args )[sync] --> Failure(0x..)
 *     --pid--   SCHED[tid]:  acquired lock (..)                    from here on this thread runs
 */

/** Who takes what is said. */
export interface CommentarySink {
  /** `thread` runs from here on. */
  running(thread: number): void
  /** The running thread called the kernel. */
  systemCall(number: number): void
  /** A call returned; `value` is its result, or null when it failed or has none. */
  returned(number: number, call: string, value: number | null): void
}

const systemCallLine = /^SYSCALL\[(\d+),(\d+)\]\( *(-?\d+)\)\s?(.*)$/
const scheduled = /^--\d+--\s+SCHED\[(\d+)\]:\s+acquired lock/
const outcome = /--> (?:\[[a-z-]+\] )?(?:(Success|Failure)\((0x[0-9a-f]+)|NoWriteResult)/

export class Commentary {
  readonly #sink: CommentarySink
  /** The `Command:` line, or empty. */
  program = ""
  /** The tool's own first line, for example `Lackey, an example Valgrind tool`, or empty. */
  tool = ""
  /** The closing lines were read. */
  ended = false
  executedInstructions: number | null = null
  foreignLines = 0
  #process = ""
  /** [thread] The system call whose result isn't known. */
  readonly #open = new Map<number, { readonly number: number; readonly call: string }>()
  #last = 0

  constructor(sink: CommentarySink) {
    this.#sink = sink
  }

  take(line: string): void {
    if (line.startsWith("SYSCALL")) this.#systemCall(line)
    else if (line.startsWith(" -->")) this.#result(this.#last, line)
    else if (line.startsWith("--")) {
      const thread = scheduled.exec(line)?.[1]
      if (thread !== undefined) this.#sink.running(Number(thread))
    } else this.#valgrind(line.replace(/^==\d+== ?/, ""))
  }

  #systemCall(line: string): void {
    const [, process, thread, number, rest] = systemCallLine.exec(line) ?? []
    if (process === undefined || rest === undefined) return
    if (this.#process === "") this.#process = process
    if (process !== this.#process) {
      this.foreignLines++
      return
    }
    this.#last = Number(thread)
    this.#sink.running(this.#last)
    if (!rest.startsWith("... [async]")) {
      this.#sink.systemCall(Number(number))
      this.#open.set(this.#last, { number: Number(number), call: rest })
    }
    this.#result(this.#last, rest)
  }

  #result(thread: number, text: string): void {
    const open = this.#open.get(thread)
    const result = outcome.exec(text)
    if (open === undefined || result === null) return
    this.#open.delete(thread)
    this.#sink.returned(open.number, open.call, result[1] === "Success" ? Number(result[2]) : null)
  }

  #valgrind(text: string): void {
    if (this.tool === "") this.tool = text.trim()
    else if (text.startsWith("Command: ")) this.program ||= text.slice("Command: ".length).trim()
    else if (/^\s*guest instrs:\s+[\d,]+$/.test(text)) this.executedInstructions = Number(text.replace(/\D/g, ""))
    else if (/^Exit code:\s+\d+/.test(text)) this.ended = true
  }
}
