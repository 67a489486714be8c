/**
 * The virtual network of each kind of message. They share the links' bandwidth and nothing else: a request that waits
 * for room never holds up the forwards and responses without which it would wait for ever.
 * Law: requests may cause forwards, forwards may cause responses, and a response causes nothing that must be waited for.
 */
import { Message } from "../coherence/message.ts"

/** In order of precedence where several wait for one link, last first. */
export const VirtualNetwork = { request: 0, forward: 1, response: 2 } as const
export type VirtualNetwork = (typeof VirtualNetwork)[keyof typeof VirtualNetwork]

export const VIRTUAL_NETWORKS = 3

const { forward, request, response } = VirtualNetwork

const networks: { readonly [Name in keyof typeof Message]: VirtualNetwork } = {
  GetS: request,
  GetM: request,
  PutS: request,
  PutE: request,
  PutM: request,
  PutO: request,
  Write: request,
  FwdGetS: forward,
  FwdGetM: forward,
  Inv: forward,
  InvAck: response,
  Data: response,
  DataE: response,
  DataAcks: response,
  DataHome: response,
  RecallData: response,
  Grant: response,
  Owned: response,
  Recall: forward,
  RecallAck: response,
  PutAck: response,
  MemRead: request,
  MemWrite: request,
  MemData: response,
  Interrupt: forward,
  Invalidate: forward,
  InvalidateAck: response,
  Unblock: response
}

/** [message type] 1 if its receiver takes another time for it than for all others: Interconnect.attach. */
export const isApart: Uint8Array = Uint8Array.from(Object.values(Message), (type) =>
  type === Message.FwdGetS || type === Message.FwdGetM || type === Message.MemData ? 1 : 0
)

/** [message type] its virtual network */
export const networkOf: Uint8Array = Uint8Array.from(
  Object.keys(Message),
  (name) => networks[name as keyof typeof Message]
)
