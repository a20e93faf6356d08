/**
 * The part of each source's rate limit that this process may use, from 0 to 1, asked for at each request: all of it, unless it is one
 * of several servers that share what they poll.
 */
import * as Context from "effect/Context"
import * as MutableRef from "effect/MutableRef"

export const TrafficShare = Context.Reference<MutableRef.MutableRef<() => number>>("@opwatch/rest/TrafficShare", {
  defaultValue: () => MutableRef.make(() => 1)
})
