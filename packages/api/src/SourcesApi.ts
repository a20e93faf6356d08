/** The sources that the server is configured with, the providers' own lists of operations, and how long those take. */
import { required } from "@opwatch/core/Field"
import { KindDurations } from "@opwatch/core/KindDurations"
import { Operation, ProviderName } from "@opwatch/core/Operation"
import { SourceName } from "@opwatch/core/Reference"
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Authenticated, about } from "./Authenticated.ts"
import * as Parameters from "./Parameters.ts"
import * as Problems from "./Problems.ts"
import { ProviderProblem, providerProblems } from "./ProviderProblem.ts"

/** Nothing of its credential is told. */
export const Source = Schema.Struct({
  name: SourceName,
  provider: ProviderName,
  /** Base URLs whose `/operations/<id>` belongs to it. */
  urls: Schema.NonEmptyArray(Schema.String),
  capabilities: Schema.Struct({ cancel: Schema.Boolean, list: Schema.Boolean, log: Schema.Boolean })
}).annotate({ identifier: "Source" })
export type Source = typeof Source.Type

const list = HttpApiEndpoint.get("list", "/v1/sources", {
  success: Schema.Struct({ sources: Schema.Array(Source) })
}).annotateMerge(
  about({
    summary: "The sources that the server knows",
    description:
      "Each with its provider, the base URLs of its operations, and whether the provider can cancel and list and keeps logs. Credentials are not told, nor whether there are any.",
    scope: "read"
  })
)

/** The last line of a list that broke off: a list without it is whole. */
export const ListFailed = Schema.Struct({
  problem: Schema.Union([ProviderProblem, Problems.BadInput])
}).annotate({ identifier: "ListFailed" })

/** A line of a list. */
export const Listed = Schema.Union([Operation, ListFailed])
export type Listed = typeof Listed.Type

const operations = HttpApiEndpoint.get("operations", "/v1/sources/:source/operations", {
  params: { source: Parameters.source },
  query: Parameters.listQuery,
  success: HttpApiSchema.StreamNdjson({ schema: Listed, maxElementBytes: "64 MiB" }),
  error: providerProblems
}).annotateMerge(
  about({
    summary: "The provider's own list of operations",
    description:
      "An operation a line (NDJSON), by submission, the newest first unless `order` is `oldest`. It is sent as the provider gives it, so a list of any length may be read; pages are asked for as they are needed. " +
      "A failure after the first line is the last line, `{problem}`. An empty line every 15 seconds keeps the connection alive. " +
      "`resource` is a path such as `compute/instances/<id>`: Yandex Cloud lists by resource only, Toloka for the whole account only.",
    scope: "read",
    longLived: true
  })
)

/** How long the operations of a source take, and what polls at this price come to. */
export const SourceDurations = Schema.Struct({
  priceMillis: required(
    Schema.Finite.check(Schema.isGreaterThan(0)),
    "The lateness, in milliseconds, that one poll is worth in the plan"
  ),
  kinds: required(Schema.Array(KindDurations), "Each kind of which one was seen to end, those with the most ends first")
}).annotate({ identifier: "SourceDurations" })
export type SourceDurations = typeof SourceDurations.Type

const durations = HttpApiEndpoint.get("durations", "/v1/sources/:source/durations", {
  params: { source: Parameters.source },
  query: { price: Parameters.price },
  success: SourceDurations,
  error: Problems.SourceNotFound
}).annotateMerge(
  about({
    summary: "How long the source's operations take",
    description:
      "By kind, in milliseconds: what the server has learned from those that it polled until they ended, whoever tracked or waited for them, and what polls planned by that come to. " +
      "`priceMillis` is the server's own of now, which is higher while the source's polls want more than its budget. Another may be asked about, from 100ms to 1d, which changes nothing.",
    scope: "read"
  })
)

export class SourcesApi extends HttpApiGroup.make("sources")
  .add(list, operations, durations)
  .middleware(Authenticated)
  .annotateMerge(
    OpenApi.annotations({
      title: "Sources",
      description: "Installations of the providers, by the names that references begin with."
    })
  ) {}
