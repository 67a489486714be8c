/** The nginx recording that ships with the project, analysed once for the tests of its replay. */
import { fileURLToPath } from "node:url"
import { followActivations, importRecording, resolvePolicy } from "@isolde/workloads"

export const isolation = { isolate: { crypto: ["libcrypto.so.3"] }, shared: ["libc.so.6"] }

const path = fileURLToPath(new URL("../../../../recordings/nginx-tls.lackey.zst", import.meta.url))

export const recording = await importRecording({ path })
export const policy = resolvePolicy(recording, isolation)
export const activations = followActivations(recording, policy)
