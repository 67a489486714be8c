/** A situation as text, for the one who reads a violation. */
import { cacheStates } from "@isolde/core/coherence/cache-protocol"
import { homeStates } from "@isolde/core/coherence/home-protocol"
import { messageNames } from "@isolde/core/coherence/message"
import { CacheFlag, Carries, HomeFlag, Nobody, Sent, type Situation } from "./situation.ts"

export function describeSituation(s: Situation): string {
  const message = (at: number): string => {
    const sent = new Sent()
    s.read(at, sent)
    const flags = `${sent.flags & Carries.latest ? "+" : ""}${sent.flags & Carries.whole ? "w" : ""}`
    return `${messageNames[sent.type]}(${sent.tile}${sent.acks > 0 ? `, ${sent.acks} acks` : ""})${flags}`
  }
  const queue = (at: number): string => Array.from({ length: s.at(at) }, (_, i) => message(at + 1 + i * 3)).join(" ")
  const caches = Array.from({ length: s.caches }, (_, c) => {
    const at = s.cacheAt(c)
    const flags = s.at(at + 2)
    const text = `${cacheStates[s.at(at)]}${flags & CacheFlag.latest ? "+" : ""}${flags & CacheFlag.whole ? "w" : ""}`
    return s.at(at + 3) === 0 ? text : `${text}[${message(at + 3)}]`
  })
  const home = s.homeAt
  const slice = s.at(home + 3)
  const has = `${slice & HomeFlag.way ? "way " : ""}${slice & HomeFlag.present ? "data" : ""}${slice & HomeFlag.latest ? "+" : ""}${slice & HomeFlag.dirty ? " dirty" : ""}`
  const owner = s.at(home + 1) === Nobody ? "" : ` owner ${s.at(home + 1)}`
  const sharers = s.at(home + 2) === 0 ? "" : ` sharers ${s.at(home + 2).toString(2)}`
  const under = s.channelTo.flatMap((to, channel) => {
    const at = s.channelAt(channel)
    return s.at(at) === 0 ? [] : [`${s.channelFrom[channel]}>${to}: ${queue(at)}`]
  })
  return `${caches.join(" ")} | ${homeStates[s.at(home)]}${owner}${sharers} (${has})[${queue(home + 4)}] mem${s.at(s.memoryAt) ? "+" : ""} | ${under.join("; ")}`
}
