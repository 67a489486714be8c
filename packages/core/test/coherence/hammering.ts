/**
 * Programs that hammer a few words and lines from every thread, and what they saw: the words' values are the oracle.
 * Law: what a thread does depends on the seed and its own number alone.
 */
import { RandomStream } from "@isolde/core/kernel/random"
import { Entry } from "@isolde/core/memory/pages"
import type { Programs } from "../small-system.ts"

/** A word operation as an interval: the value read or written by some tick in [from, to]. */
export interface Seen {
  readonly thread: number
  readonly from: number
  readonly to: number
  readonly value: number
  readonly write: boolean
}

export class Witness {
  /** Words that count increments made under a lock. */
  counters: ReadonlyArray<number> = []
  /** Word whose bits are set once each. */
  bits: ReadonlyArray<number> = []
  increments = 0
  /** Bits that were found set by a thread that alone sets them. */
  bitsTwice = 0
  bitsSet = 0
  /** Word that is swapped for a new value each time; values found, and values left. */
  swap = 0
  readonly found: Array<number> = []
  readonly left: Array<number> = []
  /** Reads and writes of one word, every write with a value of its own. */
  readonly history: Array<Seen> = []
}

const Code = { increment: 0, bit: 1, swap: 2, read: 3, write: 4 } as const
const LOCKS = 2
const PAGES = 6

/**
 * `steps` random steps of each of `threads` threads, seen by `witness`. With `protects`, one step in 32 changes the
 * protection of a page, so that interrupts fall between a value and its use.
 */
export function hammering(
  seed: number,
  threads: number,
  steps: number,
  witness: Witness,
  { protects = false }: { readonly protects?: boolean } = {}
): Programs {
  return {
    steps,
    build: ({ kernel, numbers, pages, words }) => {
      const { locked } = numbers.core
      // The locks share a line; each of the others has its own. Numbers of words are consecutive.
      const apart = (count: number) => Array.from({ length: count }, () => words.allocate(1))
      const locks = words.allocate(LOCKS)
      const counters = apart(LOCKS)
      const [counter = 0] = counters
      // A bit of each word per thread: a step sets the thread's bit of the next word.
      const bits = apart(steps)
      const [bit = 0] = bits
      const swap = words.allocate(1)
      const register = words.allocate(1)
      const first = pages.reserve(PAGES)
      const random = Array.from({ length: threads }, (_, t) => new RandomStream(seed, `thread ${t}`))
      const before = new Int32Array(threads)
      Object.assign(witness, { counters, bits, swap })
      return {
        emit: (program, t, step) => {
          const draw = random[t.number] as RandomStream
          const unique = t.number + threads * (step + 1)
          if (protects && draw.below(32) === 0) {
            kernel.protect(program, t, first + draw.below(PAGES), 1, Entry.present | Entry.writable)
            return
          }
          switch (draw.below(8)) {
            case 0: {
              const at = draw.below(LOCKS)
              program
                .lock(locks + at, locked)
                .loadWord(counter + at)
                .act(Code.increment, at)
              return
            }
            case 1:
              program.orWord(bit + step, 1 << t.number, locked).act(Code.bit, t.number)
              return
            case 2:
              program.swapWord(swap, unique, locked).act(Code.swap, unique)
              return
            case 3:
              program.loadWord(register).act(Code.read)
              return
            case 4:
              program.storeWord(register, unique).act(Code.write, unique)
              return
            default: {
              const page = first + draw.below(PAGES)
              for (let left = draw.below(6); left >= 0; left--) {
                const offset = draw.below(4) * 64 + draw.below(60)
                if (draw.below(2) === 0) program.load(page, offset)
                else program.store(page, offset)
              }
            }
          }
        },
        act: (t, code, a, _, tick) => {
          if (code === Code.increment) {
            // On top of the program under way: the increment, then the release.
            const increment = t.pushProgram()
            increment.storeWord(counter + a, t.value + 1).storeWord(locks + a, 0)
            witness.increments++
          } else if (code === Code.bit) {
            witness.bitsSet++
            witness.bitsTwice += (t.value >>> a) & 1
          } else if (code === Code.swap) {
            witness.found.push(t.value)
            witness.left.push(a)
          } else {
            const write = code === Code.write
            const value = write ? a : t.value
            witness.history.push({ thread: t.number, from: before[t.number] as number, to: tick, value, write })
          }
          before[t.number] = tick
        }
      }
    }
  }
}
