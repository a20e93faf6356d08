/** How long what is stored is kept, and the loop that lets go of the rest, a little at a time, so that no write waits for it. */
import * as Timestamp from "@opwatch/core/Timestamp"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Monitor } from "./Health.ts"
import * as Monotonic from "./Monotonic.ts"
import type { Store } from "./Store.ts"

export interface Retention {
  /** Changes older than this many milliseconds go, the latest of an operation only with it. */
  readonly changesMillis: number
  /** No more changes than this of one operation are kept, the latest; at least one. */
  readonly changesPerOperation: number
  /**
   * Operations that ended or that nobody tracks go, with their trackings, this many milliseconds after they last changed or
   * were tracked; never sooner than a change of that age.
   */
  readonly operationsMillis: number
}

export const defaults: Retention = {
  changesMillis: Duration.toMillis("30 days"),
  changesPerOperation: 1_000,
  operationsMillis: Duration.toMillis("90 days")
}

/** That of the process; the defaults unless its configuration says otherwise. */
export const Retention = Context.Reference<Retention>("@opwatch/tracker/Retention", { defaultValue: () => defaults })

/** Between one part and the next others have their turn. */
const pause = Duration.millis(20)

/** How far the wall clock may have been set forward to be believed at once: what is let go does not come back. */
const largestJump = 60_000

/**
 * Looks as often as what is kept for the shortest time asks for, and stops at an error of the store, of which the store's
 * health tells, until the next look.
 */
export const enforce = Effect.fnUntraced(function* (options: {
  readonly store: Pick<Store["Service"], "prune">
  readonly monitor: Pick<Monitor, "keep">
}) {
  const { monitor, store } = options
  const retention = yield* Retention
  const clock = yield* Clock.Clock
  const setting = () => clock.currentTimeMillisUnsafe() - Monotonic.millis(clock)
  let known = setting()

  const prune = Effect.suspend(() =>
    store.prune(retention, Timestamp.fromMillis(clock.currentTimeMillisUnsafe()))
  ).pipe(Effect.tap(Effect.sleep(pause)), Effect.repeat({ while: (gone) => gone > 0 }), Effect.ignore)
  const look = Effect.suspend(() => {
    const before = known
    known = setting()
    return known - before > largestJump ? Effect.void : prune
  })
  yield* Effect.sleep(period(retention)).pipe(
    Effect.andThen(look),
    (step) => monitor.keep("letting go of what is past retention", step),
    Effect.forever,
    Effect.forkScoped
  )
})

const period = ({ changesMillis, operationsMillis }: Retention): Duration.Duration =>
  Duration.clamp(Duration.millis(Math.min(changesMillis, operationsMillis) / 10), {
    minimum: Duration.seconds(1),
    maximum: Duration.minutes(10)
  })
