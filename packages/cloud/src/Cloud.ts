/** The provider port on Yandex Cloud's operation service. Managed databases alone have a log. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as Stream from "effect/Stream"
import type { LogStep } from "@opwatch/core/LogStep"
import type { Operation } from "@opwatch/core/Operation"
import { present } from "@opwatch/core/FieldReader"
import type { Capabilities, Provider } from "@opwatch/core/Provider"
import { ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import * as Mirror from "@opwatch/core/Mirror"
import type * as Reference from "@opwatch/core/Reference"
import type { Authorization } from "@opwatch/rest/Authorization"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as OperationRequest from "@opwatch/rest/OperationRequest"
import * as RestClient from "@opwatch/rest/RestClient"
import { diagnose } from "./CloudDiagnosis.ts"
import { judge } from "./CloudError.ts"
import * as CloudOperationLog from "./CloudOperationLog.ts"
import * as CloudList from "./CloudList.ts"
import * as CloudMirror from "./CloudMirror.ts"
import * as CloudServices from "./CloudServices.ts"
import { toOperation } from "./CloudWire.ts"

export interface CloudOptions {
  readonly source: Reference.SourceName
  /** Without a path, as in `https://operation.api.cloud.yandex.net`. */
  readonly url: string
  /** Where the services that list operations are found; without it all of them are at `url`. */
  readonly endpointsUrl?: string | undefined
  readonly authorization: Authorization
  readonly rateLimit: RateLimit
  /** How much of the rate limit polls may take; all of it without this. */
  readonly pollsPerSecond?: number
  readonly mirror?: Mirror.MirrorSettings
}

export const capabilities: Capabilities = { cancel: true, list: true, log: false }

export const make = Effect.fnUntraced(function* (options: CloudOptions) {
  const { mirror: settings = Mirror.defaultSettings, pollsPerSecond, source, url } = options
  const client = yield* RestClient.make({ ...options, judge })
  const services = yield* CloudServices.make(options)

  const ask = OperationRequest.make({ client, source, toOperation, pauseOf })

  const poll = Effect.fn("Cloud.poll")((id: Reference.OperationId) =>
    ask(id, { method: "GET", path: `/operations/${id}` })
  )

  const get = (id: Reference.OperationId) => Effect.map(poll(id), ({ operation }) => operation)

  /** The protobuf binding says GET, the design guide POST: the other is tried once where the first is not known. */
  const cancel = Effect.fn("Cloud.cancel")((id: Reference.OperationId) => {
    const path = `/operations/${id}:cancel`
    return ask(id, { method: "GET", path }).pipe(
      Effect.catchIf(isUnknownRoute, () => ask(id, { method: "POST", path })),
      Effect.mapError(cannotCancel),
      Effect.map(({ operation }) => operation)
    )
  })

  return {
    source,
    name: "cloud",
    urls: [url],
    capabilities,
    ...present({ pollsPerSecond }),
    get,
    poll,
    cancel,
    log: (id) => Stream.unwrap(Effect.map(get(id), logOf)),
    list: CloudList.make(source, services),
    diagnose,
    mirror: CloudMirror.make({ source, url, client, settings, ...services })
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

/** The server's wish in whole seconds; documented for gRPC, and honoured should it come here too. */
const pauseOf = (headers: Headers.Headers): Duration.Duration | undefined => {
  const seconds = headers["x-operation-poll-interval"]
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Duration.seconds(Number(seconds)) : undefined
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
