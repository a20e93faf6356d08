/**
 * The part of each source's rate limit that this process may use, from 0 to 1: all of it, unless it is one of several servers that
 * share what they poll. It may change at any time.
 */
import * as Context from "effect/Context"
import * as MutableRef from "effect/MutableRef"

export const TrafficShare = Context.Reference<MutableRef.MutableRef<number>>("@opwatch/rest/TrafficShare", {
  defaultValue: () => MutableRef.make(1)
})
