/**
 * What takes longer than a suite may: `litmus`, or what the checks of coherence are asked for. Law: a check that fails
 * ends the process with its reason.
 */
export {}

if (process.argv[2] === "litmus") await import("../packages/litmus/test/nightly/suite.ts")
else await import("../packages/core/test/nightly/coherence.ts")
