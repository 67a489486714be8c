/**
 * One pass over a recording in recorded order, with the domain that each access belongs to. A stack address
 * belongs to the frame it lies in: that of the innermost activation entered above it. Law: pure, no state
 * survives a pass.
 */
import type { Activations } from "../recording/activations.ts"
import { isEnter } from "../recording/activations.ts"
import { InstructionClass, PageKind, pageBytes, type Recording } from "../recording/recording.ts"

/** What a pass is told. */
export interface Visitor {
  /** The runs of blocks between changes of domain or thread, numbered from 0. `activation` is -1 outside all. */
  segment?(segment: number, position: number, thread: number, domain: number, activation: number): void
  /**
   * One access: `owner` is the domain whose frame a stack address lies in, or -1 off the stack. The return address that
   * a call pushes or a return pops is on the stack of who executes it: a gate puts it there.
   */
  access(access: number, row: number, instruction: number, domain: number, owner: number, activation: number): void
}

interface ThreadState {
  domain: number
  /** Open activations, innermost last: number, address of the return address, domain. */
  readonly open: Array<{ readonly activation: number; readonly entry: number; readonly domain: number }>
}

/** Tell `visitor` of every access of `recording`. */
export function walk(recording: Recording, activations: Activations, visitor: Visitor): void {
  const {
    accessPage,
    accessOffset,
    accessStart,
    blockInstructions,
    blockStart,
    instructionClass,
    pageKind,
    pages,
    stream
  } = recording
  const threads = new Map<number, ThreadState>()
  let segment = -1
  let recorded = 0
  let change = 0
  let access = 0
  let state = stateOf(threads, recording.segmentThread[0] ?? 1)
  let began = false
  for (let position = 0; position < stream.length; position++) {
    let boundary = !began
    if (position === recording.segmentStart[recorded + 1]) {
      recorded++
      state = stateOf(threads, recording.segmentThread[recorded] as number)
      boundary = true
    } else if (!began) state = stateOf(threads, recording.segmentThread[0] ?? 1)
    began = true
    while (activations.switchAt[change] === position) {
      applySwitch(recording, activations, change, stateOf(threads, activations.switchThread[change] as number))
      boundary = true
      change++
    }
    const innermost = state.open.at(-1)
    const activation = innermost?.activation ?? -1
    if (boundary) {
      segment++
      visitor.segment?.(segment, position, recording.segmentThread[recorded] ?? 1, state.domain, activation)
    }
    const block = stream[position] as number
    const end = blockStart[block + 1] as number
    for (let place = blockStart[block] as number; place < end; place++) {
      const instruction = blockInstructions[place] as number
      const last = accessStart[instruction + 1] as number
      for (let row = accessStart[instruction] as number; row < last; row++, access++) {
        const page = accessPage[access] as number
        let owner = -1
        if (pageKind[page] === PageKind.stack) {
          const kind = instructionClass[instruction] as number
          const control =
            kind === InstructionClass.return || kind === InstructionClass.call || kind === InstructionClass.indirectCall
          const address = (pages[page] as number) * pageBytes + (accessOffset[access] as number)
          owner = control ? state.domain : frameOwner(state, address)
        }
        visitor.access(access, row, instruction, state.domain, owner, activation)
      }
    }
  }
}

function stateOf(threads: Map<number, ThreadState>, thread: number): ThreadState {
  let state = threads.get(thread)
  if (state === undefined) {
    state = { domain: 0, open: [] }
    threads.set(thread, state)
  }
  return state
}

function applySwitch(recording: Recording, activations: Activations, change: number, state: ThreadState): void {
  const to = activations.switchTo[change] as number
  if (isEnter(activations.switchKind[change] as number)) {
    const activation = activations.switchActivation[change] as number
    const page = activations.stackPage[activation] as number
    const outer = state.open.at(-1)?.entry ?? Number.POSITIVE_INFINITY
    const entry =
      page < 0 ? outer : (recording.pages[page] as number) * pageBytes + (activations.stackOffset[activation] as number)
    state.open.push({ activation, entry, domain: to })
  } else state.open.pop()
  state.domain = to
}

/** Domain of the innermost activation whose frames lie above `address`; the application's below all. */
function frameOwner(state: ThreadState, address: number): number {
  for (let i = state.open.length - 1; i >= 0; i--) {
    const frame = state.open[i] as ThreadState["open"][number]
    if (address < frame.entry) return frame.domain
  }
  return 0
}
