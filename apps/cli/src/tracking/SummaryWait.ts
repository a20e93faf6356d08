/** Waits until all that is tracked under some labels is done, or time is up; rides out what may pass, and says how far it is. */
import type { Labels } from "@opwatch/core/Tracking"
import type { RemoteTracking } from "@opwatch/remote/RemoteTracking"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Remark from "../Remark.ts"
import * as RideOut from "../waiting/RideOut.ts"
import * as SummaryText from "../text/SummaryText.ts"

/** How long one request waits: what has changed is said between two. */
const leg = Duration.seconds(20)

/** In milliseconds: a server that stops answers at once, and is not to be asked again at once. */
const early = 250

/** How much later than it was asked to an answer may come. */
const slack = Duration.seconds(2)

/** Gives the last that was known; undefined if there was no answer at all. */
export const waitFor = Effect.fnUntraced(function* (tracking: RemoteTracking, labels: Labels, wait: Duration.Duration) {
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(wait)
  let last: SummaryText.Summary | undefined

  const ask = (pause?: Duration.Duration) =>
    RideOut.untilAnswered(tracking.summary(labels, pause), { giveUpAfter: Option.none(), subject: "opwatch" })

  const waiting = Effect.gen(function* () {
    last = yield* ask()
    let told = ""
    for (;;) {
      const asked = yield* Clock.currentTimeMillis
      const left = Duration.millis(end - asked)
      if (SummaryText.isDone(last) || Duration.toMillis(left) <= 0) return
      const text = SummaryText.render(last)
      if (text !== told) yield* Remark.say(text)
      told = text
      last = yield* ask(Duration.min(left, leg))
      const took = (yield* Clock.currentTimeMillis) - asked
      if (!SummaryText.isDone(last) && took < early) yield* Effect.sleep(Duration.min(left, Duration.millis(early)))
    }
  })
  yield* Effect.timeoutOption(waiting, Duration.sum(wait, slack))
  return last
})
