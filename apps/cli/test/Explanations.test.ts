/** Every text of an explanation, from the provider's answer over HTTP to what is printed, as JSON and for people. */
import { expect, layer } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Cloud from "@opwatch/cloud/Cloud"
import { explainOperation } from "@opwatch/core/ExplainOperation"
import type { Provider } from "@opwatch/core/Provider"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import * as StateMachine from "@opwatch/core/StateMachine"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Authorization from "@opwatch/rest/Authorization"
import * as Toloka from "@opwatch/toloka/Toloka"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Json } from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as ExplanationText from "../src/text/ExplanationText.ts"
import { cloudSamples } from "./CloudSamples.ts"
import { tolokaSamples } from "./TolokaSamples.ts"

/** A server on loopback with these answers by path; all else is 404. A body with a code that is text is a refusal. */
const serving = Effect.fnUntraced(function* (answers: Readonly<Record<string, Json | undefined>>) {
  const server = createServer(({ url = "" }, response) => {
    const body = answers[url] ?? { code: "DOES_NOT_EXIST", message: "Does not exist" }
    const isRefusal = typeof body === "object" && "code" in body
    response.writeHead(isRefusal ? 404 : 200, { "x-request-id": "req-1" }).end(JSON.stringify(body))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorization: Authorization.none,
    rateLimit: { requests: 1_000, per: Duration.seconds(1) }
  }
})

const id = OperationId.make("op-1")
const now = Date.UTC(2024, 2, 5, 12)

const explained = Effect.fnUntraced(function* (provider: Provider) {
  yield* TestClock.setTime(now)
  const operation = yield* provider.get(id)
  return yield* explainOperation(provider, operation)
})

const shown = (explanation: Effect.Success<ReturnType<typeof explained>>): string =>
  `${ExplanationText.render([explanation])}\n${JSON.stringify(explanation, undefined, 2)}`

layer(NodeHttpClient.layerUndici)("an explanation on Toloka", (it) => {
  it.effect.each(Object.entries(tolokaSamples))("of %s", ([, { log, operation }]) =>
    Effect.gen(function* () {
      const path = "/api/v1/operations/op-1"
      const { url, ...rest } = yield* serving({ [path]: { id: "op-1", ...operation }, [`${path}/log`]: log })
      const provider = yield* Toloka.make({ source: SourceName.make("toloka"), url: `${url}/api/v1`, ...rest })
      expect(shown(yield* explained(provider))).toMatchSnapshot()
    })
  )
})

layer(NodeHttpClient.layerUndici)("an explanation on Yandex Cloud", (it) => {
  const provided = Effect.fnUntraced(function* (operation: Json) {
    const served = yield* serving({ "/operations/op-1": operation })
    return yield* Cloud.make({ source: SourceName.make("cloud"), ...served })
  })

  it.effect.each(Object.entries(cloudSamples))("of %s", ([, operation]) =>
    Effect.gen(function* () {
      expect(shown(yield* explained(yield* provided({ id: "op-1", ...operation })))).toMatchSnapshot()
    })
  )

  it.effect.each(["one that runs", "a recognised text, version 3"])("of one that is lost: %s", (name) =>
    Effect.gen(function* () {
      const provider = yield* provided({ id: "op-1", ...cloudSamples[name], done: false })
      const lost = StateMachine.lose(yield* provider.get(id), Timestamp.fromMillis(now))
      expect(shown(yield* explainOperation(provider, lost))).toMatchSnapshot()
    })
  )
})
