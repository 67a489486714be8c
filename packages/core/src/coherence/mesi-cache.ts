/** Directory MESI, the private cache's controller. An owner that is told to share gives its data to the home as well. */
import { cacheActions, cacheEvents, cacheStates } from "./cache-protocol.ts"
import { parseProtocol } from "./protocol-table.ts"

export const mesiCache = parseProtocol(
  cacheStates,
  cacheEvents,
  cacheActions,
  `
        | load          | store          | replace       | write          | FwdGetS                           | FwdGetM         | Inv                   | Recall                   | PutAck | DataE  | Data   | DataPeer           | DataAcks | InvAck | LastInvAck
  I     | sendGetS/IS_D | sendGetM/IM_AD | .             | sendWrite/IW_A | .                                 | .               | .                     | .                        | .      | .      | .      | .                  | .        | .      | .
  S     | hit           | sendGetM/SM_AD | sendPutS/SI_A | stall          | .                                 | .               | sendInvAck drop/I     | sendRecallAck drop/I     | .      | .      | .      | .                  | .        | .      | .
  E     | hit           | hit/M          | sendPutE/EI_A | stall          | sendData sendDataHome downgrade/S | sendData drop/I | .                     | sendRecallAck drop/I     | .      | .      | .      | .                  | .        | .      | .
  M     | hit           | hit            | sendPutM/MI_A | stall          | sendData sendDataHome downgrade/S | sendData drop/I | .                     | sendRecallData drop/I    | .      | .      | .      | .                  | .        | .      | .
  IS_D  | stall         | stall          | stall         | stall          | .                                 | .               | stall                 | stall                    | .      | fill/E | fill/S | fill/S             | .        | .      | .
  IM_AD | stall         | stall          | stall         | stall          | .                                 | .               | .                     | .                        | .      | .      | fill/M | fill sendUnblock/M | /IM_A    | /IM_AD | .
  IM_A  | stall         | stall          | stall         | stall          | .                                 | .               | .                     | .                        | .      | .      | .      | .                  | .        | /IM_A  | fill sendUnblock/M
  SM_AD | hit           | stall          | stall         | stall          | .                                 | .               | sendInvAck drop/IM_AD | sendRecallAck drop/IM_AD | .      | .      | fill/M | fill sendUnblock/M | /SM_A    | /SM_AD | .
  SM_A  | hit           | stall          | stall         | stall          | .                                 | .               | .                     | .                        | .      | .      | .      | .                  | .        | /SM_A  | fill sendUnblock/M
  MI_A  | stall         | stall          | stall         | stall          | sendData sendDataHome/SI_A        | sendData/II_A   | .                     | sendRecallAck/II_A       | /I     | .      | .      | .                  | .        | .      | .
  EI_A  | stall         | stall          | stall         | stall          | sendData sendDataHome/SI_A        | sendData/II_A   | .                     | sendRecallAck/II_A       | /I     | .      | .      | .                  | .        | .      | .
  SI_A  | stall         | stall          | stall         | stall          | .                                 | .               | sendInvAck/II_A       | sendRecallAck/II_A       | /I     | .      | .      | .                  | .        | .      | .
  II_A  | stall         | stall          | stall         | stall          | .                                 | .               | .                     | .                        | /I     | .      | .      | .                  | .        | .      | .
  IW_A  | stall         | stall          | stall         | stall          | .                                 | .               | .                     | .                        | /I     | .      | .      | .                  | .        | .      | .
`
)
