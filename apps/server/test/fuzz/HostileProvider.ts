/** A provider that answers by the id it is asked for: with every kind of operation, and with every reason not to. */
import * as Diagnosis from "@opwatch/core/Diagnosis"
import type { Operation } from "@opwatch/core/Operation"
import { isFinal, OperationState } from "@opwatch/core/OperationState"
import { type Provider, withPolls } from "@opwatch/core/Provider"
import * as ProviderErrors from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Long enough that nobody asks again meanwhile. */
const retryAfterMillis = 20_500

const reasons = new Map<string, ProviderErrors.Reason>(
  Object.entries({
    absent: new ProviderErrors.OperationNotFound(),
    stranger: new ProviderErrors.Unauthenticated(),
    forbidden: new ProviderErrors.Forbidden(),
    throttled: new ProviderErrors.Throttled({ retryAfterMillis }),
    unsupported: new ProviderErrors.Unsupported(),
    rejected: new ProviderErrors.Rejected(),
    query: new ProviderErrors.InvalidQuery(),
    redirected: new ProviderErrors.Redirected(),
    misconfigured: new ProviderErrors.Misconfigured()
  })
)

const odd = "\0\u202e\ud800😀\r\n\u001b[31m"

const fields = new Map<string, Partial<Operation>>(
  Object.entries({
    odd: { kind: odd, description: odd, error: { code: odd, message: odd, details: [odd] }, metadata: { [odd]: odd } },
    large: { state: "succeeded", result: "a".repeat(70_000), raw: { a: "b" } },
    empty: { state: "succeeded", kind: "", description: "", metadata: {}, result: {}, anomalies: [] },
    full: {
      state: "failed",
      kind: "kind",
      progress: 100,
      submittedAt: Timestamp.Timestamp.make("0001-01-01T00:00:00Z"),
      finishedAt: Timestamp.Timestamp.make("9999-12-31T23:59:59.999999999Z"),
      target: { type: "pool", id: "1" },
      counts: { total: 0, valid: 0, invalid: 0, succeeded: 0, failed: Number.MAX_SAFE_INTEGER },
      partial: true,
      error: { code: "", message: "", details: [null, 0, "", [], {}] },
      raw: null
    }
  })
)

/** What it has something of its own to say to; to all others it says that they run. */
export const ids = [...reasons.keys(), ...fields.keys(), ...OperationState.literals, "turning", "vanishing"]

/** With `isDown` it cannot answer at all. */
export const make = (source: Reference.SourceName, isDown = false): Provider => {
  const asked = new Map<string, number>()

  const failure = (reason: ProviderErrors.Reason, id?: Reference.OperationId) =>
    new ProviderErrors.ProviderError({
      source,
      reason,
      message: `no${odd}`,
      code: odd,
      requestId: odd,
      traceId: "",
      hint: "",
      ...(id === undefined ? {} : { id })
    })

  const operation = Effect.fnUntraced(function* (id: Reference.OperationId, given: Partial<Operation>) {
    const { state = "running" } = given
    const observedAt = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
    const ref = `${source}/${id}`
    return { ref, source, provider: "cloud", id, observedAt, ...given, state, done: isFinal(state) } satisfies Operation
  })

  const get = Effect.fnUntraced(function* (id: Reference.OperationId) {
    const times = (asked.get(id) ?? 0) + 1
    asked.set(id, times)
    if (isDown) return yield* failure(new ProviderErrors.Unavailable({ retryAfterMillis }), id)
    const reason = id === "vanishing" && times > 1 ? reasons.get("absent") : reasons.get(id)
    if (reason !== undefined) return yield* failure(reason, id)
    const state = OperationState.literals.find((state) => state === id)
    if (id === "turning") return yield* operation(id, { progress: times % 100, raw: { times } })
    return yield* operation(id, fields.get(id) ?? (state === undefined ? {} : { state }))
  })

  return withPolls({
    source,
    name: "cloud",
    urls: ["http://127.0.0.1:1/hostile"],
    capabilities: { cancel: true, list: true, log: true },
    get,
    cancel: get,
    log: (id) =>
      Stream.fromEffect(get(id)).pipe(
        Stream.flatMap(({ ref }) =>
          Stream.fromIterable(
            Array.from({ length: 25 }, (_, index) => ({ ref, index, type: odd, success: index > 3, raw: odd }))
          )
        )
      ),
    list: ({ kind = "", limit = 25, resource }) =>
      resource === undefined
        ? Stream.fromIterable(ids.slice(0, limit)).pipe(
            Stream.mapEffect((id) => operation(Reference.OperationId.make(id), fields.get(id) ?? {})),
            Stream.concat(
              Stream.suspend(() => {
                const reason = reasons.get(kind)
                return reason === undefined ? Stream.empty : Stream.fail(failure(reason))
              })
            )
          )
        : Stream.fail(failure(reasons.get(resource) ?? new ProviderErrors.InvalidQuery())),
    diagnose: () => ({ ...Diagnosis.empty, next: [{ text: odd }], supportIds: [odd, ""] })
  })
}
