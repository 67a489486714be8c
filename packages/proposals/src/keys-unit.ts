/**
 * Core-coherent protection keys: pages carry their holder's key, the thread's register says which keys are open, and
 * trusted code stores another key to an entry without the kernel. Coherence makes every TLB forget what it had read
 * from that entry's line, so a move interrupts nobody.
 *
 *   PRO8  a TLB entry stays only while its tile holds the line of its page-table entry; neighbours in the line go along
 *   PRO9  a move is over when its last store has performed
 */
import { RegionKind } from "@isolde/core/isolation/regions"
import { Right, type Rights } from "@isolde/core/isolation/rights"
import { type MachineParts, Place, type ProtectionUnit, type RightsHolder } from "@isolde/core/isolation/unit"
import { Entry } from "@isolde/core/memory/pages"
import { Cause } from "@isolde/core/processor/cause"
import type { HardwareThread } from "@isolde/core/processor/hardware-thread"
import type { Program } from "@isolde/core/processor/program"
import type { ProposalsConfig } from "./config.ts"
import { Gate } from "./gate.ts"
import { keyOpens } from "./may-access.ts"

/** Keys beside key 0, which is everybody's. */
export const USABLE_KEYS = 15
const KEYS = USABLE_KEYS + 1
/** Every key but key 0 closed. */
const CLOSED = -4

/** What `act` is told: a gate's write; both opened; who has the region loses or keeps rights; it goes to somebody; it has. */
const Act = { select: 0, open: 1, narrow: 2, give: 3, changed: 4 } as const

const opened = (register: number, key: number): number => register & ~(3 << (2 * key))
const keyIn = (entry: number): number => (entry >>> Entry.keyShift) & Entry.keyMask
const keyOf = (domain: number): number => domain + 1

/** Key and rights of an entry, 0 for nobody's. */
const packed = (entry: number): number => {
  if ((entry & Entry.present) === 0) return 0
  return (keyIn(entry) << 2) | ((entry & Entry.writable) === 0 ? Right.read : Right.readWrite)
}

export class KeysUnit implements ProtectionUnit {
  readonly copyChunk: number
  readonly #parts: MachineParts
  readonly #gate: Gate
  readonly #entryStore: number
  readonly #pagesOf: ReadonlyArray<ReadonlyArray<number>> // [region] pages
  readonly #shared: number // key of exchange memory that all share

  constructor(config: ProposalsConfig, parts: MachineParts) {
    const { domains, exchange, regions } = parts
    this.copyChunk = config.copyChunk
    this.#entryStore = config.entryStore
    this.#parts = parts
    this.#shared = exchange === "share" ? keyOf(domains) % KEYS : 0
    this.#pagesOf = Array.from({ length: regions.count }, (_, region) => regions.pagesOf(region))
    this.#colour()
    this.#gate = new Gate(config, parts, { enter: config.wrpkru, leave: config.wrpkru })
    parts.keepTlbsCoherent()
  }

  start(t: HardwareThread, domain: number): void {
    t.keyRights = this.#register(domain)
  }

  enter(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.call(program, t.software, from, to)
    this.#gate.change(program, false, Act.select, to)
    this.#gate.arrive(program)
  }

  leave(program: Program, t: HardwareThread, from: number, to: number): void {
    this.#gate.return(program, t.software, from, to)
    this.#gate.change(program, true, Act.select, to)
    this.#gate.resume(program, t.software)
  }

  openBoth(program: Program, _t: HardwareThread, from: number, to: number): void {
    this.#gate.change(program, false, Act.open, from, to)
  }

  grant(program: Program, _t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#read(program, region, Act.give, domain, rights)
  }

  /** Who else has it keeps it. */
  revoke(program: Program, _t: HardwareThread, domain: number, region: number, rights: Rights): void {
    this.#read(program, region, Act.narrow, domain, rights)
  }

  move(program: Program, _t: HardwareThread, region: number, _from: number, to: number): void {
    this.#read(program, region, Act.give, to, Right.readWrite)
  }

  act(t: HardwareThread, code: number, a: number, b: number, tick: number): void {
    if (code === Act.select) t.keyRights = this.#register(a)
    else if (code === Act.open) t.keyRights = this.#register(a) & this.#register(b)
    else if (code === Act.changed) this.#changed(t, a, b & 0xffff, (b >>> 16) & 0xffff, tick)
    else if (code === Act.give || keyIn(t.value) === keyOf(b >>> 2)) this.#store(t, a, this.#entry(b >>> 2, b & 3))
  }

  allows(t: RightsHolder, region: number): Rights {
    const page = this.#pagesOf[region][0]
    if (page === undefined) return Right.none
    const entry = this.#parts.pages.entry[page]
    const opens = (store: boolean): boolean =>
      keyOpens(t.keyRights, keyIn(entry), (entry & Entry.present) !== 0, (entry & Entry.writable) !== 0, store)
    return (opens(false) ? Right.read : Right.none) | (opens(true) ? Right.write : Right.none)
  }

  /** The register opens what entries say; by itself it holds key 0, and after `open` another domain's keys. */
  holds(t: RightsHolder, region: number): Rights {
    const own = this.#parts.regions.kind[region] !== RegionKind.shared && t.keyRights === this.#register(t.domain)
    return own ? Right.none : this.allows(t, region)
  }

  registers(t: RightsHolder): number {
    return t.keyRights === this.#register(t.domain) ? 0 : -1
  }

  /** One: TLBs forget an entry before its store performs (PRO8). */
  copies(domain: number, region: number): number {
    const { exchange, regions } = this.#parts
    const shared = exchange === "share" && regions.kind[region] === RegionKind.exchange
    const held = regions.kind[region] !== RegionKind.shared && (shared || regions.owner[region] === domain)
    return held && this.#pagesOf[region].length > 0 ? 1 : 0
  }

  #register(domain: number): number {
    return opened(opened(CLOSED, keyOf(domain)), this.#shared)
  }

  #entry(domain: number, rights: Rights): number {
    if (rights === Right.none) return Entry.held
    const entry = Entry.present | (keyOf(domain) << Entry.keyShift)
    return (rights & Right.write) === 0 ? entry : entry | Entry.writable
  }

  /** Trusted code reads the first entry before it changes any: compare, branch. */
  #read(program: Program, region: number, action: number, domain: number, rights: Rights): void {
    const [first] = this.#pagesOf[region]
    if (first === undefined) return
    program.as(Cause.retag).loadEntry(first).compute(2)
    program.act(action, region, (domain << 2) | rights)
  }

  /** PRO9: a store for each page; hardware lets trusted code change key and rights, and nothing else. */
  #store(t: HardwareThread, region: number, entry: number): void {
    const pages = this.#pagesOf[region]
    const program = t.pushProgram().as(Cause.retag)
    for (let i = 0; i < pages.length; i++) program.storeEntry(pages[i], entry, this.#entryStore)
    program.act(Act.changed, region, packed(t.value) | (packed(entry) << 16))
  }

  #changed(t: HardwareThread, region: number, before: number, after: number, tick: number): void {
    const report = (holder: number, from: Rights, to: Rights): void => {
      if (holder >>> 2 > 0) this.#parts.enforced(t.number, Place.table, (holder >>> 2) - 1, region, from, to, tick)
    }
    if (before >>> 2 === after >>> 2) return report(after, before & 3, after & 3)
    report(before, before & 3, Right.none)
    report(after, Right.none, after & 3)
  }

  /** Before the run: a key for every page, objects last, so that theirs wins on a page that holds other memory too. */
  #colour(): void {
    const { exchange, pages, regions } = this.#parts
    const isObject = (region: number): boolean => regions.kind[region] === RegionKind.exchange
    const all = Array.from({ length: regions.count }, (_, region) => region)
    for (const region of [...all.filter((each) => !isObject(each)), ...all.filter(isObject)]) {
      if (regions.kind[region] === RegionKind.shared) continue
      const shared = exchange === "share" && isObject(region)
      const key = shared ? this.#shared : keyOf(regions.owner[region])
      for (const page of this.#pagesOf[region]) {
        const bare = pages.entry[page] & ~(Entry.keyMask << Entry.keyShift)
        pages.entry[page] = key === 0 ? Entry.held : bare | (key << Entry.keyShift)
      }
    }
  }
}
