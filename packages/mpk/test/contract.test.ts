import { describeMechanism } from "@isolde/testkit"
import { mpk } from "../src/index.ts"

describeMechanism(mpk, { readOnly: true })
describeMechanism(mpk, {
  config: { synchronise: "interrupt", cet: false, extendedRegisters: "fxsave" },
  readOnly: true
})
describeMechanism(mpk, { config: { synchronise: "rekey", gate: "inspected" }, runs: 3 })
describeMechanism(mpk, { config: { synchronise: "rekey", virtualise: true }, runs: 3 })
describeMechanism(mpk, { config: { virtualise: true, gate: "single" }, runs: 3 })
describeMechanism(mpk, { config: { hardware: "pks", gate: "single" }, runs: 3 })
describeMechanism(mpk, { config: { hardware: "iskios", gate: "inspected" }, runs: 3 })
describeMechanism(mpk, { config: { hardware: "dacr" }, runs: 3 })
describeMechanism(mpk, { config: { extendedRegisters: "xsave", fence: true }, runs: 2 })
describeMechanism(mpk, { config: { hardware: "ideal", extendedRegisters: "vectors" }, runs: 3 })
