/** Every mechanism package's value, as litmus calls it. */
import { cheri } from "@isolde/cheri"
import { enclave } from "@isolde/enclave"
import { ept } from "@isolde/ept"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { processes } from "@isolde/process"
import { proposals } from "@isolde/proposals"
import { sfi } from "@isolde/sfi"
import type { MechanismValue } from "../src/suite.ts"

const all: ReadonlyArray<unknown> = [mpk, ept, mte, cheri, pac, sfi, language, processes, enclave, proposals]

export const mechanisms = all as ReadonlyArray<MechanismValue>
