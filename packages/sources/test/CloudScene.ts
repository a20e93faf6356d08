/** An emulated cloud that knows one credential of each kind, and a source on it that is configured in a file. */
import { generateKeyPairSync } from "node:crypto"
import { OperationId, SourceName } from "@opwatch/core/Reference"
import { Sources } from "@opwatch/core/Sources"
import * as Credentials from "@opwatch/emulator/Credentials"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ConfiguredSources from "../src/ConfiguredSources.ts"
import * as NodeTransport from "../src/NodeTransport.ts"
import type { Environment } from "../src/EnvironmentCredential.ts"
import { control } from "./Scene.ts"
import { folder, services } from "./Workspace.ts"

const pairs = [1, 2].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }))
const [known, unknown] = pairs.map(({ privateKey }) => {
  const pem = privateKey.export({ type: "pkcs8", format: "pem" })
  const private_key = `PLEASE DO NOT REMOVE THIS LINE! Yandex.Cloud SA Key ID <ajekey>\n${pem}`
  return JSON.stringify({ id: "ajekey", service_account_id: "ajesa", created_at: "2026-01-02T03:04:05Z", private_key })
})

/** The contents of the known account's key file, and of one with another key in it. */
export const keyText = known ?? ""
export const otherKeyText = unknown ?? ""

export const secrets = {
  oauth: "y0_scene-oauth-token",
  iamToken: "t1.scene.token",
  apiKey: "AQVN-scene-key",
  subject: "eyJ.scene-subject.token"
}

const document = (tokenLifetime: string) => ({
  cloud: {
    oauth: [secrets.oauth],
    iamToken: [secrets.iamToken],
    apiKey: [secrets.apiKey],
    serviceAccountKeys: pairs.slice(0, 1).map(({ publicKey }) => ({
      id: "ajekey",
      service_account_id: "ajesa",
      public_key: publicKey.export({ type: "spki", format: "pem" })
    })),
    workloadIdentity: [{ subject_token: secrets.subject, service_account_id: "ajesa" }],
    tokenLifetime
  }
})

export const guarded = (tokenLifetime = "12h") =>
  Layer.unwrap(
    Effect.map(Credentials.decode(document(tokenLifetime)), (credentials) => Emulator.layer({ credentials }))
  ).pipe(Layer.merge(services))

export const id = OperationId.make("op-1")

/** An operation of this script, and the requests counted from here on. */
export const place = Effect.fnUntraced(function* (script: object = {}) {
  yield* control("POST", "operations", { api: "cloud", id, ...script })
  yield* control("DELETE", "faults")
  yield* control("DELETE", "requests")
})

/** The source's provider; all services are on the emulator. */
export const provider = Effect.fnUntraced(function* (auth: object, environment: Environment = {}) {
  const { url } = yield* Emulator
  const { write } = yield* folder
  const here = { provider: "cloud", url, iamUrl: url, authUrl: url, metadataUrl: url, auth }
  const config = yield* write("config.json", JSON.stringify({ sources: { here } }))
  const context = yield* Layer.build(
    ConfiguredSources.layer({ config, environment }).pipe(Layer.provide(NodeTransport.layer({})))
  )
  const found = (yield* Effect.provideContext(Sources, context)).get(SourceName.make("here"))
  return found ?? (yield* Effect.die(new Error("the source is not there")))
})

/** How many requests asked for an operation, and how many for a token. */
export const counts = Effect.map(control("GET", "requests"), (requests) => {
  const { kinds } = requests as { readonly kinds: { readonly get: number; readonly token: number } }
  return { get: kinds.get, token: kinds.token }
})

/** A command that gets a token of the emulator's metadata service, and prints it with its end. */
export const printIamToken = `
const { access_token, expires_in } = await (
  await fetch(process.argv[2] + "/computeMetadata/v1/instance/service-accounts/default/token", {
    headers: { "metadata-flavor": "Google" }
  })
).json()
console.log(JSON.stringify({ iam_token: access_token, expires_at: new Date(Date.now() + expires_in * 1000) }))
`
