/**
 * The values that lines would carry: the number of the last store, noted beside every message, copy, slice and memory
 * of a real machine. Law: it watches and changes nothing; a load that would read anything but the last store is said.
 */
import type { Homes } from "@isolde/core/coherence/homes"
import { Message, messageNames, tileOf, typeOf } from "@isolde/core/coherence/message"
import type { Interconnect } from "@isolde/core/interconnect/interconnect"
import type { Kernel } from "@isolde/core/kernel/kernel"

const None = -1

export class DataOracle {
  /** What went wrong first, in a sentence. */
  wrong: string | undefined
  /** Stores so far; each is a value of its own. */
  stores = 0
  /** Values compared with the last store's. */
  checks = 0
  readonly #lines: number
  readonly #latest: Int32Array // [line] value of the last store
  readonly #copy: Int32Array // [tile][line]
  readonly #slice: Int32Array // [line]
  readonly #memory: Int32Array // [line]
  readonly #writing: Uint8Array // [tile][line] a whole line is on its way to memory
  readonly #carried = new Map<number, number>() // [message] value under way
  readonly #toMemory = new Map<number, Array<number>>() // [line] values on their way to memory, in order
  /** Line that the home at work has sent to memory with its last message, or None. */
  #sentOn = None
  #firstTile = 0
  #firstHome = 0

  constructor(lines: number, tiles: number) {
    this.#lines = lines
    this.#latest = new Int32Array(lines)
    this.#copy = new Int32Array(lines * tiles)
    this.#slice = new Int32Array(lines)
    this.#memory = new Int32Array(lines)
    this.#writing = new Uint8Array(lines * tiles)
  }

  /** Before the machine is built: see what is delivered. */
  watchDeliveries(kernel: Kernel): void {
    const define = kernel.define.bind(kernel)
    const seen: Readonly<Record<string, (owner: number, a: number, line: number) => void>> = {
      "tile.receive": (owner, a, line) => this.#atTile(owner, a, line),
      "home.arrive": (owner, a, line) => this.#atHome(owner, a, line),
      "memory.arrive": (owner, a, line) => this.#atMemory(owner, a, line)
    }
    kernel.define = (name, handler) => {
      const look = seen[name]
      if (look === undefined) return define(name, handler)
      return define(name, (owner, a, line, c) => {
        look(owner, a, line)
        handler(owner, a, line, c)
      })
    }
  }

  /** Once owners have their numbers: see what is sent. */
  watchMessages(interconnect: Interconnect, homes: Homes, tileOwner: Int32Array): void {
    this.#firstTile = tileOwner[0] as number
    this.#firstHome = homes.owners[0] as number
    const last = this.#firstHome + homes.owners.length
    const send = interconnect.send.bind(interconnect)
    interconnect.send = (now, source, destination, a, line) => {
      if (source >= this.#firstTile && source < this.#firstTile + tileOwner.length)
        this.#carry(destination, a, line, this.#copy[this.#at(source - this.#firstTile, line)] as number)
      else if (source >= this.#firstHome && source < last) this.#fromHome(destination, a, line)
      else this.#carry(destination, a, line, this.#memory[line] as number)
      send(now, source, destination, a, line)
    }
  }

  loaded(tile: number, line: number): void {
    this.checks++
    const value = this.#copy[this.#at(tile, line)] as number
    if (value !== this.#latest[line])
      this.#say(`tile ${tile} reads ${value} of line ${line}, not ${this.#latest[line]}`)
  }

  stored(tile: number, line: number, whole: boolean): void {
    if (!whole) this.loaded(tile, line)
    this.#latest[line] = this.#copy[this.#at(tile, line)] = ++this.stores
  }

  writes(tile: number, line: number): void {
    this.#writing[this.#at(tile, line)] = 1
  }

  #at(tile: number, line: number): number {
    return tile * this.#lines + line
  }

  #say(what: string): void {
    this.wrong ??= what
  }

  #keyOf(destination: number, a: number, line: number): number {
    return ((line * 64 + destination) * 64 + tileOf(a)) * 32 + typeOf(a)
  }

  #carry(destination: number, a: number, line: number, value: number): void {
    const type = typeOf(a)
    if (type === Message.MemWrite) {
      const queue = this.#toMemory.get(line)
      if (queue === undefined) this.#toMemory.set(line, [value])
      else queue.push(value)
    }
    if (!carries(type)) return
    const key = this.#keyOf(destination, a, line)
    if (this.#carried.has(key)) this.#say(`two ${messageNames[type]} of tile ${tileOf(a)} for line ${line} at once`)
    this.#carried.set(key, value)
  }

  #fromHome(destination: number, a: number, line: number): void {
    const sentOn = this.#sentOn === line
    this.#sentOn = typeOf(a) === Message.MemWrite ? line : None
    this.#carry(destination, a, line, this.#slice[line] as number)
    if (typeOf(a) !== Message.PutAck) return
    const at = this.#at(tileOf(a), line)
    if (this.#writing[at] === 0) return
    // The home has taken a whole line past the caches, and kept it or just sent it on: from here on it is the last store.
    this.#writing[at] = 0
    this.#latest[line] = this.#slice[line] = ++this.stores
    if (sentOn) this.#toMemory.get(line)?.splice(-1, 1, this.stores)
  }

  #take(owner: number, a: number, line: number): number {
    const key = this.#keyOf(owner, a, line)
    const value = this.#carried.get(key) ?? None
    this.#carried.delete(key)
    return value
  }

  #atTile(owner: number, a: number, line: number): void {
    const value = this.#take(owner, a, line)
    if (value !== None) this.#copy[this.#at(owner - this.#firstTile, line)] = value
  }

  /** A stale Put brings what is older than the slice's, or as old. */
  #atHome(owner: number, a: number, line: number): void {
    this.#sentOn = None
    const value = this.#take(owner, a, line)
    if (value === None) return
    if (typeOf(a) === Message.MemData || value > (this.#slice[line] as number)) this.#slice[line] = value
  }

  #atMemory(_owner: number, a: number, line: number): void {
    if (typeOf(a) === Message.MemWrite) this.#memory[line] = this.#toMemory.get(line)?.shift() as number
  }
}

function carries(type: number): boolean {
  return (
    (type >= Message.PutE && type <= Message.PutO) ||
    (type >= Message.Data && type <= Message.RecallData) ||
    type === Message.MemData
  )
}
