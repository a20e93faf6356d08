/** Tracking in batches: what each gave is printed before the next is sent, for a secret in it is told once. */
import type { TrackRequest } from "@opwatch/api/TrackRequest"
import { TrackingWebhook } from "@opwatch/api/Webhook"
import { present } from "@opwatch/core/FieldReader"
import type { ProviderError } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import { batchSize, type RemoteTracking, type Tracked } from "@opwatch/remote/RemoteTracking"
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Answer from "../Answer.ts"
import * as Failure from "../failure/Failure.ts"
import type * as Output from "../Output.ts"
import { escape } from "../terminal/TerminalText.ts"
import * as TrackingServer from "./TrackingServer.ts"

export interface Asked {
  readonly format: Output.Format
  readonly several: boolean
  readonly references: ReadonlyArray<Reference.Reference>
  readonly request: TrackRequest
}

/** With the secret that the environment has for it; an empty variable counts as not set. */
export const webhookOf = Effect.fnUntraced(function* (url: string | undefined) {
  if (url === undefined) return undefined
  const variable = yield* Effect.orDie(Config.option(Config.Redacted("OPWATCH_WEBHOOK_SECRET")))
  const secret = Option.filter(variable, (value) => Redacted.value(value) !== "")
  return Option.match(secret, { onNone: () => ({ url }), onSome: (secret) => ({ url, secret }) })
})

/** A batch that had no answer, or a bad one, is the last that is sent: what it failed with goes for the rest too. */
export const tell = Effect.fnUntraced(function* (tracking: RemoteTracking, asked: Asked) {
  const { references, request } = asked
  const makesSecret = request.webhook !== undefined && request.webhook.secret === undefined
  let gaveUp: Failure.Failure | undefined

  const trackAll = Effect.fnUntraced(function* (batch: ReadonlyArray<Reference.Reference>) {
    if (gaveUp !== undefined) return batch.map(refusedWith(gaveUp))
    const sending = tracking.track(batch.map((reference) => ({ reference, ...request })))
    // Asked again, the server would not tell the secret that it made the first time.
    const sent = yield* Effect.result(makesSecret ? sending : TrackingServer.ask(tracking, sending))
    if (Result.isSuccess(sent)) return Arr.zipWith(batch, sent.success, answerOf)
    gaveUp = Failure.from(sent.failure)
    return batch.map(refusedWith(gaveUp))
  })

  const answers = Stream.mapEffect(Stream.fromIterable(Arr.chunksOf(references, batchSize)), trackAll)
  yield* Answer.printChunks(asked, answers, render)
})

/** As programs are shown it. */
interface Shown {
  readonly ref: string
  /** Whether it was not tracked before. */
  readonly new: boolean
  readonly webhook?: { readonly subscription: string; readonly secret?: string | undefined }
}

const answerOf = (
  reference: Reference.Reference,
  result: Result.Result<Tracked, ProviderError>
): Answer.Answer<Shown> =>
  Result.mapBoth(result, {
    onFailure: Failure.from,
    onSuccess: ({ isNew, webhook }) => ({
      ref: Reference.format(reference),
      new: isNew,
      ...present({ webhook: webhook === undefined ? undefined : encodeWebhook(webhook) })
    })
  })

const encodeWebhook = Schema.encodeSync(TrackingWebhook)

const refusedWith =
  (failure: Failure.Failure) =>
  (reference: Reference.Reference): Answer.Answer<Shown> =>
    Result.fail(new Failure.Failure({ ...failure, message: failure.message, ref: Reference.format(reference) }))

const render = (all: ReadonlyArray<Shown>): string => all.map(lineOf).join("")

const lineOf = ({ new: isNew, ref, webhook }: Shown): string => {
  const line = `${ref}  ${isNew ? "tracked" : "was tracked already, and is now as said"}\n`
  return webhook?.secret === undefined
    ? line
    : `${line}  webhook secret  ${escape(webhook.secret)}  (shown this once, not again)\n`
}
