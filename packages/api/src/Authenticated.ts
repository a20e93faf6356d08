/** Who may call what: every endpoint of a group with this middleware asks for a key, and says what the key must be good for. */
import type { Caller } from "@opwatch/access/Caller"
import type { Scope } from "@opwatch/access/Scope"
import * as Context from "effect/Context"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Problems from "./Problems.ts"

/** Handlers get the `Caller`. A server without keys asks for none. */
export class Authenticated extends HttpApiMiddleware.Service<Authenticated, { provides: Caller }>()(
  "@opwatch/api/Authenticated",
  {
    security: {
      apiKey: HttpApiSecurity.bearer.pipe(
        HttpApiSecurity.annotateMerge(
          OpenApi.annotations({
            description:
              "An API key of this server, as `opwatch keys create` makes them. A server without keys asks for none. " +
              "The `x-opwatch-scope` of an operation is the scope that the key needs."
          })
        )
      )
    },
    error: [
      Problems.Unauthenticated,
      Problems.ScopeMissing,
      Problems.SourceNotFound,
      Problems.TooManyAttempts,
      Problems.TooManyStreams,
      Problems.BodyTooLarge,
      Problems.AnswerTooLate
    ]
  }
) {}

/** The scope that a key needs; the rarest where an endpoint does not say. */
export const RequiredScope = Context.Reference<Scope>("@opwatch/api/RequiredScope", { defaultValue: () => "admin" })

/** Whether the answer may take as long as the client asked for: a wait or a stream. */
export const LongLived = Context.Reference<boolean>("@opwatch/api/LongLived", { defaultValue: () => false })

/** Whether bodies may be four times as large as elsewhere. */
export const LargeBody = Context.Reference<boolean>("@opwatch/api/LargeBody", { defaultValue: () => false })

/** What a reader of the document is told of an endpoint, and what its requests are held to. */
export interface About {
  readonly summary: string
  readonly description: string
  readonly scope: Scope
  readonly longLived?: boolean
  readonly largeBody?: boolean
}

/** Stands at each endpoint that asks for a key. */
export const about = ({ description, largeBody = false, longLived = false, scope, summary }: About) =>
  OpenApi.annotations({ summary, description, override: { "x-opwatch-scope": scope } }).pipe(
    Context.add(RequiredScope, scope),
    Context.add(LongLived, longLived),
    Context.add(LargeBody, largeBody)
  )
