/**
 * The whole suite, every schedule of it: what takes longer than a test run may. Law: it ends with 1 unless exactly the
 * tests in `findings.ts` fail.
 *
 *   node --conditions=@isolde/source packages/litmus/test/nightly/suite.ts
 */
import { findings } from "../../src/findings.ts"
import { runSuite, shippedTests } from "../../src/suite.ts"
import { mechanisms } from "../mechanisms.ts"

const rows = runSuite(shippedTests(), { mechanisms })
const failing = rows.filter((row) => row.status === "fail").map((row) => `${row.test} under ${row.mechanism}`)
const open = findings.map((each) => `${each.test} under ${each.mechanism}`)
const surprises = [...failing, ...open].filter((each) => failing.includes(each) !== open.includes(each))
const schedules = rows.reduce((sum, row) => sum + row.schedules, 0)
process.stdout.write(`${rows.length} rows, ${schedules} schedules, ${failing.length} findings\n`)
for (const each of surprises) process.stdout.write(`not as expected: ${each}\n`)
if (surprises.length > 0) process.exitCode = 1
