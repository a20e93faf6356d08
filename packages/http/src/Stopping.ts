/** That the server is about to stop, told before its socket closes: waits are answered with what is known, and streams end. */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export class Stopping extends Context.Service<
  Stopping,
  {
    readonly begun: Effect.Effect<void>
    readonly begin: Effect.Effect<void>
  }
>()("@opwatch/http/Stopping") {
  static readonly layer: Layer.Layer<Stopping> = Layer.effect(
    Stopping,
    Effect.map(Deferred.make<void>(), (deferred) => ({
      begun: Deferred.await(deferred),
      begin: Effect.asVoid(Deferred.succeed(deferred, undefined))
    }))
  )

  /** Tells of it when what it is layered upon is about to be released. */
  static readonly onRelease: Layer.Layer<never, never, Stopping> = Layer.effectDiscard(
    Effect.flatMap(Stopping, ({ begin }) => Effect.addFinalizer(() => begin))
  )
}
