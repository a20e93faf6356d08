import * as ApiKey from "@opwatch/access/ApiKey"
import { Emulator } from "@opwatch/emulator/Emulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import * as Loopback from "./Loopback.ts"
import { folder, run, until } from "./Process.ts"

/** A collector, which says nothing while it is silent; and a receiver of webhooks, which wants none. */
const listener = Effect.gen(function* () {
  const received: Array<{ readonly path: string; readonly headers: string; readonly body: string }> = []
  const state = { isSilent: false }
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1")
      received.push({ path: request.url ?? "", headers: JSON.stringify(request.headers), body })
      if (!state.isSilent) response.writeHead(request.url?.startsWith("/hook") === true ? 410 : 200).end("{}")
    })
  })
  const url = yield* Loopback.listen(server)
  return { url, received, state, at: (path: string) => received.filter((one) => one.path === path) }
})

const ask = (url: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(60_000), ...init })
    return { status: answer.status, text: await answer.text() }
  })

/** The first event that is read after this id. */
const firstEvent = (url: string, authorization: string, after: string) =>
  Effect.promise(async () => {
    const answer = await fetch(url, {
      headers: { authorization, "last-event-id": after },
      signal: AbortSignal.timeout(60_000)
    })
    let text = ""
    for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += chunk
      const [, id, event] = /^id: (\d+)\nevent: (\S+)$/m.exec(text) ?? []
      if (event !== undefined && text.includes("\n\n")) return `${event} ${id}`
    }
    return text
  })

const marked = {
  token: "marked-provider-token-1f2e",
  query: "marked-query-3d4c",
  path: "marked-path-5b6a",
  webhook: `whsec_${Buffer.from("marked-webhook-secret-0123456789").toString("base64")}`,
  collector: "marked-collector-7980"
}

const names = [
  "opwatch_operations",
  "opwatch_polls_total",
  "opwatch_poll_lateness_seconds",
  "opwatch_changes_total",
  "opwatch_store_seconds",
  "opwatch_deliveries_total",
  "opwatch_deliveries_pending",
  "opwatch_delivery_seconds",
  "opwatch_events_total",
  "opwatch_streams",
  "opwatch_unauthenticated_requests_total"
]

describe("A server that is operated", () => {
  it.live(
    "tells its metrics, traces and log to whoever is meant, and no secret; a collector that is silent hinders nothing",
    () =>
      Effect.gen(function* () {
        const { url: emulator } = yield* Emulator
        const other = yield* listener
        const place = yield* folder
        const key = ApiKey.generate()
        const authorization = `Bearer ${Redacted.value(key)}`
        const keyFile = (scopes: ReadonlyArray<string>) =>
          writeFileSync(
            join(place, "keys.json"),
            JSON.stringify({
              keys: [{ name: "team", hash: ApiKey.hashOf(key), scopes, createdAt: "2026-01-01T00:00:00Z" }]
            }),
            { mode: 0o600 }
          )
        writeFileSync(
          join(place, "config.json"),
          JSON.stringify({
            sources: {
              cloud: { provider: "cloud", url: emulator, auth: { kind: "iamToken", tokenEnv: "CLOUD_TOKEN" } }
            },
            server: { webhooks: { allowPrivate: true }, metrics: { port: 0 } }
          })
        )
        const environment = {
          OPWATCH_CONFIG: join(place, "config.json"),
          OPWATCH_API_KEYS_FILE: join(place, "keys.json"),
          XDG_STATE_HOME: place,
          OPWATCH_PORT: "0",
          OPWATCH_LOG_FORMAT: "json",
          OPWATCH_LOG_LEVEL: "debug",
          CLOUD_TOKEN: marked.token,
          OTEL_EXPORTER_OTLP_ENDPOINT: `${other.url}/otlp`,
          OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
          OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${marked.collector}`,
          OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
          OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test",
          OTEL_METRIC_EXPORT_INTERVAL: "200",
          OTEL_BSP_SCHEDULE_DELAY: "200"
        }
        keyFile(["read", "track"])
        const { child, seen } = yield* run(environment)
        yield* until(() => seen.error.includes("is listening on"))
        const find = (form: RegExp) => form.exec(seen.error)?.[1] ?? ""
        const url = find(/is listening on (http:\/\/[\d.:]+)/)
        const metricsUrl = find(/its metrics on (http:\/\/[\d.:]+)\/metrics/)

        const scripts = ["a", "b", "c"].map((id) => ({
          api: "cloud",
          id,
          steps: [{ after: "500ms", set: { done: true, response: {} } }]
        }))
        yield* ask(`${emulator}/_emulator/operations`, { method: "POST", body: JSON.stringify(scripts) })
        const headers = { authorization, "content-type": "application/json" }
        const webhook = { url: `${other.url}/hook/${marked.path}`, secret: marked.webhook }
        const tracked = yield* ask(`${url}/v1/operations/batch?token=${marked.query}`, {
          method: "POST",
          headers,
          body: JSON.stringify({ operations: scripts.map(({ id }) => ({ ref: `cloud/${id}`, webhook })) })
        })
        assert.strictEqual(tracked.text.match(/"status":201/g)?.length, 3, tracked.text)
        yield* ask(`${url}/v1/summary?wait=10s`, { headers })
        assert.match(yield* firstEvent(`${url}/v1/events`, authorization, "0"), /^operation\.\w+ 1$/)
        assert.strictEqual((yield* ask(`${url}/metrics`)).status, 401)
        keyFile(["read"])
        yield* until(() => seen.error.includes("is dead") && seen.error.includes("1 API key in force"))

        const metrics = (yield* ask(`${metricsUrl}/metrics`)).text
        for (const name of names) assert.match(metrics, new RegExp(`^${name}(_count)?[ {]`, "m"))
        assert.strictEqual((yield* ask(`${metricsUrl}/healthz`)).status, 200)
        assert.strictEqual((yield* ask(`${metricsUrl}/readyz`)).text, '{"status":"ok"}')
        assert.strictEqual((yield* ask(`${metricsUrl}/v1/sources`)).status, 404)

        const posted = (path: string, part: string) =>
          other.at(`/otlp/v1/${path}`).some(({ body }) => body.includes(part))
        yield* until(() => posted("metrics", "opwatch_polls_total") && posted("traces", "Store.observe"))
        other.state.isSilent = true
        yield* until(() => /takes no telemetry.*did not answer/.test(seen.error))
        assert.strictEqual((yield* ask(`${url}/v1/operations`, { headers })).status, 200)
        const told = performance.now()
        child.kill("SIGTERM")
        yield* until(() => seen.code !== undefined)
        assert.strictEqual(seen.code, 0)
        assert.isBelow(performance.now() - told, 10_000)
        assert.strictEqual(seen.error.match(/takes no telemetry/g)?.length, 1)
        const traces = other.at("/otlp/v1/traces")
        const spans = traces.map(({ body }) => body).join("")
        for (const part of ["Store.track", "http.response.status_code", "deployment.environment", '"opwatch"']) {
          assert.include(spans, part)
        }
        assert.include(traces[0]?.headers ?? "", marked.collector)
        assert.isTrue(other.at("/otlp/v1/logs").some(({ body }) => body.includes("is listening on")))

        const entries = seen.error
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
        for (const { level, message, time } of entries) {
          assert.isTrue(["debug", "info", "warn"].includes(level), message)
          assert.match(`${time} ${message}`, /^\d{4}-\d\d-\d\dT[\d:.]+Z ./)
        }
        const dead = entries.find(({ message }) => message.includes("is dead"))
        assert.match(dead.delivery, /^\S+$/)
        assert.include(dead.message, new URL(other.url).host)
        assert.deepStrictEqual(
          entries.slice(-2).map(({ message }) => message),
          ["opwatch is stopping", "opwatch has stopped"]
        )

        const sent = other.received.filter(({ path }) => path.startsWith("/otlp")).map(({ body }) => body)
        const everything = [...sent, seen.error, metrics].join("\n")
        for (const secret of [...Object.values(marked), Redacted.value(key)]) assert.notInclude(everything, secret)
      }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
    60_000
  )
})
