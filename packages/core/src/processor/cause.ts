/**
 * Where dispatch slots go (law L5): the classes of the instructions that used one, then the causes that left
 * one empty. The order is the order of the columns wherever slots are shown.
 */
export const Cause = {
  application: 0,
  instrumentation: 1,
  gate: 2,
  registerSave: 3,
  copy: 4,
  retag: 5,
  sweep: 6,
  kernel: 7,
  frontEnd: 8,
  mispredict: 9,
  execute: 10,
  l1: 11,
  l2: 12,
  llc: 13,
  dram: 14,
  coherence: 15,
  pageWalk: 16,
  tag: 17,
  storeBuffer: 18,
  serialise: 19,
  sibling: 20,
  interrupt: 21,
  lockWait: 22,
  revocationWait: 23,
  fault: 24,
  idle: 25
} as const
export type Cause = (typeof Cause)[keyof typeof Cause]

export const causeNames: ReadonlyArray<string> = Object.keys(Cause)
