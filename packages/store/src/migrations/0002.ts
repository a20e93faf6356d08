/** Webhooks: who wants them, what is on its way, and the change up to which deliveries have been made. */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"

export default Effect.gen(function* () {
  const sql = yield* SqlClient
  /** Counts up by itself and gives no number twice. */
  const counted = sql.onDialectOrElse({
    pg: () => sql.literal("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    orElse: () => sql.literal("INTEGER PRIMARY KEY AUTOINCREMENT")
  })
  const text = sql.onDialectOrElse({ pg: () => sql.literal('TEXT COLLATE "C"'), orElse: () => sql.literal("TEXT") })

  yield* sql`CREATE TABLE opwatch_webhook_cursor (sequence BIGINT NOT NULL)`
  yield* sql`INSERT INTO opwatch_webhook_cursor (sequence) SELECT change FROM opwatch_counter`

  yield* sql`
    CREATE TABLE opwatch_subscription (
      number ${counted},
      id ${text} NOT NULL UNIQUE,
      owner ${text} NOT NULL,
      url ${text} NOT NULL,
      secret ${text} NOT NULL,
      filter ${text} NOT NULL,
      ref ${text},
      since BIGINT NOT NULL,
      created_at ${text} NOT NULL,
      created_millis BIGINT NOT NULL,
      disabled_at ${text}
    )`
  yield* sql`CREATE INDEX opwatch_subscription_standing ON opwatch_subscription (owner, number) WHERE ref IS NULL`
  yield* sql`CREATE UNIQUE INDEX opwatch_subscription_ref ON opwatch_subscription (ref, owner) WHERE ref IS NOT NULL`
  yield* sql`
    CREATE INDEX opwatch_subscription_created ON opwatch_subscription (created_millis) WHERE ref IS NOT NULL`

  yield* sql`
    CREATE TABLE opwatch_delivery (
      number ${counted},
      id ${text} NOT NULL UNIQUE,
      subscription ${text} NOT NULL REFERENCES opwatch_subscription (id) ON DELETE CASCADE,
      owner ${text} NOT NULL,
      event ${text} NOT NULL,
      type ${text} NOT NULL,
      ref ${text} NOT NULL,
      url ${text} NOT NULL,
      status ${text} NOT NULL,
      attempts INTEGER NOT NULL,
      since BIGINT NOT NULL,
      next_millis BIGINT,
      ended_millis BIGINT,
      last_status INTEGER,
      last_error ${text},
      created_at ${text} NOT NULL,
      body ${text} NOT NULL
    )`
  yield* sql`CREATE INDEX opwatch_delivery_due ON opwatch_delivery (url, next_millis) WHERE status = 'pending'`
  yield* sql`CREATE INDEX opwatch_delivery_ended ON opwatch_delivery (status, ended_millis) WHERE status <> 'pending'`
  yield* sql`CREATE INDEX opwatch_delivery_owner ON opwatch_delivery (owner, number)`
  yield* sql`CREATE INDEX opwatch_delivery_status ON opwatch_delivery (owner, status, number)`
  yield* sql`CREATE INDEX opwatch_delivery_subscription ON opwatch_delivery (subscription, number)`
})
