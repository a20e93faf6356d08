/** The opwatch server that a command about tracking needs: what is tracked must be somewhere when the command has ended. */
import { patience } from "@opwatch/core/Patience"
import { ProviderError, Unavailable } from "@opwatch/core/ProviderError"
import * as Reference from "@opwatch/core/Reference"
import type { Page, PageRequest, RemoteTracking } from "@opwatch/remote/RemoteTracking"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import * as Request from "../Request.ts"
import * as SourcesPlace from "../SourcesPlace.ts"

export interface Input {
  readonly server: Option.Option<string>
  readonly config?: Option.Option<string>
}

/** Fails where no server is named; `what` is what needs one, as in `opwatch track`, and `why` goes on where that ends. */
export const serverOf = Effect.fnUntraced(function* (
  { config = Option.none(), server }: Input,
  what: string,
  why: string
) {
  const place = yield* SourcesPlace.of({ config, server })
  if (place._tag === "Server") return place
  const hint = "`opwatch serve` starts one here; then add --server http://127.0.0.1:4080, or set OPWATCH_SERVER to it"
  return yield* Failure.usage("ServerNeeded", `${what} needs an opwatch server`, hint, why)
})

/** As `serverOf`; no request is made yet. */
export const open = Effect.fnUntraced(function* (input: Input, what: string) {
  const server = yield* serverOf(input, what, "it keeps watch when the command has ended")
  const { openTracking } = yield* Effect.promise(() => import("../OpenServer.ts"))
  return yield* openTracking(server, yield* ProcessEnvironment)
})

/** In the order asked, each once. The server is asked for its sources only where a URL is among them. */
export const references = Effect.fnUntraced(function* (
  tracking: RemoteTracking,
  input: Pick<Asked.Input, "refs" | "source">
) {
  const source = yield* Asked.sourceOf(input.source)
  const items = yield* Asked.itemsOf(input.refs)
  const hasUrls = items.some((item) => item._tag === "Text" && /^https?:/i.test(item.text.trim()))
  const locations = hasUrls ? yield* ask(tracking, tracking.locations) : []
  const found = new Map<string, Reference.Reference>()
  for (const item of items) {
    const reference = yield* Effect.fromResult(Asked.referenceOf(item, { locations, source }))
    found.set(Reference.format(reference), reference)
  }
  return [...found.values()]
})

/** Sends a request that may be repeated. */
export const ask = <A>({ url }: Pick<RemoteTracking, "url">, request: Effect.Effect<A, ProviderError>) => {
  const message = `no answer from the opwatch server at ${url} within ${Duration.toSeconds(patience)} seconds`
  const unanswered = new ProviderError({ source: anySource, reason: new Unavailable(), message, server: url })
  return Request.repeatable(unanswered, request)
}

const anySource = Reference.SourceName.make("opwatch")

/** What stands on all pages; no more are asked for than are read. */
export const paged = <A>(
  tracking: RemoteTracking,
  pageSize: number,
  page: (request: PageRequest) => Effect.Effect<Page<A>, ProviderError>
): Stream.Stream<A, ProviderError> =>
  Stream.paginate<string | undefined, A, ProviderError>(undefined, (pageToken) =>
    Effect.map(
      ask(tracking, page({ pageSize, pageToken })),
      ({ items, nextPageToken }) => [items, Option.fromUndefinedOr(nextPageToken)] as const
    )
  )
