/**
 * The keys of a server, as its key file has them now. A change of the file counts within two seconds. A file that becomes
 * unusable, or is gone, changes nothing: the keys before stay in force, and the log says why.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { counted } from "@opwatch/core/Counted"
import * as Timestamp from "@opwatch/core/Timestamp"
import type { ApiKey } from "./ApiKey.ts"
import type { KeyFileError } from "./KeyFileError.ts"
import * as KeyFile from "./KeyFile.ts"
import * as Keyring from "./Keyring.ts"

export interface CurrentKeys {
  /** The key with this text, expired or not. */
  readonly find: (key: Redacted.Redacted<string>) => ApiKey | undefined
  /** Done once the key is no longer in the file as it is here, or has expired. */
  readonly dismissed: (key: ApiKey) => Effect.Effect<void>
}

/** None on a server without keys: it has to answer this machine alone. */
export class ApiKeys extends Context.Service<ApiKeys, Option.Option<CurrentKeys>>()("@opwatch/access/ApiKeys") {
  static readonly none = Layer.succeed(ApiKeys, Option.none())

  /** Fails if the file cannot be used when the server starts. */
  static readonly layer = (path: string): Layer.Layer<ApiKeys, KeyFileError> =>
    Layer.effect(ApiKeys, Effect.map(follow(path), Option.some))
}

const follow = Effect.fnUntraced(function* (path: string) {
  let seen = yield* KeyFile.signature(path)
  const current = yield* SubscriptionRef.make(Keyring.make(yield* KeyFile.read(path)))

  if (SubscriptionRef.getUnsafe(current).keys.length === 0) {
    yield* Effect.logWarning(`${path} has no keys: nobody is let in until it has one`)
  }
  const kept = (why: string) => Effect.logWarning(`the API keys stay as they were: ${why}`)
  const look = Effect.gen(function* () {
    const signature = yield* KeyFile.signature(path)
    if (signature === seen) return
    seen = signature
    if (signature === undefined) return yield* kept(`${path}: there is no such file any more`)
    yield* Effect.matchEffect(KeyFile.read(path), {
      onFailure: ({ message }) => kept(message),
      onSuccess: (keys) =>
        Effect.andThen(
          SubscriptionRef.set(current, Keyring.make(keys)),
          Effect.logInfo(`${path} has changed: ${counted(keys.length, "API key")} in force`)
        )
    })
  })
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second")))

  return {
    find: (key) => SubscriptionRef.getUnsafe(current).find(key),
    dismissed: (key) =>
      SubscriptionRef.changes(current).pipe(
        Stream.takeUntil((keyring) => !keyring.has(key)),
        Stream.runDrain,
        Effect.raceFirst(expired(key))
      )
  } satisfies CurrentKeys
})

/** By the clock on the wall, which may be set meanwhile. */
const expired = ({ expiresAt }: ApiKey): Effect.Effect<void> =>
  expiresAt === undefined
    ? Effect.never
    : Effect.gen(function* () {
        const left = Timestamp.toMillis(expiresAt) - (yield* Clock.currentTimeMillis)
        if (left > 0) yield* Effect.sleep(Math.min(left, 60_000))
        return left
      }).pipe(Effect.repeat({ while: (left) => left > 0 }), Effect.asVoid)
