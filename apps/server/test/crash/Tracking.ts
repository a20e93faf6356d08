/** Somebody who has operations tracked in batches, and sends a batch again until its answer has come. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { halfOf } from "./Audience.ts"
import type { KilledServer } from "./KilledServer.ts"
import type { Scripted } from "./Scripts.ts"

export interface Tracking {
  readonly server: KilledServer
  /** Where the webhooks go of those that have one. */
  readonly hook: string
  /** How many requests had to be sent again. */
  readonly repeats: () => number
  readonly noteRepeat: () => void
  /** Is done when the next request is on its way. */
  readonly sending: () => Deferred.Deferred<void>
  readonly noteSending: Effect.Effect<unknown>
}

export const make = (server: KilledServer, hook: string): Tracking => {
  let repeats = 0
  let sending = Deferred.makeUnsafe<void>()
  return {
    server,
    hook,
    repeats: () => repeats,
    noteRepeat: () => void (repeats += 1),
    sending: () => sending,
    noteSending: Effect.suspend(() => {
      const noted = Deferred.succeed(sending, undefined)
      sending = Deferred.makeUnsafe()
      return noted
    })
  }
}

/** Whether it is tracked with a webhook of its own. */
export const hasHook = (ref: string): boolean => ref.endsWith("3")

export const send = Effect.fnUntraced(function* (
  { hook, noteRepeat, noteSending, server }: Tracking,
  batch: ReadonlyArray<Scripted>
) {
  const deadline = new Date(Date.now() + 1_000).toISOString()
  const operations = batch.map(({ ref }) => ({
    ref,
    labels: { campaign: "crash", half: halfOf(ref) },
    ...(ref.endsWith("7") && { deadline }),
    ...(hasHook(ref) && { webhook: { url: hook } })
  }))
  const body = JSON.stringify({ operations })
  const init = { method: "POST", headers: { "content-type": "application/json" }, body }
  for (;;) {
    yield* server.up
    yield* noteSending
    const answer = yield* Effect.option(server.request("/v1/operations/batch", init))
    if (Option.isNone(answer)) {
      noteRepeat()
      continue
    }
    const { status, text } = answer.value
    const statuses = status === 200 ? text.match(/"status":20[01]\b/g) : null
    if (statuses?.length !== batch.length) throw new Error(`a batch was answered with ${status}: ${text}`)
    return
  }
})
