/** Domains as processes: address spaces, and ways between them. README.md says what is modelled and what is not. */
import { Right } from "@isolde/core/isolation/rights"
import { defineMechanism } from "@isolde/core/mechanism"
import { ProcessConfig } from "./config.ts"
import { OneSpaceUnit } from "./one-space.ts"
import { ProcessUnit } from "./unit.ts"

/** Identifiers of address spaces that the model tells apart, without those of the kernel's slots and its own view. */
const MOST_DOMAINS = 480

/** Operations that change who has which right. */
const changes = ["grant", "revoke", "move", "share", "readOnly", "allocate", "free", "terminate"]

/** The mechanism. `processes()` takes every quantity's default; `isolde params process` lists them. */
export const processes = defineMechanism({
  name: "process",
  version: "0.1.0",
  config: ProcessConfig,
  traits: ({ crossing }) => ({
    isa: ["x86-64", "aarch64"],
    nativeMachine: "tiger-lake",
    governs: crossing === "shared" ? Right.none : Right.readWrite,
    ungoverned:
      crossing === "shared"
        ? ["every access: all processes are in one address space"]
        : [
            "instruction fetch (the hardware checks it, the model does not)",
            "memory of no region: code, what gates and the kernel use",
            "the shared runtime, which every process maps",
            "what else lies on a page that a domain holds a region on"
          ],
    granule: 4096,
    domains: MOST_DOMAINS,
    regions: 2 ** 36,
    takes: crossing === "shared" ? [] : ["secondLevel", "tableEntries"],
    livesIn: crossing === "shared" ? ["code"] : ["register", "table", "tlb"],
    revocation: "everywhere",
    attacker:
      crossing === "shared"
        ? "none: a process that reads or writes what is another's is not hindered"
        : "executes any unprivileged instruction; page tables, the page-table base register and the kernel are out of its reach"
  }),
  refuse: ({ crossing }, { domains, exchange, objects, operations }) => {
    if (domains > MOST_DOMAINS)
      return `${domains} domains; the model tells ${MOST_DOMAINS} identifiers of address spaces apart`
    const changed = operations.find((name) => changes.includes(name))
    const lends = exchange === "borrow" && objects > 0
    if (crossing === "shared" && (lends || changed !== undefined))
      return "in one address space without rights nothing can be granted, moved or taken away: share or copy"
    return undefined
  },
  build: (config, parts) =>
    config.crossing === "shared" ? new OneSpaceUnit(config, parts) : new ProcessUnit(config, parts)
})
