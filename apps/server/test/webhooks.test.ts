import { assert, describe, it } from "@effect/vitest"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Webhook } from "standardwebhooks"
import { until } from "./Process.ts"
import * as WebhookScene from "./WebhookScene.ts"

const day = 24 * 60 * 60 * 1000
const givenSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`
const type = (name: string) => `urn:opwatch:problem:${name}`

describe("Webhooks over HTTP", () => {
  it.live(
    "tell a receiver of the end of what is tracked, signed, once for each who asked, and as /v1/events does",
    () =>
      Effect.gen(function* () {
        const { answers, finished, logs, operation, send, serve } = yield* WebhookScene.start
        const receiver = yield* WebhookScene.receiver
        yield* serve({ webhooks: { allowPrivate: true } })
        yield* operation("op-1", "300ms")
        const standing = yield* send("POST", "/v1/subscriptions", {
          url: `${receiver.url}/standing/204`,
          secret: givenSecret,
          filter: { state: "succeeded", labels: { job: "a" } }
        })
        assert.strictEqual(standing.status, 201)
        assert.notProperty(standing.json, "secret")

        const path = "/v1/operations/cloud/op-1"
        const webhook = { url: `${receiver.url}/one/204` }
        const tracked = yield* send("PUT", path, { webhook, labels: { job: "a" } })
        assert.strictEqual(tracked.status, 201)
        const { secret, subscription } = tracked.json.webhook
        const again = yield* send("PUT", path, { webhook, labels: { job: "a" } })
        assert.deepStrictEqual([again.status, again.json.webhook], [200, { subscription }])

        const ends = (place: string) =>
          receiver.at(place).filter(({ body }) => JSON.parse(body).type === "operation.finished")
        yield* until(() => ends("/one/204").length > 0 && receiver.at("/standing/204").length > 0)
        const told = yield* finished
        assert.strictEqual(told.operation.state, "succeeded")
        for (const [place, key] of [
          ["/one/204", secret],
          ["/standing/204", givenSecret]
        ] as const) {
          const [end] = ends(place)
          assert.deepStrictEqual(new Webhook(key).verify(end?.body ?? "", end?.headers ?? {}), told)
          assert.throws(() => new Webhook(key).verify(`${end?.body} `, end?.headers ?? {}))
        }

        const one = yield* send("GET", `/v1/subscriptions/${subscription}`)
        assert.deepStrictEqual([one.json.ref, one.json.url], ["cloud/op-1", webhook.url])
        const listed = yield* send("GET", "/v1/subscriptions")
        assert.deepStrictEqual(
          listed.json.subscriptions.map(({ id }: { id: string }) => id),
          [standing.json.id]
        )
        assert.strictEqual((yield* send("DELETE", path)).status, 204)
        assert.strictEqual(
          (yield* send("GET", `/v1/subscriptions/${subscription}`)).json.type,
          type("subscription-not-found")
        )

        const batch = yield* send("POST", "/v1/operations/batch", { operations: [{ ref: "cloud/op-1", webhook }] })
        const made = batch.json.results[0].webhook.secret
        assert.match(made, /^whsec_/)
        for (const shownOnce of [secret, made]) {
          assert.strictEqual(answers.filter((text) => text.includes(shownOnce)).length, 1)
        }
        assert.notInclude(answers.join(), givenSecret)
        for (const hidden of [secret, made, givenSecret]) assert.notInclude(logs.join(), hidden.slice("whsec_".length))
      }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
    60_000
  )

  it.live(
    "that nobody took for a day are dead: they are listed, and sent again under the same id",
    () =>
      Effect.gen(function* () {
        const { operation, place, send, serve, stop } = yield* WebhookScene.start
        const receiver = yield* WebhookScene.receiver
        yield* serve({ webhooks: { allowPrivate: true } })
        yield* operation("op-1", "0s")
        for (const answer of ["500", "410"])
          yield* send("POST", "/v1/subscriptions", { url: `${receiver.url}/${answer}` })
        yield* send("PUT", "/v1/operations/cloud/op-1")
        yield* until(() => receiver.at("/500").length > 0 && receiver.at("/410").length > 0)
        yield* stop

        const database = new DatabaseSync(join(place, "opwatch", "opwatch.db"))
        database.exec(`UPDATE opwatch_delivery SET since = since - ${day}, next_millis = 0 WHERE status = 'pending'`)
        database.close()
        yield* serve({ webhooks: { allowPrivate: true } })
        const dead = Effect.map(send("GET", "/v1/deliveries?status=dead"), ({ json }) => json.deliveries)
        const found = yield* Effect.filterOrFail(dead, ({ length }) => length === 2).pipe(
          Effect.retry(Schedule.spaced("20 millis"))
        )
        const [failed, gone] = [500, 410].map((status) =>
          found.find(({ lastStatus }: { lastStatus: number }) => lastStatus === status)
        )
        assert.deepStrictEqual([failed.lastStatus, failed.type, failed.ref], [500, "operation.finished", "cloud/op-1"])
        const page = yield* send("GET", "/v1/deliveries?status=dead&pageSize=1")
        const next = yield* send("GET", `/v1/deliveries?status=dead&pageSize=1&pageToken=${page.json.nextPageToken}`)
        assert.deepStrictEqual([...page.json.deliveries, ...next.json.deliveries], found)

        for (const key of ["others", "reader"] as const) {
          const answer = yield* send("POST", `/v1/deliveries/${failed.id}/resend`, undefined, key)
          assert.strictEqual(answer.json.type, type(key === "reader" ? "scope-missing" : "delivery-not-found"))
        }
        receiver.mend("/500")
        const before = receiver.at("/500").length
        const again = yield* send("POST", `/v1/deliveries/${failed.id}/resend`)
        assert.deepStrictEqual([again.status, again.json.id, again.json.status], [202, failed.id, "pending"])
        yield* until(() => receiver.at("/500").length > before)
        assert.deepStrictEqual(
          receiver.at("/500").map(({ headers }) => headers["webhook-id"]),
          receiver.at("/500").map(() => failed.id)
        )
        const disabled = yield* send("POST", `/v1/deliveries/${gone.id}/resend`)
        assert.deepStrictEqual([disabled.status, disabled.json.type], [409, type("subscription-disabled")])
        assert.isString((yield* send("GET", `/v1/subscriptions/${gone.subscription}`)).json.disabledAt)
        const own = yield* send("GET", `/v1/deliveries?subscription=${failed.subscription}`)
        assert.deepStrictEqual(
          own.json.deliveries.map(({ id }: { id: string }) => id),
          [failed.id]
        )
      }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
    60_000
  )

  it.live(
    "are refused where they may not go, one by one, and are each key's own",
    () =>
      Effect.gen(function* () {
        const { send, serve } = yield* WebhookScene.start
        yield* serve({})
        const inward = { url: "http://127.0.0.1:9/hook" }
        for (const [method, path, body] of [
          ["POST", "/v1/subscriptions", inward],
          ["PUT", "/v1/operations/cloud/op-1", { webhook: inward }]
        ] as const) {
          const answer = yield* send(method, path, body)
          assert.deepStrictEqual(
            [answer.status, answer.json.type, answer.json.reason],
            [400, type("webhook-refused"), "url"]
          )
          assert.include(answer.json.detail, "server.webhooks.allowPrivate")
        }
        const short = yield* send("POST", "/v1/subscriptions", { url: "https://example.com", secret: "whsec_hidden" })
        assert.deepStrictEqual([short.status, short.json.reason], [400, "secret"])
        assert.notInclude(JSON.stringify(short.json), "hidden")

        const operations = [
          { ref: "cloud/op-1", webhook: inward },
          { ref: "cloud/op-2", webhook: { url: "https://example.com/hook" } },
          { ref: "cloud/op-3", webhook: { url: 1 } }
        ]
        const batch = yield* send("POST", "/v1/operations/batch", { operations })
        assert.deepStrictEqual(
          batch.json.results.map(({ problem, status }: { problem?: { type: string }; status: number }) => [
            status,
            problem?.type
          ]),
          [
            [400, type("webhook-refused")],
            [201, undefined],
            [400, type("bad-input")]
          ]
        )
        const { operations: tracked } = (yield* send("GET", "/v1/operations")).json
        assert.deepStrictEqual(
          tracked.map(({ ref }: { ref: string }) => ref),
          ["cloud/op-2"]
        )

        const url = { url: "https://example.com/hook" }
        const put = (id: string) => send("PUT", `/v1/operations/cloud/${id}`, { webhook: url }, "small")
        assert.strictEqual((yield* put("op-4")).status, 201)
        assert.strictEqual((yield* put("op-5")).json.type, type("too-many-tracked"))
        assert.strictEqual((yield* send("DELETE", "/v1/operations/cloud/op-4", undefined, "small")).status, 204)
        assert.match((yield* put("op-5")).json.webhook.secret, /^whsec_/)

        const { id } = (yield* send("POST", "/v1/subscriptions", url)).json
        const rest = yield* Effect.all(
          Array.from({ length: 100 }, () => send("POST", "/v1/subscriptions", url)),
          {
            concurrency: 10
          }
        )
        const refused = rest.filter(({ status }) => status !== 201)
        assert.deepStrictEqual(
          refused.map(({ json, status }) => [status, json.type]),
          [[409, type("too-many-subscriptions")]]
        )
        const page = yield* send("GET", "/v1/subscriptions?pageSize=60")
        const next = yield* send("GET", `/v1/subscriptions?pageSize=60&pageToken=${page.json.nextPageToken}`)
        const all = [...page.json.subscriptions, ...next.json.subscriptions]
        assert.deepStrictEqual([all.length, all.at(-1).id, next.json.nextPageToken], [100, id, undefined])

        assert.deepStrictEqual((yield* send("GET", "/v1/subscriptions", undefined, "others")).json.subscriptions, [])
        for (const method of ["GET", "DELETE"]) {
          const answer = yield* send(method, `/v1/subscriptions/${id}`, undefined, "others")
          assert.deepStrictEqual([answer.status, answer.json.type], [404, type("subscription-not-found")])
        }
        for (const [method, path, body] of [
          ["POST", "/v1/subscriptions", url],
          ["DELETE", `/v1/subscriptions/${id}`, undefined]
        ] as const) {
          assert.strictEqual((yield* send(method, path, body, "reader")).json.scope, "track")
        }
        assert.strictEqual((yield* send("DELETE", `/v1/subscriptions/${id}`)).status, 204)
        assert.strictEqual((yield* send("GET", `/v1/subscriptions/${id}`)).status, 404)
      }).pipe(Effect.scoped, Effect.provide(Emulator.layer())),
    60_000
  )
})
