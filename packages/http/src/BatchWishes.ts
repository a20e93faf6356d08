/** The items of a batch, each read on its own: what is not of its form is a problem of that item alone. */
import { type Caller, sees } from "@opwatch/access/Caller"
import { BadInput } from "@opwatch/api/Problems"
import { BatchItem } from "@opwatch/api/TrackRequest"
import * as Reference from "@opwatch/core/Reference"
import { locations, type Sources } from "@opwatch/core/Sources"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as PayloadProblem from "./PayloadProblem.ts"
import type { Wish } from "./TrackMany.ts"

export interface Item {
  /** In its short form where it could be read. */
  readonly ref: string
  readonly wish: Result.Result<Wish, BadInput>
}

export const read = (
  sources: Sources["Service"],
  caller: Caller["Service"],
  items: ReadonlyArray<unknown>
): ReadonlyArray<Item> => {
  const options = { locations: locations(sources).filter(({ source }) => sees(caller, source)) }
  return items.map((item) => {
    const decoded = decode(item)
    if (Result.isFailure(decoded)) {
      return { ref: refOf(item), wish: Result.fail(new BadInput({ detail: PayloadProblem.describe(decoded.failure) })) }
    }
    const { ref, ...request } = decoded.success
    const reference = Reference.parse(ref, options)
    return Result.isFailure(reference)
      ? { ref, wish: Result.fail(new BadInput({ detail: reference.failure.message })) }
      : { ref: Reference.format(reference.success), wish: Result.succeed({ reference: reference.success, request }) }
  })
}

const decode = Schema.decodeUnknownResult(BatchItem, { onExcessProperty: "error", errors: "all" })

const refOf = (item: unknown): string =>
  Predicate.hasProperty(item, "ref") && typeof item.ref === "string" ? item.ref : ""
