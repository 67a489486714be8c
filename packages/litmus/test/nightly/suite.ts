/**
 * The whole suite, every schedule of it: what takes longer than a test run may. Law: it ends with 1 unless exactly the
 * tests in `findings.ts` fail.
 *
 *   node --conditions=@isolde/source packages/litmus/test/nightly/suite.ts
 */
import { cheri } from "@isolde/cheri"
import { enclave } from "@isolde/enclave"
import { ept } from "@isolde/ept"
import { language } from "@isolde/language"
import { mpk } from "@isolde/mpk"
import { mte } from "@isolde/mte"
import { pac } from "@isolde/pac"
import { processes } from "@isolde/process"
import { sfi } from "@isolde/sfi"
import { findings } from "../../src/findings.ts"
import { type MechanismValue, runSuite, shippedTests } from "../../src/suite.ts"

const mechanisms = [
  mpk,
  ept,
  mte,
  cheri,
  pac,
  sfi,
  language,
  processes,
  enclave
] as ReadonlyArray<unknown> as ReadonlyArray<MechanismValue>
const rows = runSuite(shippedTests(), { mechanisms })
const failing = rows.filter((row) => row.status === "fail").map((row) => `${row.test} under ${row.mechanism}`)
const open = findings.map((each) => `${each.test} under ${each.mechanism}`)
const surprises = [...failing, ...open].filter((each) => failing.includes(each) !== open.includes(each))
const schedules = rows.reduce((sum, row) => sum + row.schedules, 0)
process.stdout.write(`${rows.length} rows, ${schedules} schedules, ${failing.length} findings\n`)
for (const each of surprises) process.stdout.write(`not as expected: ${each}\n`)
if (surprises.length > 0) process.exitCode = 1
