/** The mechanism contract holds for every proposal, and for the switches that change how a right ends. */
import { describeMechanism } from "@isolde/testkit"
import { proposals } from "../src/index.ts"

describeMechanism(proposals, { config: { base: "keys" }, readOnly: true, runs: 6 })
describeMechanism(proposals, { config: { base: "keys", oneCycleSwitch: true, extendedRegisters: "hardware" }, runs: 3 })
describeMechanism(proposals, { config: { base: "tags" }, runs: 6 })
describeMechanism(proposals, {
  config: { base: "tags", tagBits: 4, tagRegister: false, variableGranule: false },
  runs: 3
})
describeMechanism(proposals, { config: { base: "proxy" }, readOnly: true, runs: 6 })
describeMechanism(proposals, { config: { base: "xpc" }, readOnly: true, runs: 4 })
describeMechanism(proposals, { config: { base: "hfi" }, readOnly: true, runs: 6 })
describeMechanism(proposals, { config: { base: "ideal", oneCycleSwitch: true }, readOnly: true, runs: 6 })
