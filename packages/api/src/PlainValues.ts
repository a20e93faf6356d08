/** The contract's values as plain JSON, for those who use no Effect: no brands, no `Redacted`. */
import * as Changes from "@opwatch/core/Change"
import * as Compact from "@opwatch/core/CompactOperation"
import * as Explanations from "@opwatch/core/Explanation"
import * as Operations from "@opwatch/core/Operation"
import * as Schema from "effect/Schema"
import * as OperationsApi from "./OperationsApi.ts"
import * as SourcesApi from "./SourcesApi.ts"
import * as TrackingApi from "./TrackingApi.ts"
import type * as TrackRequests from "./TrackRequest.ts"

export const Operation = Schema.toEncoded(Operations.Operation)
export type Operation = typeof Operation.Type

/** Without `raw`, and without a result over 64 KB. */
export const CompactOperation = Schema.toEncoded(Compact.CompactOperation)
export type CompactOperation = typeof CompactOperation.Type

export const Explanation = Schema.toEncoded(Explanations.Explanation)
export type Explanation = typeof Explanation.Type

export const LogPage = Schema.toEncoded(OperationsApi.LogPage)
export type LogStep = (typeof LogPage.Type)["steps"][number]

/** What is tracked now. */
export const Tracking = Schema.toEncoded(TrackingApi.TrackAnswer)
export type Tracking = typeof Tracking.Type
export type Labels = Tracking["labels"]

export const TrackedPage = Schema.toEncoded(TrackingApi.TrackedPage)
export type TrackedOperation = (typeof TrackedPage.Type)["operations"][number]

export const HistoryPage = Schema.toEncoded(TrackingApi.HistoryPage)
export type Change = (typeof HistoryPage.Type)["changes"][number]

export const Summary = Schema.toEncoded(TrackingApi.TrackedSummary)
export type Summary = typeof Summary.Type

export const TrackedEvent = Schema.toEncoded(Changes.TrackedEvent)
export type TrackedEvent = typeof TrackedEvent.Type

export const SourceDurations = Schema.toEncoded(SourcesApi.SourceDurations)
export type SourceDurations = typeof SourceDurations.Type

/** Changes up to this id are no longer kept: read what is tracked anew, and go on from here. */
export interface Reset {
  readonly type: "reset"
  readonly id: string
}

export type TrackRequest = typeof TrackRequests.TrackRequest.Encoded
