/** A mechanism that ends the thread in which it is built. */
import { defineMechanism } from "@isolde/core"
import { NoneUnit } from "@isolde/core/isolation/none"
import { Schema } from "effect"

export const deadly = defineMechanism({
  name: "deadly",
  version: "0.0.0",
  config: Schema.Struct({}),
  traits: () => ({
    isa: ["x86-64"],
    nativeMachine: "tiger-lake",
    governs: 0,
    ungoverned: ["everything"],
    granule: 1,
    domains: 2,
    regions: 0,
    livesIn: [],
    revocation: "everywhere",
    attacker: "none"
  }),
  refuse: () => undefined,
  build: () => {
    process.exit(3)
    return new NoneUnit()
  }
})
