/**
 * The virtual network of each kind of message. They share the links' bandwidth and nothing else: a request that waits
 * for room never holds up the forwards and responses without which it would wait for ever.
 * Law: requests may cause forwards, forwards may cause responses, and a response causes nothing that must be waited for.
 */
import { carriesData, Message } from "../coherence/message.ts"

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

/** What a message's type says of its way: its network, that it carries a line, that its receiver takes another time for it. */
export const NETWORK = 3
export const CARRIES = 4
export const APART = 8

const isApart = (type: number): boolean =>
  type === Message.FwdGetS || type === Message.FwdGetM || type === Message.MemData

/** [message type] NETWORK, CARRIES and APART (`apart` of Interconnect.attach) */
export const factsOf: Uint8Array = Uint8Array.from(Object.entries(Message), ([name, type]) => {
  const network = networks[name as keyof typeof Message]
  return network | (carriesData(type) ? CARRIES : 0) | (isApart(type) ? APART : 0)
})
