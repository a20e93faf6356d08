/** Somebody who asks a server, once or until there is an answer. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

export interface Answer {
  readonly status: number
  readonly text: string
  readonly retryAfter: string | null
}

/** `up` is waited for before each request. */
export const make = (url: string, up: Effect.Effect<void> = Effect.void) => {
  const request = (path: string, init: RequestInit = {}) =>
    Effect.andThen(
      up,
      Effect.tryPromise(async (signal): Promise<Answer> => {
        const answer = await fetch(url + path, { ...init, signal })
        return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get("retry-after") }
      })
    )
  return {
    url,
    up,
    /** Once, and it may fail. */
    request,
    /** Until there is an answer. */
    ask: (path: string, init?: RequestInit) =>
      request(path, init).pipe(Effect.retry(Schedule.spaced("20 millis")), Effect.orDie)
  }
}
export type Client = ReturnType<typeof make>
