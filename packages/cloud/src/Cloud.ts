/** The provider port on Yandex Cloud's operation service. Managed databases alone have a log. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Json } from "effect/Schema"
import * as Stream from "effect/Stream"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation } from "@opwatch/core/Operation"
import type { Provider } from "@opwatch/core/Provider"
import { MalformedAnswer, ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { Authorization } from "@opwatch/rest/Authorization"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as RestClient from "@opwatch/rest/RestClient"
import { diagnose } from "./CloudDiagnosis.ts"
import { judge } from "./CloudError.ts"
import * as CloudOperationLog from "./CloudOperationLog.ts"
import * as CloudList from "./CloudList.ts"
import { toOperation } from "./CloudWire.ts"

export interface CloudOptions {
  readonly source: Reference.SourceName
  /** Without a path, as in `https://operation.api.cloud.yandex.net`. */
  readonly url: string
  /** Where the services that list operations are found; without it all of them are at `url`. */
  readonly endpointsUrl?: string | undefined
  readonly authorization: Authorization
  readonly rateLimit: RateLimit
}

export const make = Effect.fnUntraced(function* (options: CloudOptions) {
  const { source } = options
  const client = yield* RestClient.make({ ...options, judge })
  const list = yield* CloudList.make(options)

  const read = Effect.fnUntraced(function* (id: Reference.OperationId, answer: Json) {
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const operation = toOperation(answer, Reference.make(source, id), observedAt)
    if (Result.isSuccess(operation)) return operation.success
    const message = `the answer is no operation: ${operation.failure}`
    return yield* new ProviderError({ source, id, reason: new MalformedAnswer(), message })
  })

  const get = Effect.fn("Cloud.get")((id: Reference.OperationId) =>
    Effect.flatMap(client.json({ method: "GET", path: `/operations/${id}`, id }), (answer) => read(id, answer))
  )

  /** The protobuf binding says GET, the design guide POST: the other is tried once where the first is not known. */
  const cancel = Effect.fn("Cloud.cancel")((id: Reference.OperationId) => {
    const ask = (method: "GET" | "POST") => client.json({ method, path: `/operations/${id}:cancel`, id })
    return ask("GET").pipe(
      Effect.catchIf(isUnknownRoute, () => ask("POST")),
      Effect.mapError(cannotCancel),
      Effect.flatMap((answer) => read(id, answer))
    )
  })

  return {
    source,
    name: "cloud",
    urls: [options.url],
    capabilities: { cancel: true, list: true, log: false },
    get,
    cancel,
    log: (id) => Stream.unwrap(Effect.map(get(id), logOf)),
    list,
    diagnose
  } satisfies Provider
})

/** Managed databases carry a log in the operation; others have none. */
const logOf = (operation: Operation): Stream.Stream<LogStep, ProviderError> => {
  const steps = CloudOperationLog.steps(operation)
  if (steps !== undefined) return Stream.fromIterable(steps)
  const { id, ref, source } = operation
  return Stream.fail(
    new ProviderError({
      source,
      id,
      reason: new Unsupported(),
      message: "Yandex Cloud keeps no log of this operation; only managed databases have one",
      hint: `what is known of it is in \`opwatch explain ${ref}\``
    })
  )
}

/** 404, 405 and 501: the address may be known under the other verb. */
const isUnknownRoute = ({ reason }: ProviderError): boolean =>
  reason._tag === "OperationNotFound" || reason._tag === "Unsupported"

/** An operation that has ended, or is of a kind that cannot be cancelled, is refused for its state. */
const cannotCancel = (error: ProviderError): ProviderError =>
  error.code === "FAILED_PRECONDITION"
    ? new ProviderError({
        ...error,
        message: error.message,
        reason: new Unsupported(),
        hint: "it may have ended before the cancel came"
      })
    : error
