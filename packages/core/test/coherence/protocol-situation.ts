/** A protocol's situation: what every party holds and what is under way, and its identity as text. */
import { mesiCache } from "@isolde/core/coherence/mesi-cache"
import { mesiDirectory } from "@isolde/core/coherence/mesi-directory"
import type { Message } from "@isolde/core/coherence/message"

/** One message under way. `latest` says that the data it carries are those of the last store. */
export interface Sent {
  readonly type: Message
  /** Requester, or sender of an acknowledgement. */
  readonly tile: number
  readonly acks: number
  readonly latest: boolean
}

export interface CacheSide {
  state: number
  acks: number
  counted: boolean
  stalled: Sent | undefined
  latest: boolean
}

export interface HomeSide {
  state: number
  owner: number
  sharers: number
  /** The slice holds the line: with the last store's data, and newer than memory. */
  present: boolean
  latest: boolean
  dirty: boolean
  waiting: Array<Sent>
}

/** The whole system. Channel `source * parties + destination`; parties are the caches, the home, the memory. */
export interface Situation {
  readonly caches: Array<CacheSide>
  readonly home: HomeSide
  memoryLatest: boolean
  readonly channels: Array<Array<Sent>>
}

/** A copy that may be changed. */
export const copyOf = ({ caches, channels, home, memoryLatest }: Situation): Situation => ({
  caches: caches.map((cache) => ({ ...cache })),
  home: { ...home, waiting: [...home.waiting] },
  memoryLatest,
  channels: channels.map((queue) => [...queue])
})

/** A situation as text: its identity, and what a violation shows. */
export function identity({ caches, channels, home, memoryLatest }: Situation): string {
  const sent = (m: Sent) => `${m.type}.${m.tile}.${m.acks}${m.latest ? "+" : ""}`
  const sides = caches.map(
    (c) =>
      `${mesiCache.states[c.state]}${c.latest ? "+" : ""}${c.acks}${c.counted ? "c" : ""}${c.stalled ? sent(c.stalled) : ""}`
  )
  const slice = `${home.present ? "p" : ""}${home.latest ? "+" : ""}${home.dirty ? "d" : ""}`
  const { owner, sharers, state, waiting } = home
  return [
    ...sides,
    `${mesiDirectory.states[state]}${owner}/${sharers}${slice}[${waiting.map(sent).join()}]${memoryLatest ? "+" : ""}`,
    channels.map((queue) => queue.map(sent).join()).join("|")
  ].join(" ")
}
