/** Enclaves obey the mechanism contract (MC1 to MC8) where every domain is one. */
import { describeMechanism } from "@isolde/testkit"
import { enclave } from "../src/index.ts"

describeMechanism(enclave, { config: { application: "enclave" }, runs: 6 })
describeMechanism(enclave, { config: { application: "enclave", epcPages: 1 }, runs: 4 })
