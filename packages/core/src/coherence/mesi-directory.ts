/**
 * Directory MESI, the home's controller: one per LLC slice. As in the Primer's chapter 8, with two states
 * more: I_F and S_F fetch the line from memory, and requests wait at the home until it is there.
 * `GetSMiss` and `GetMMiss` are requests that need data which the slice does not hold.
 */
import { parseProtocol } from "./protocol-table.ts"

export const HomeState = { I: 0, S: 1, E: 2, M: 3, S_D: 4, I_F: 5, S_F: 6 } as const

export const HomeEvent = {
  GetS: 0,
  GetSMiss: 1,
  GetM: 2,
  GetMMiss: 3,
  PutS: 4,
  PutSLast: 5,
  PutOwner: 6,
  PutStale: 7,
  Data: 8,
  MemData: 9
} as const

export const HomeAction = {
  stall: 1 << 0,
  fetch: 1 << 1,
  sendDataE: 1 << 2,
  sendData: 1 << 3,
  sendDataAcks: 1 << 4,
  forwardGetS: 1 << 5,
  forwardGetM: 1 << 6,
  invalidateSharers: 1 << 7,
  addSharer: 1 << 8,
  addOwnerToSharers: 1 << 9,
  removeSharer: 1 << 10,
  clearSharers: 1 << 11,
  setOwner: 1 << 12,
  install: 1 << 13,
  sendPutAck: 1 << 14,
  replay: 1 << 15
} as const

/** `PutStale` is a Put of a tile that owns the line no more: a forwarded request overtook it. */
export const mesiDirectory = parseProtocol(
  ["I", "S", "E", "M", "S_D", "I_F", "S_F"],
  ["GetS", "GetSMiss", "GetM", "GetMMiss", "PutS", "PutSLast", "PutOwner", "PutStale", "Data", "MemData"],
  [
    "stall",
    "fetch",
    "sendDataE",
    "sendData",
    "sendDataAcks",
    "forwardGetS",
    "forwardGetM",
    "invalidateSharers",
    "addSharer",
    "addOwnerToSharers",
    "removeSharer",
    "clearSharers",
    "setOwner",
    "install",
    "sendPutAck",
    "replay"
  ],
  `
      | GetS                                        | GetSMiss        | GetM                                                   | GetMMiss        | PutS                    | PutSLast                  | PutOwner             | PutStale                | Data             | MemData
  I   | sendDataE setOwner/E                        | stall fetch/I_F | sendDataAcks setOwner/M                                | stall fetch/I_F | sendPutAck              | .                         | .                    | sendPutAck              | .                | .
  S   | sendData addSharer                          | stall fetch/S_F | sendDataAcks invalidateSharers clearSharers setOwner/M | stall fetch/S_F | removeSharer sendPutAck | removeSharer sendPutAck/I | .                    | removeSharer sendPutAck | .                | .
  E   | forwardGetS addOwnerToSharers addSharer/S_D | .               | forwardGetM setOwner/M                                 | .               | sendPutAck              | .                         | install sendPutAck/I | sendPutAck              | .                | .
  M   | forwardGetS addOwnerToSharers addSharer/S_D | .               | forwardGetM setOwner                                   | .               | sendPutAck              | .                         | install sendPutAck/I | sendPutAck              | .                | .
  S_D | stall                                       | .               | stall                                                  | .               | removeSharer sendPutAck | removeSharer sendPutAck   | .                    | removeSharer sendPutAck | install replay/S | .
  I_F | stall                                       | .               | stall                                                  | .               | sendPutAck              | .                         | .                    | sendPutAck              | .                | install replay/I
  S_F | stall                                       | .               | stall                                                  | .               | removeSharer sendPutAck | removeSharer sendPutAck   | .                    | removeSharer sendPutAck | .                | install replay/S
`
)
