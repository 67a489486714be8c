/**
 * Which domain each object of a recording belongs to.
 * Law: an isolated object's code runs in that object's domain; shared code runs in the domain the thread was in; all
 * else, files that the kernel mapped and code outside every file included, is the application, domain 0.
 */
import { basename } from "node:path"
import { type InputIssue, nearest, rejectIssues } from "@isolde/core/invalid-input"
import type { Recording } from "./recording.ts"

/** What an engineer asks for. Objects go by file name or by whole path. */
export interface IsolationPolicy {
  /** Domain to its objects. */
  readonly isolate: Readonly<Record<string, ReadonlyArray<string>>>
  /** Objects whose code runs in the caller's domain. */
  readonly shared: ReadonlyArray<string>
}

export interface ResolvedPolicy {
  /** `application`, then the isolated domains in the order of the policy. */
  readonly domainNames: ReadonlyArray<string>
  /** [object] Its domain, or `sharedDomain`. */
  readonly objectDomain: Int8Array
  /** Names in the policy that change nothing, because only the kernel mapped them: they run in the application. */
  readonly withoutEffect: ReadonlyArray<string>
}

export const applicationDomain = 0
/** In `objectDomain`: the domain the thread was in just before. */
export const sharedDomain = -1
const mostDomains = 127

/** Find the policy's objects in the recording. Throws InvalidInput with every name that is missing or there twice. */
export function resolvePolicy(recording: Pick<Recording, "objects">, policy: IsolationPolicy): ResolvedPolicy {
  const domainNames = ["application", ...Object.keys(policy.isolate)]
  const objectDomain = new Int8Array(recording.objects.length).fill(applicationDomain)
  const claimedAt: Array<string> = []
  const withoutEffect: Array<string> = []
  const issues: Array<InputIssue> = []
  const refuse = (path: string, expected: string, actual: string, remedy: string): void => {
    issues.push({ path, expected, actual, remedy })
  }
  const claim = (path: string, name: string, domain: number): void => {
    const found = objectsNamed(recording, name)
    if (found.length === 0) refuse(path, "an object of the recording", `\`${name}\``, nearestObjects(recording, name))
    else if (found.every((object) => recording.objects[object]?.mappedBy === "kernel")) withoutEffect.push(name)
    for (const object of found) {
      const earlier = claimedAt[object]
      if (earlier !== undefined)
        refuse(path, "an object that is named once", `\`${name}\`, also at ${earlier}`, "Name it in one place.")
      claimedAt[object] = path
      if (recording.objects[object]?.mappedBy === "system call") objectDomain[object] = domain
    }
  }
  if (domainNames.includes("application", 1))
    refuse("isolate.application", "another name", "that of the application's own domain", "Choose another name.")
  if (domainNames.length > mostDomains)
    refuse("isolate", `at most ${mostDomains - 1} domains`, `${domainNames.length - 1}`, "Isolate fewer.")
  Object.entries(policy.isolate).forEach(([domain, objects], index) => {
    if (objects.length === 0) refuse(`isolate.${domain}`, "at least one object", "none", "Name one.")
    objects.forEach((name, place) => claim(`isolate.${domain}[${place}]`, name, index + 1))
  })
  policy.shared.forEach((name, place) => claim(`shared[${place}]`, name, sharedDomain))
  rejectIssues(issues)
  return { domainNames, objectDomain, withoutEffect }
}

function objectsNamed({ objects }: Pick<Recording, "objects">, name: string): Array<number> {
  return [...objects.keys()].filter((object) => {
    const path = objects[object]?.path as string
    return path === name || basename(path) === name
  })
}

function nearestObjects({ objects }: Pick<Recording, "objects">, name: string): string {
  const names = nearest(basename(name), [...new Set(objects.map((object) => basename(object.path)))])
  return names.length === 0 ? "The recording maps no files." : `The nearest names are ${names.join(", ")}.`
}
