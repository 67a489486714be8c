#!/usr/bin/env node
/** The isolde command: prints its version. */
import { readFileSync } from "node:fs"

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string
}
process.stdout.write(`isolde ${manifest.version}\n`)
