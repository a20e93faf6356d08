/**
 * Traces, metrics and logs over OTLP, where the standard variables of OpenTelemetry name a collector; nothing of it is loaded
 * where they do not, and no spans are made.
 */
import type { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

type Environment = Readonly<Record<string, string | undefined>>

/** Providers are sent no headers of ours in any case. */
const unmarked = Layer.succeed(HttpClient.TracerPropagationEnabled, false)
const off = Layer.mergeAll(unmarked, Layer.succeed(References.TracerEnabled, false))
const on = Layer.mergeAll(
  unmarked,
  Layer.succeed(References.TracerEnabled, true),
  Layer.succeed(Tracer.DisablePropagation, false)
)

const endpoints = ["", "TRACES_", "METRICS_", "LOGS_"].map((signal) => `OTEL_EXPORTER_OTLP_${signal}ENDPOINT`)

export const layer = (environment: Environment): Layer.Layer<never, ConfigurationError> =>
  endpoints.every((name) => !environment[name]) || environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true"
    ? off
    : Layer.unwrap(
        Effect.map(
          Effect.promise(() => import("./Otlp.ts")),
          (Otlp) => Layer.merge(on, Otlp.layer(environment))
        )
      )
