import { describe, layer } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { PostgresServer } from "./PostgresServer.ts"
import { webhookStoreContract } from "./WebhookStoreContract.ts"
import * as WebhookStores from "./WebhookStores.ts"

describe("on SQLite", () => {
  layer(Layer.empty, { excludeTestServices: true })((it) => webhookStoreContract(it, WebhookStores.sqlite))
})

describe("on Postgres", () => {
  layer(PostgresServer.layer, { excludeTestServices: true, timeout: "30 seconds" })((it) =>
    webhookStoreContract(it, WebhookStores.postgres)
  )
})
