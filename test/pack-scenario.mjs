// Runs in an empty project with the packed packages installed: prints one JSON line.
import * as core from "@isolde/core"
import * as mpk from "@isolde/mpk"

process.stdout.write(`${JSON.stringify({ core: Object.keys(core).length, mpk: Object.keys(mpk).length })}\n`)
