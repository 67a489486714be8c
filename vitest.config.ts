/** One configuration for all packages: tests run on the sources, with no build before them. */
import { defineConfig } from "vitest/config"

export default defineConfig({
  ssr: { resolve: { conditions: ["@isolde/source"], externalConditions: ["@isolde/source"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    execArgv: ["--expose-gc", "--conditions=@isolde/source"],
    testTimeout: 60_000
  }
})
