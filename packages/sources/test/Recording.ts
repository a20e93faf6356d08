/** The configured sources on a network that is not there: what each would send, and where. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import * as ConfiguredSources from "../src/ConfiguredSources.ts"
import type { Environment } from "../src/EnvironmentCredential.ts"
import { folder } from "./Workspace.ts"

export interface Sent {
  readonly url: string
  readonly authorization: string | undefined
}

/** In place of the network, whose hosts are not ours: answers with an operation or a token, and remembers what it was asked. */
const recording = (sent: Array<Sent>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) => {
      sent.push({ url: url.href, authorization: request.headers["authorization"] })
      const body =
        url.pathname === "/iam/v1/tokens" ? { iamToken: "t1.issued.token" } : { id: "op-1", status: "RUNNING" }
      return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(JSON.stringify(body))))
    })
  )

export const sources = Effect.fnUntraced(function* (
  configuration: object | undefined,
  environment: Environment = {},
  sent: Array<Sent> = []
) {
  const { write } = yield* folder
  const config = configuration && (yield* write("config.json", JSON.stringify({ sources: configuration })))
  const context = yield* Layer.build(
    ConfiguredSources.layer({ config, environment }).pipe(Layer.provide(recording(sent)))
  )
  return yield* Effect.provideContext(Sources, context)
})

export const id = OperationId.make("op-1")
export const providerOf = (all: Sources["Service"], name: string) =>
  all.get(SourceName.make(name)) ?? assert.fail(`there is no source ${name}`)

/** What a request of each source sends, or why it sends nothing. */
export const asked = Effect.fnUntraced(function* (configuration: object | undefined, environment: Environment = {}) {
  const sent: Array<Sent> = []
  const all = yield* sources(configuration, environment, sent)
  const answers: Record<string, string> = {}
  for (const [name, { get }] of all) {
    const answer = yield* Effect.result(get(id))
    const { authorization, url } = sent.pop() ?? {}
    answers[name] = Result.isFailure(answer) ? answer.failure.reason._tag : `${authorization} to ${url}`
  }
  return answers
})

/** Why a configuration of these sources is wrong. */
export const refused = (configuration: object) =>
  Effect.map(Effect.flip(sources(configuration)), (error) => {
    assert.strictEqual(error._tag, "ConfigurationError")
    return error.message.replace(/^.*\/config\.json/, "<config>")
  })

/** An auth, and an environment that holds its token and others. */
export const oauth = { kind: "oauth", tokenEnv: "MINE" }
export const environment = { MINE: "y0_mine-mine", IAM: "t1.iam.iam", KEY: "AQVN-key-key" }
