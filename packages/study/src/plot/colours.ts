/**
 * Colours of mechanisms' policies and of causes, readable on light and on dark paper.
 * Law: one cause has one colour in every figure. Families share a hue: what isolation adds is warm, memory is blue.
 */

/** The colour of each cause of a dispatch slot. */
export const causeColours: Readonly<Record<string, string>> = {
  application: "#8d9db6",
  instrumentation: "#f2a541",
  gate: "#d7263d",
  registerSave: "#f46036",
  copy: "#f7b2ad",
  retag: "#c9782d",
  sweep: "#9b2915",
  kernel: "#b5179e",
  frontEnd: "#7fb069",
  mispredict: "#4f772d",
  execute: "#b8c480",
  l1: "#a9d6e5",
  l2: "#7fc8de",
  llc: "#4a9fc9",
  dram: "#2f6f9f",
  coherence: "#5e60ce",
  pageWalk: "#8d6bd1",
  tag: "#e8c547",
  storeBuffer: "#2a9d8f",
  serialise: "#e5709b",
  sibling: "#c2b8a3",
  interrupt: "#ff006e",
  lockWait: "#a47148",
  revocationWait: "#fb5607",
  fault: "#6d597a",
  idle: "#b9c0c8"
}

/** What is left of the causes that are too small to show. */
export const REST_COLOUR = "#6b7280"

const policyColours = ["#3b7dd8", "#f28e2b", "#38a169", "#b07aa1", "#d7263d", "#76b7b2"]
const symbols = ["circle", "square", "diamond", "cross", "triangle-up", "star"] as const

/** Colours of exchange policies, by place among those of a comparison. */
export const policyColour = (place: number): string => policyColours[place % policyColours.length] ?? REST_COLOUR

/** Symbols of mechanisms, by place among those of a comparison. */
export const mechanismSymbol = (place: number): (typeof symbols)[number] => symbols[place % symbols.length] ?? "circle"

const initials = new Set(["l1", "l2", "llc", "dram"])

/** A cause as people write it: "pageWalk" is "page walk", "llc" is "LLC". */
export const causeText = (cause: string): string =>
  initials.has(cause) ? cause.toUpperCase() : cause.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
