/**
 * Directory MESI, the private cache's controller. Transient states as in Nagarajan, Sorin, Hill and Wood,
 * "A Primer on Memory Consistency and Cache Coherence" (2nd ed., chapter 8): IM_AD is "going from I to M,
 * awaiting Acks and Data"; MI_A is "going from M to I, awaiting the PutAck".
 */
import { parseProtocol } from "./protocol-table.ts"

export const CacheState = {
  I: 0,
  S: 1,
  E: 2,
  M: 3,
  IS_D: 4,
  IM_AD: 5,
  IM_A: 6,
  SM_AD: 7,
  SM_A: 8,
  MI_A: 9,
  EI_A: 10,
  SI_A: 11,
  II_A: 12
} as const

export const CacheEvent = {
  load: 0,
  store: 1,
  replace: 2,
  FwdGetS: 3,
  FwdGetM: 4,
  Inv: 5,
  PutAck: 6,
  DataE: 7,
  Data: 8,
  DataAcks: 9,
  InvAck: 10,
  LastInvAck: 11
} as const

export const CacheAction = {
  stall: 1 << 0,
  hit: 1 << 1,
  sendGetS: 1 << 2,
  sendGetM: 1 << 3,
  sendPutS: 1 << 4,
  sendPutE: 1 << 5,
  sendPutM: 1 << 6,
  sendData: 1 << 7,
  sendDataHome: 1 << 8,
  sendInvAck: 1 << 9,
  fill: 1 << 10,
  drop: 1 << 11
} as const

/** `stall` leaves a message with its miss until the miss completes, and an access with the processor. */
export const mesiCache = parseProtocol(
  ["I", "S", "E", "M", "IS_D", "IM_AD", "IM_A", "SM_AD", "SM_A", "MI_A", "EI_A", "SI_A", "II_A"],
  [
    "load",
    "store",
    "replace",
    "FwdGetS",
    "FwdGetM",
    "Inv",
    "PutAck",
    "DataE",
    "Data",
    "DataAcks",
    "InvAck",
    "LastInvAck"
  ],
  [
    "stall",
    "hit",
    "sendGetS",
    "sendGetM",
    "sendPutS",
    "sendPutE",
    "sendPutM",
    "sendData",
    "sendDataHome",
    "sendInvAck",
    "fill",
    "drop"
  ],
  `
        | load          | store          | replace       | FwdGetS                    | FwdGetM         | Inv                   | PutAck | DataE  | Data   | DataAcks | InvAck | LastInvAck
  I     | sendGetS/IS_D | sendGetM/IM_AD | .             | .                          | .               | .                     | .      | .      | .      | .        | .      | .
  S     | hit           | sendGetM/SM_AD | sendPutS/SI_A | .                          | .               | sendInvAck drop/I     | .      | .      | .      | .        | .      | .
  E     | hit           | hit/M          | sendPutE/EI_A | sendData sendDataHome/S    | sendData drop/I | .                     | .      | .      | .      | .        | .      | .
  M     | hit           | hit            | sendPutM/MI_A | sendData sendDataHome/S    | sendData drop/I | .                     | .      | .      | .      | .        | .      | .
  IS_D  | stall         | stall          | stall         | .                          | .               | stall                 | .      | fill/E | fill/S | .        | .      | .
  IM_AD | stall         | stall          | stall         | stall                      | stall           | .                     | .      | .      | fill/M | /IM_A    | /IM_AD | .
  IM_A  | stall         | stall          | stall         | stall                      | stall           | .                     | .      | .      | .      | .        | /IM_A  | fill/M
  SM_AD | hit           | stall          | stall         | .                          | .               | sendInvAck drop/IM_AD | .      | .      | fill/M | /SM_A    | /SM_AD | .
  SM_A  | hit           | stall          | stall         | stall                      | stall           | .                     | .      | .      | .      | .        | /SM_A  | fill/M
  MI_A  | stall         | stall          | stall         | sendData sendDataHome/SI_A | sendData/II_A   | .                     | /I     | .      | .      | .        | .      | .
  EI_A  | stall         | stall          | stall         | sendData sendDataHome/SI_A | sendData/II_A   | .                     | /I     | .      | .      | .        | .      | .
  SI_A  | stall         | stall          | stall         | .                          | .               | sendInvAck/II_A       | /I     | .      | .      | .        | .      | .
  II_A  | stall         | stall          | stall         | .                          | .               | .                     | /I     | .      | .      | .        | .      | .
`
)
