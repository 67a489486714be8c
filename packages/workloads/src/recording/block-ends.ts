/**
 * What a block does last, and where among its accesses: what following calls and returns needs of a block.
 * Law: a function of the static columns alone.
 */
import { AccessKind, type Recording } from "./recording.ts"

export interface BlockEnds {
  /** [block] Address of its first instruction. */
  readonly first: Float64Array
  /** [block] Address and InstructionClass of its last instruction, and the address behind it. */
  readonly last: Float64Array
  readonly lastClass: Uint8Array
  readonly end: Float64Array
  /** [block] Accesses it makes. */
  readonly accesses: Uint32Array
  /** [block] Which of them is the last instruction's first load, and its last store; -1 if it has none. */
  readonly lastLoad: Int32Array
  readonly lastStore: Int32Array
}

export function blockEnds(recording: Recording): BlockEnds {
  const { accessKind, accessStart, blockInstructions, blockStart, instructionAddress, instructionClass } = recording
  const blocks = blockStart.length - 1
  const ends = {
    first: new Float64Array(blocks),
    last: new Float64Array(blocks),
    lastClass: new Uint8Array(blocks),
    end: new Float64Array(blocks),
    accesses: new Uint32Array(blocks),
    lastLoad: new Int32Array(blocks).fill(-1),
    lastStore: new Int32Array(blocks).fill(-1)
  }
  for (let block = 0; block < blocks; block++) {
    const last = blockInstructions[blockStart[block + 1]! - 1]!
    let accesses = 0
    for (let place = blockStart[block]!; place < blockStart[block + 1]! - 1; place++) {
      const instruction = blockInstructions[place]!
      accesses += accessStart[instruction + 1]! - accessStart[instruction]!
    }
    for (let access = accessStart[last]!; access < accessStart[last + 1]!; access++, accesses++) {
      if (accessKind[access] === AccessKind.load && ends.lastLoad[block]! < 0) ends.lastLoad[block] = accesses
      if (accessKind[access] === AccessKind.store) ends.lastStore[block] = accesses
    }
    ends.first[block] = instructionAddress[blockInstructions[blockStart[block]!]!]!
    ends.last[block] = instructionAddress[last]!
    ends.lastClass[block] = instructionClass[last]!
    ends.end[block] = instructionAddress[last]! + recording.instructionLength[last]!
    ends.accesses[block] = accesses
  }
  return ends
}
