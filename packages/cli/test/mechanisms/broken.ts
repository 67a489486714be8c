/** A mechanism with a defect: it can be built for one core only, and refuses to copy. */
import { defineMechanism, ModelDefect } from "@isolde/core"
import { NoneUnit } from "@isolde/core/isolation/none"
import { Schema } from "effect"

export const broken = defineMechanism({
  name: "broken",
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
  refuse: (_config, { exchange }) => (exchange === "copy" ? "it has no hands" : undefined),
  build: (_config, { numbers }) => {
    if (numbers.tiles > 4) throw new ModelDefect("T1", "more than four cores confuse it")
    return new NoneUnit()
  }
})
