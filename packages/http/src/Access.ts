/**
 * Tells who sent a request. A key that counts is always let in: whoever shares an address with a stranger that guesses, or a
 * proxy with a client gone wrong, is not shut out by them; and no number of guesses gets anywhere near 256 bits.
 */
import * as ApiKey from "@opwatch/access/ApiKey"
import { ApiKeys } from "@opwatch/access/ApiKeys"
import * as Authorization from "@opwatch/access/Authorization"
import { type Caller, withoutKeys } from "@opwatch/access/Caller"
import * as Keyring from "@opwatch/access/Keyring"
import { Limits } from "@opwatch/access/Limits"
import type { Scope } from "@opwatch/access/Scope"
import { ScopeMissing, TooManyAttempts, type TooManyStreams, Unauthenticated } from "@opwatch/api/Problems"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerRespondable from "effect/http/HttpServerRespondable"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Scope as Lifetime } from "effect/Scope"
import * as AccessAttempts from "./AccessAttempts.ts"
import * as AccessSlots from "./AccessSlots.ts"

export class Access extends Context.Service<
  Access,
  {
    /** Whether there are keys at all. */
    readonly hasKeys: boolean
    /** The caller by the `Authorization` header alone; nothing is counted or logged. Fails with why there is none. */
    readonly check: (
      authorization: string | undefined,
      schemes: ReadonlyArray<string>,
      nowMillis: number
    ) => Result.Result<Caller["Service"], string>
    /** As `check`; failures are counted by address, and the first of them logged. */
    readonly callerOf: (
      request: HttpServerRequest,
      schemes?: ReadonlyArray<string>
    ) => Effect.Effect<Caller["Service"], Unauthenticated | TooManyAttempts>
    /** Takes one of the caller's waits and streams until the scope ends. */
    readonly holdSlot: (caller: Caller["Service"]) => Effect.Effect<void, TooManyStreams, Lifetime>
  }
>()("@opwatch/http/Access") {
  static readonly layer: Layer.Layer<Access, never, ApiKeys> = Layer.effect(
    Access,
    Effect.gen(function* () {
      const keys = yield* ApiKeys
      const holdSlot = AccessSlots.make((yield* Limits).streamsPerKey)
      const attempts = AccessAttempts.make()
      const callers = new WeakMap<ApiKey.ApiKey, Caller["Service"]>()

      const check: Access["Service"]["check"] = (authorization, schemes, nowMillis) => {
        if (Option.isNone(keys)) return Result.succeed(withoutKeys)
        if (authorization === undefined)
          return Result.fail("the request has no Authorization header: send `Bearer` and a key")
        const text = Authorization.parse(authorization, schemes)
        if (Option.isNone(text)) return Result.fail("the Authorization header is not `Bearer` and a key")
        if (!ApiKey.isKey(Redacted.value(text.value))) {
          return Result.fail(`the Authorization header has no key of opwatch: those begin with ${ApiKey.prefix}`)
        }
        const key = keys.value.find(text.value)
        if (key === undefined) return Result.fail("there is no such key: it may have been revoked or replaced")
        if (Keyring.isExpired(key, nowMillis)) return Result.fail(`the key ${key.name} has expired`)
        const caller = callers.get(key) ?? callerWith(key, keys.value.dismissed(key))
        callers.set(key, caller)
        return Result.succeed(caller)
      }

      return {
        hasKeys: Option.isSome(keys),
        check,
        callerOf: Effect.fnUntraced(function* (request, schemes = Authorization.bearer) {
          const now = yield* Clock.currentTimeMillis
          const checked = check(request.headers["authorization"], schemes, now)
          if (Result.isSuccess(checked)) return checked.success
          const address = Option.getOrElse(request.remoteAddress, () => "an unknown address")
          const { log, retryAfterSeconds } = attempts.note(address, now)
          yield* Metric.update(refusals, 1)
          if (log !== "no") {
            const rest = log === "last" ? "; more of them are not logged for a minute" : ""
            yield* Effect.annotateLogs(
              Effect.logWarning(`refused a request from ${address}: ${checked.failure}${rest}`),
              { address }
            )
          }
          return yield* retryAfterSeconds === undefined
            ? new Unauthenticated({ detail: checked.failure })
            : new TooManyAttempts({ detail: checked.failure, retryAfterSeconds })
        }),
        holdSlot: ({ owner }) => holdSlot(owner)
      }
    })
  )
}

const refusals = Metric.counter("opwatch_unauthenticated_requests_total", {
  description: "Requests that carried no API key that counts",
  incremental: true
})

const callerWith = (
  { maxTracked, name, scopes, sources }: ApiKey.ApiKey,
  dismissed: Effect.Effect<void>
): Caller["Service"] => ({
  owner: name,
  scopes: new Set(scopes),
  dismissed,
  ...(sources === undefined ? {} : { sources: new Set(sources) }),
  ...(maxTracked === undefined ? {} : { maxTracked })
})

export const requireScope = ({ owner, scopes }: Caller["Service"], scope: Scope): Effect.Effect<void, ScopeMissing> => {
  if (scopes.has(scope)) return Effect.void
  const who = owner === "" ? "a caller without a key" : `the key ${owner}`
  const hint =
    owner === ""
      ? `make a key with \`opwatch keys create NAME --scope ${scope}\`, and start the server with it`
      : `\`opwatch keys create ${owner} --rotate --scope ${[...scopes, scope].join(",")}\` makes a key that may`
  return Effect.fail(new ScopeMissing({ detail: `${who} does not have the scope ${scope}`, hint, scope }))
}

/** The problem as an answer, with the headers that go with it. */
export const answer = (
  problem: HttpServerRespondable.Respondable & { readonly _tag: string; readonly retryAfterSeconds?: number }
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(HttpServerRespondable.toResponse(problem), (response) =>
    HttpServerResponse.setHeaders(response, {
      ...(problem._tag === "Unauthenticated" ? { "www-authenticate": 'Bearer realm="opwatch"' } : {}),
      ...(problem.retryAfterSeconds === undefined ? {} : { "retry-after": String(problem.retryAfterSeconds) })
    })
  )
