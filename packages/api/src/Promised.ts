/** Effects as promises and streams as async iterables. What is aborted ends with the signal's reason, and asks for nothing more. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"

/** A redirect is not followed: the key is for this server alone. Servers are sent no headers of spans that nobody reads. */
const context = Context.make(FetchHttpClient.RequestInit, { redirect: "manual" }).pipe(
  Context.add(Tracer.DisablePropagation, true)
)

const run = Effect.runPromiseWith(context)

export const promise = <A, E>(effect: Effect.Effect<A, E>, signal: AbortSignal | undefined): Promise<A> =>
  run(signal === undefined ? effect : Effect.raceFirst(aborted(signal), effect))

/** Nothing is asked for before it is iterated over; each iteration asks anew. */
export const iterable = <A, E>(stream: Stream.Stream<A, E>, signal: AbortSignal | undefined): AsyncIterable<A> =>
  Stream.toAsyncIterableWith(signal === undefined ? stream : Stream.interruptWhen(stream, aborted(signal)), context)

const aborted = (signal: AbortSignal): Effect.Effect<never, unknown> =>
  Effect.callback((resume) => {
    const fail = () => resume(Effect.fail(signal.reason))
    if (signal.aborted) return fail()
    signal.addEventListener("abort", fail, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", fail))
  })
