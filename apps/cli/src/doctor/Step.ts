/** Runs one check: in time, and only if those that it depends on went well. */
import { present } from "@opwatch/core/FieldReader"
import * as DurationText from "@opwatch/core/DurationText"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ExitCode } from "../ExitCode.ts"
import type { Check, CheckName } from "./Check.ts"

/** How a check went well; with a remedy, not quite: a warning. */
export interface Finding<A> {
  readonly detail: string
  readonly remedy?: string | undefined
  readonly value: A
}

/** How a check failed. */
export class Trouble extends Data.TaggedError("Trouble")<{
  readonly detail: string
  readonly remedy?: string | undefined
  readonly exitCode: ExitCode
}> {}

export interface Step<A> {
  readonly check: Check
  readonly exitCode: ExitCode
  /** Absent where the check failed or was skipped. */
  readonly value?: A
}

/** The longest that a check of the network may take where others come after it. */
const longest = Duration.toMillis(Duration.seconds(4))

/** Runs checks until `deadline` (milliseconds since 1970). */
export const runner = (deadline: number) =>
  Effect.fnUntraced(function* <A, R>(
    check: CheckName,
    needs: ReadonlyArray<Step<unknown>>,
    work: Effect.Effect<Finding<A>, Trouble, R>,
    isLast = false
  ) {
    const missing = needs.find(({ check: { status } }) => status === "failed" || status === "skipped")
    if (missing !== undefined) return skipped(check, reasonOf(missing.check))
    const rest = deadline - (yield* Clock.currentTimeMillis)
    const duration = Duration.millis(Math.max(0, isLast ? rest : Math.min(rest, longest)))
    return yield* Effect.match(
      Effect.timeoutOrElse(work, { duration, orElse: () => Effect.fail(late(check, duration)) }),
      {
        onSuccess: ({ detail, remedy, value }): Step<A> => ({
          check: { check, status: remedy === undefined ? "ok" : "warning", detail, ...present({ remedy }) },
          exitCode: ExitCode.success,
          value
        }),
        onFailure: ({ detail, exitCode, remedy }): Step<A> => ({
          check: { check, status: "failed", detail, ...present({ remedy }) },
          exitCode
        })
      }
    )
  })

export const skipped = (check: CheckName, detail: string): Step<never> => ({
  check: { check, status: "skipped", detail },
  exitCode: ExitCode.success
})

/** What went wrong first. */
const reasonOf = ({ check, detail, status }: Check): string => (status === "skipped" ? detail : `${check} is not ok`)

const late = (check: CheckName, duration: Duration.Duration): Trouble =>
  new Trouble({
    detail: `nothing came within ${DurationText.format(duration)}`,
    remedy:
      check === "token"
        ? "ask for a token by hand, and see what it waits for"
        : "a firewall may drop what is sent; behind a company's proxy, set HTTPS_PROXY",
    exitCode: ExitCode.unreachable
  })
