/**
 * What stands before every endpoint that asks for a key: the key, its scope and its sources, room for a wait or a stream, and
 * the limits of the request. Nothing of the request but its headers is looked at before the key is.
 */
import { scrub } from "@opwatch/access/ApiKey"
import { Caller, sees } from "@opwatch/access/Caller"
import { Limits } from "@opwatch/access/Limits"
import { Authenticated, LargeBody, LongLived, RequiredScope } from "@opwatch/api/Authenticated"
import { AnswerTooLate, BodyTooLarge, SourceNotFound } from "@opwatch/api/Problems"
import * as DurationText from "@opwatch/core/DurationText"
import { Sources } from "@opwatch/core/Sources"
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpRouter from "effect/http/HttpRouter"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import { Access, answer, requireScope } from "./Access.ts"
import { whileItCounts } from "./Dismissal.ts"

export const layer: Layer.Layer<Authenticated, never, Access | Sources> = Layer.effect(
  Authenticated,
  Effect.gen(function* () {
    const access = yield* Access
    const limits = yield* Limits
    const sources = yield* Sources

    const admitted = Effect.fnUntraced(function* (annotations: Context.Context<never>) {
      const request = yield* HttpServerRequest
      const caller = yield* access.callerOf(request)
      yield* requireScope(caller, Context.get(annotations, RequiredScope))
      const { source } = yield* HttpRouter.params
      if (source !== undefined) yield* requireSource(caller, source, sources)
      const mostBytes = limits.bodyBytes * (Context.get(annotations, LargeBody) ? 4 : 1)
      if (Number(request.headers["content-length"] ?? 0) > mostBytes) yield* tooLarge(mostBytes)
      if (Context.get(annotations, LongLived)) yield* access.holdSlot(caller)
      return { caller, mostBytes }
    })

    return Authenticated.of({
      apiKey: (handler, { endpoint: { annotations } }) =>
        Effect.matchEffect(admitted(annotations), {
          onFailure: answer,
          onSuccess: ({ caller, mostBytes }) => {
            const answered = handler.pipe(
              Effect.provideService(Caller, caller),
              Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(mostBytes))
            )
            return Context.get(annotations, LongLived)
              ? whileItCounts(caller, answered, answer)
              : Effect.timeoutOrElse(answered, {
                  duration: limits.requestTimeout,
                  orElse: () => answer(tooLate(limits))
                })
          }
        })
    })
  })
)

/**
 * To a key that is for some sources alone, there are no others: the answer is the same whether a source exists or not, and it
 * names those that the key is for, which its holder may know.
 */
const requireSource = (caller: Caller["Service"], source: string, sources: Sources["Service"]) => {
  const own = [...sources.keys()].filter((name) => sees(caller, name))
  return caller.sources === undefined || own.some((name) => name === source)
    ? Effect.void
    : Effect.fail(
        new SourceNotFound({
          detail: `there is no source "${scrub(source)}" for the key ${caller.owner}; those there are: ${own.join(", ") || "none"}`
        })
      )
}

const tooLarge = (mostBytes: number) =>
  new BodyTooLarge({ detail: `a body may have ${mostBytes} bytes`, hint: "send less at once" })

const tooLate = ({ requestTimeout }: Limits) =>
  new AnswerTooLate({ detail: `no answer was found within ${DurationText.format(requestTimeout)}` })
