/**
 * What is sent to a collector of OpenTelemetry. It is told no header, no query and no secret; and what it does, be it down or
 * silent, takes a bounded part of the memory and none of the time of anything else.
 */
import { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as NodeTransport from "@opwatch/sources/NodeTransport"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Layer from "effect/Layer"
import * as Otlp from "effect/observability/Otlp"
import * as OtlpSerialization from "effect/observability/OtlpSerialization"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import manifest from "../package.json" with { type: "json" }

type Environment = Readonly<Record<string, string | undefined>>

/** Requests to the collector at once, and how long one may take unless `OTEL_EXPORTER_OTLP_TIMEOUT` says. */
const mostAtOnce = 8
const timeoutMillis = 10_000

/** How long the last of it may take when the server stops. */
const graceMillis = 1_000

export const layer = (environment: Environment): Layer.Layer<never, ConfigurationError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const serialization = yield* serializationOf(environment)
      const headers = yield* headersOf(environment)
      const timeout = Number(environment["OTEL_EXPORTER_OTLP_TIMEOUT"] || timeoutMillis)
      const client = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(HttpClient.HttpClient, (client) => bounded(client, headers, Duration.millis(timeout)))
      ).pipe(Layer.provide(NodeTransport.layer(environment)))
      return Otlp.layerFromConfig({ headers: {}, resource: { serviceVersion: manifest.version } }).pipe(
        Layer.provide([client, serialization, ConfigProvider.layer(settingsOf(environment))]),
        Layer.catchCause((cause) =>
          Cause.hasInterrupts(cause)
            ? Layer.effectDiscard(Effect.interrupt)
            : Layer.effectDiscard(wrong(`a variable OTEL_… cannot be used: ${messageOf(Cause.squash(cause))}`))
        ),
        Layer.merge(Layer.succeed(UrlParams.CurrentRedactedNames, [/^/]))
      )
    })
  )

const wrong = (message: string) => Effect.fail(new ConfigurationError({ message }))

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** By the defaults of OpenTelemetry, and called `opwatch` unless told otherwise. */
const settingsOf = (environment: Environment): ConfigProvider.ConfigProvider => {
  const isNamed = /(^|,)\s*service\.name\s*=/.test(environment["OTEL_RESOURCE_ATTRIBUTES"] ?? "")
  return ConfigProvider.fromEnvRecord({
    ...environment,
    OTEL_TRACES_EXPORTER: environment["OTEL_TRACES_EXPORTER"] || "otlp",
    OTEL_METRICS_EXPORTER: environment["OTEL_METRICS_EXPORTER"] || "otlp",
    OTEL_LOGS_EXPORTER: environment["OTEL_LOGS_EXPORTER"] || "otlp",
    OTEL_SERVICE_NAME: environment["OTEL_SERVICE_NAME"] || (isNamed ? undefined : "opwatch"),
    OTEL_EXPORTER_OTLP_TIMEOUT: String(graceMillis)
  })
}

const serializationOf = (environment: Environment) => {
  const protocol = environment["OTEL_EXPORTER_OTLP_PROTOCOL"] || "http/protobuf"
  if (protocol === "http/protobuf") return Effect.succeed(OtlpSerialization.layerProtobuf)
  if (protocol === "http/json") return Effect.succeed(OtlpSerialization.layerJson)
  return wrong(`OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}": it may be http/protobuf or http/json`)
}

/** `name=value,…`, the values percent-encoded. */
const headersOf = (environment: Environment) =>
  Effect.forEach(
    (environment["OTEL_EXPORTER_OTLP_HEADERS"] ?? "").split(",").filter((part) => part.trim() !== ""),
    (part) => {
      const [name = "", ...rest] = part.split("=")
      const value = Result.getOrUndefined(Result.try(() => decodeURIComponent(rest.join("=").trim())))
      return value === undefined || !/^[\w!#$%&'*+.^`|~-]+$/.test(name.trim()) || rest.length === 0
        ? wrong("OTEL_EXPORTER_OTLP_HEADERS is not name=value, several separated by commas")
        : Effect.succeed([name.trim(), Redacted.make(value)] as const)
    }
  )

/** The log tells once when the collector takes nothing more, and once when it does again. */
const bounded = (
  client: HttpClient.HttpClient,
  headers: ReadonlyArray<readonly [string, Redacted.Redacted]>,
  timeout: Duration.Duration
): HttpClient.HttpClient => {
  const room = Semaphore.makeUnsafe(mostAtOnce)
  let isTroubled = false
  const note = (host: string, problem: string | undefined) =>
    Effect.suspend(() => {
      if (isTroubled === (problem !== undefined)) return Effect.void
      isTroubled = problem !== undefined
      return problem === undefined
        ? Effect.logInfo(`the collector ${host} takes telemetry again`)
        : Effect.logWarning(`the collector ${host} takes no telemetry, which is dropped meanwhile: ${problem}`)
    })
  const sent = (answer: Effect.Effect<HttpClientResponse, HttpClientError>, host: string) =>
    Effect.matchEffect(answer, {
      onFailure: (error) => Effect.andThen(note(host, reasonOf(error)), Effect.fail(error)),
      onSuccess: (response) =>
        Effect.as(note(host, response.status < 400 ? undefined : `it answered ${response.status}`), response)
    })
  return HttpClient.transform(
    HttpClient.mapRequest(client, (request) =>
      HttpClientRequest.setHeaders(
        request,
        headers.map(([name, value]) => [name, Redacted.value(value)] as const)
      )
    ),
    (answer, request) => {
      const failed = (description: string) =>
        Effect.fail(new HttpClientError({ reason: new TransportError({ request, description }) }))
      const host = new URL(request.url).host
      return answer.pipe(
        Effect.timeoutOrElse({ duration: timeout, orElse: () => failed("it did not answer in time") }),
        room.withPermitsIfAvailable(1),
        Effect.flatMap((response) =>
          response._tag === "Some" ? Effect.succeed(response.value) : failed("it is too slow")
        ),
        (answer) => sent(answer, host)
      )
    }
  )
}

const reasonOf = ({ reason }: HttpClientError): string =>
  ("description" in reason ? reason.description : undefined) ??
  ("cause" in reason && reason.cause instanceof Error ? reason.cause.message : reason._tag)
