/** The provider port on Toloka's operations API. Toloka has no cancel. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { present } from "@opwatch/core/FieldReader"
import type { Capabilities, Provider } from "@opwatch/core/Provider"
import * as Mirror from "@opwatch/core/Mirror"
import { ProviderError, Unsupported } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import type { Authorization } from "@opwatch/rest/Authorization"
import type { RateLimit } from "@opwatch/rest/Traffic"
import * as OperationRequest from "@opwatch/rest/OperationRequest"
import * as RestClient from "@opwatch/rest/RestClient"
import { diagnose } from "./TolokaDiagnosis.ts"
import { judge } from "./TolokaError.ts"
import * as TolokaList from "./TolokaList.ts"
import * as TolokaMirror from "./TolokaMirror.ts"
import { toLogStep } from "./TolokaLogWire.ts"
import { toOperation } from "./TolokaWire.ts"

export interface TolokaOptions {
  readonly source: Reference.SourceName
  /** With its version, as in `https://toloka.dev/api/v1`. */
  readonly url: string
  /** Where operations of this source were found in earlier times. */
  readonly formerUrls?: ReadonlyArray<string>
  readonly authorization: Authorization
  readonly rateLimit: RateLimit
  /** How much of the rate limit polls may take; all of it without this. */
  readonly pollsPerSecond?: number
  readonly mirror?: Mirror.MirrorSettings
}

export const capabilities: Capabilities = { cancel: false, list: true, log: true }

export const make = Effect.fnUntraced(function* (options: TolokaOptions) {
  const { mirror: settings = Mirror.defaultSettings, pollsPerSecond, source, url } = options
  const client = yield* RestClient.make({ ...options, judge })

  const unsupported = (id: Reference.OperationId, message: string, hint: string) =>
    new ProviderError({ source, id, reason: new Unsupported(), message, hint })

  const ask = OperationRequest.make({ client, source, toOperation })

  const poll = Effect.fn("Toloka.poll")((id: Reference.OperationId) =>
    ask(id, { method: "GET", path: `/operations/${id}` })
  )

  const get = (id: Reference.OperationId) => Effect.map(poll(id), ({ operation }) => operation)

  /** A log that is not there: the operation is not there either, or its kind has none. */
  const withoutLog = (id: Reference.OperationId) =>
    Stream.fromEffect(
      Effect.flatMap(get(id), ({ kind, state }) =>
        Effect.fail(
          state === "pending"
            ? unsupported(id, `${kind ?? "the operation"} has not started, so there is no log yet`, "try again later")
            : unsupported(
                id,
                `there is no log for ${kind ?? "this operation"}`,
                "Toloka logs asynchronous creates of tasks, suites and bonuses only, and keeps a log for a month"
              )
        )
      )
    )

  return {
    source,
    name: "toloka",
    urls: [url, ...(options.formerUrls ?? [])],
    capabilities,
    ...present({ pollsPerSecond }),
    get,
    poll,
    cancel: (id) =>
      Effect.fail(unsupported(id, "Toloka cannot cancel an operation", "it goes on until it ends by itself")),
    log: (id) =>
      client.elements({ method: "GET", path: `/operations/${id}/log`, id }).pipe(
        Stream.zipWithIndex,
        Stream.map(([step, index]) => toLogStep(Reference.format({ source, id }), index, step)),
        Stream.catchIf(
          (error) => error.reason._tag === "OperationNotFound",
          () => withoutLog(id)
        )
      ),
    list: TolokaList.make(source, client),
    diagnose,
    mirror: TolokaMirror.make({ source, url, client, settings })
  } satisfies Provider
})
