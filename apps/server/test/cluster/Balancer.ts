/**
 * Sends each request to the next of several servers, and to the one after that where it gets no answer or one to come back
 * later, as balancers do.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

export interface Answer {
  readonly status: number
  readonly text: string
}

export interface Tracked {
  readonly ref: string
  readonly labels?: Readonly<Record<string, string>>
}

/** In milliseconds. */
const patience = 20_000

export const make = (urls: ReadonlyArray<string>) => {
  const statuses = new Map<number, number>()
  const failures = new Map<string, number>()
  const others: Array<string> = []
  let turn = 0

  const count = <A>(counts: Map<A, number>, what: A) => counts.set(what, (counts.get(what) ?? 0) + 1)

  /** Undefined where another server is to be asked. */
  const attempt = async (path: string, init: RequestInit): Promise<Answer | undefined> => {
    const url = urls[turn++ % urls.length]
    try {
      const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(patience) })
      const text = await answer.text()
      count(statuses, answer.status)
      if (answer.status === 503 && answer.headers.has("retry-after")) return undefined
      if (!answer.ok) others.push(`${path} was answered with ${answer.status}: ${text}`)
      return { status: answer.status, text }
    } catch (error) {
      count(failures, codeOf(error))
      return undefined
    }
  }

  /** Tries each server once; dies where none answers. */
  const request = (path: string, init: RequestInit = {}) =>
    Effect.promise(async () => {
      for (const _ of urls) {
        const answer = await attempt(path, init)
        if (answer !== undefined) return answer
      }
      others.push(`nobody answers ${path}`)
      throw new Error(others.at(-1))
    })

  return {
    request,
    /** Dies unless all of them, at most 1,000, are tracked. */
    track: Effect.fnUntraced(function* (operations: ReadonlyArray<Tracked>) {
      const headers = { "content-type": "application/json" }
      const body = JSON.stringify({ operations })
      const { text } = yield* request("/v1/operations/batch", { method: "POST", headers, body })
      if (text.match(/"status":20[01]\b/g)?.length !== operations.length) throw new Error(text)
    }),
    /** How many answers there were of each status, and how many attempts failed, by Node's code. */
    counts: () => ({ statuses: Object.fromEntries(statuses), failures: Object.fromEntries(failures) }),
    /** Answers other than 2xx, but for those to come back later, and requests that nobody answered. */
    others: (): ReadonlyArray<string> => others
  }
}

/** Node's code of a connection that failed, or the name of what else went wrong. */
const codeOf = (error: unknown): string => {
  const cause = Predicate.hasProperty(error, "cause") && error.cause !== undefined ? error.cause : error
  if (Predicate.hasProperty(cause, "code") && typeof cause.code === "string") return cause.code
  return cause instanceof Error ? cause.name : String(cause)
}
