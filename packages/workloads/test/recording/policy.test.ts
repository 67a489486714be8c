/** Which object belongs to which domain, and what is wrong with a policy. */
import { InvalidInput } from "@isolde/core/invalid-input"
import { expect, test } from "vitest"
import { type IsolationPolicy, resolvePolicy } from "../../src/recording/policy.ts"
import type { RecordedObject } from "../../src/recording/recording.ts"

const mapped = (path: string, mappedBy: RecordedObject["mappedBy"] = "system call"): RecordedObject => ({
  path,
  buildId: null,
  mappedBy
})
const objects = [
  mapped("/usr/sbin/nginx", "kernel"),
  mapped("/lib/libcrypto.so.3"),
  mapped("/lib/libssl.so.3"),
  mapped("/lib/libc.so.6"),
  mapped("/lib64/ld-linux-x86-64.so.2", "kernel")
]
const issuesOf = (policy: IsolationPolicy): InvalidInput["issues"] => {
  try {
    resolvePolicy({ objects }, policy)
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues
  }
  return []
}

test("objects go by file name or whole path, and what isn't named is the application", () => {
  const isolate = { crypto: ["libcrypto.so.3"], tls: ["/lib/libssl.so.3"] }
  const { domainNames, objectDomain, withoutEffect } = resolvePolicy({ objects }, { isolate, shared: ["libc.so.6"] })
  expect(domainNames).toEqual(["application", "crypto", "tls"])
  expect(objectDomain).toEqual(Int8Array.of(0, 1, 2, -1, 0))
  expect(withoutEffect).toEqual([])
})

test("a file that only the kernel mapped stays the application, and the policy says so", () => {
  const policy = resolvePolicy({ objects }, { isolate: { server: ["nginx"] }, shared: ["ld-linux-x86-64.so.2"] })
  expect(policy.objectDomain).toEqual(new Int8Array(5))
  expect(policy.withoutEffect).toEqual(["nginx", "ld-linux-x86-64.so.2"])
})

test("every name that isn't in the recording is an issue with the nearest names", () => {
  const issues = issuesOf({ isolate: { crypto: ["libcrypto.so.1"] }, shared: ["libc.so.6", "/opt/libc.so.7"] })
  expect(issues.map(({ actual, path }) => [path, actual])).toEqual([
    ["isolate.crypto[0]", "`libcrypto.so.1`"],
    ["shared[1]", "`/opt/libc.so.7`"]
  ])
  expect(issues[0]?.remedy).toMatch(/^The nearest names are libcrypto\.so\.3, /)
  expect(issues[1]?.remedy).toMatch(/^The nearest names are libc\.so\.6, /)
})

test("an object in two places, an empty domain and a second application are issues", () => {
  const isolate = { a: ["libssl.so.3"], b: ["libssl.so.3"], c: [], application: ["libcrypto.so.3"] }
  const issues = issuesOf({ isolate, shared: ["libssl.so.3"] })
  expect(issues.map(({ path }) => path)).toEqual(["isolate.application", "isolate.b[0]", "isolate.c", "shared[0]"])
})
