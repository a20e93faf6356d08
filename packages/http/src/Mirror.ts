/**
 * The mirror, `/mirror/<source>/…`: a provider's own API, at the same paths, for clients that know nothing of opwatch. What is
 * a provider's own in it is behind the provider port.
 */
import { anyScheme } from "@opwatch/access/Authorization"
import { type Caller, sees } from "@opwatch/access/Caller"
import { Limits } from "@opwatch/access/Limits"
import { NotMirrored, SourceNotFound } from "@opwatch/api/Problems"
import type { Mirror } from "@opwatch/core/Mirror"
import type { Provider } from "@opwatch/core/Provider"
import type { OperationId } from "@opwatch/core/Reference"
import * as Reference from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import { Tracker } from "@opwatch/tracker/Tracker"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import { Access, requireScope } from "./Access.ts"
import { whileItCounts } from "./Dismissal.ts"
import * as MirrorAnswer from "./MirrorAnswer.ts"
import * as MirroredOperations from "./MirroredOperations.ts"
import * as MirrorRequest from "./MirrorRequest.ts"

interface Mirrored {
  readonly provider: Provider
  readonly mirror: Mirror
}

/** What a caller needs for what is asked for, whatever the method. */
const scopes = { Operation: "read", Reading: "read", Cancel: "cancel", Other: "passthrough" } as const

export const layer = HttpRouter.addAll(
  Effect.gen(function* () {
    const sources = yield* Sources
    const tracker = yield* Tracker
    const access = yield* Access
    const { passThroughBodyBytes } = yield* Limits
    const operations = MirroredOperations.make(tracker)

    const find = (name: string): Mirrored | undefined => {
      const provider = [...sources.values()].find(({ source }) => source === name)
      return provider?.mirror === undefined ? undefined : { provider, mirror: provider.mirror }
    }

    const get = ({ mirror, provider }: Mirrored, request: HttpServerRequest, id: OperationId) => {
      const maxAge = MirrorRequest.maxAge(request.headers) ?? mirror.maxAge
      const reference = Reference.make(provider.source, id)
      return Effect.flatMap(operations.get(provider, reference, maxAge), MirrorAnswer.operation)
    }

    const cancel = Effect.fnUntraced(function* ({ provider }: Mirrored, id: OperationId, owner: string) {
      const reference = Reference.make(provider.source, id)
      const answered = operations.keep(yield* tracker.cancel(reference, owner))
      return yield* MirrorAnswer.operation(answered ?? (yield* operations.get(provider, reference, Duration.zero)))
    })

    const forward = Effect.fnUntraced(function* ({ mirror }: Mirrored, request: HttpServerRequest) {
      const { headers, method } = request
      const body = yield* MirrorRequest.body(request, passThroughBodyBytes)
      const sent = { method, headers, target: MirrorRequest.target(request) }
      const answer = yield* mirror.forward(body === undefined ? sent : { ...sent, body })
      return yield* MirrorAnswer.forwarded(method, answer)
    })

    const answer = Effect.fnUntraced(function* (
      mirrored: Mirrored,
      request: HttpServerRequest,
      caller: Caller["Service"]
    ) {
      const [path = ""] = MirrorRequest.target(request).split("?")
      const asked = mirrored.mirror.route(request.method, path)
      if (asked._tag === "Other" && !mirrored.mirror.passThrough)
        return yield* notMirrored(mirrored, request.method, path)
      yield* requireScope(caller, scopes[asked._tag])
      switch (asked._tag) {
        case "Operation":
          return yield* get(mirrored, request, asked.id)
        case "Cancel":
          return yield* cancel(mirrored, asked.id, caller.owner)
        default:
          yield* access.holdSlot(caller)
          return yield* forward(mirrored, request)
      }
    })

    const admitted = Effect.fnUntraced(function* (name: string, request: HttpServerRequest) {
      const caller = yield* access.callerOf(request, anyScheme)
      const mirrored = find(name)
      if (mirrored === undefined || !sees(caller, mirrored.provider.source)) return yield* unknownSource(name)
      return yield* whileItCounts(caller, answer(mirrored, request, caller), Effect.fail).pipe(
        Effect.catchTags({
          ProviderError: (error) => Effect.succeed(MirrorAnswer.failed(mirrored.mirror, error)),
          UnknownSource: () => Effect.fail(unknownSource(name))
        })
      )
    })

    const answered = Effect.fnUntraced(function* (request: HttpServerRequest) {
      const { source = "" } = yield* HttpRouter.params
      return yield* Effect.catch(admitted(source, request), (problem) => {
        const mirror = problem._tag === "SourceNotFound" ? undefined : find(source)?.mirror
        return mirror === undefined
          ? MirrorAnswer.withoutMirror(problem)
          : Effect.succeed(MirrorAnswer.refused(mirror, problem))
      })
    })

    return [HttpRouter.route("*", "/mirror/:source/*", answered)]
  })
)

/** The same whether it does not exist or is not there for this caller. */
const unknownSource = (source: string) => new SourceNotFound({ detail: `there is no source "${source}" to mirror` })

const notMirrored = ({ provider: { source } }: Mirrored, method: string, path: string) =>
  new NotMirrored({
    detail: `${method} ${path} is not answered in place of ${source}; its operations, their logs and lists are`,
    hint: `sources.${source}.mirror.passThrough in the server's configuration lets all else through`
  })
