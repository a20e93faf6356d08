/** Small valid values that tests start from; each is a running operation or an error on `toloka/op-1`. */
import type { Operation } from "../src/Operation.ts"
import * as Operations from "../src/Operation.ts"
import type { OperationState } from "../src/OperationState.ts"
import type { Reason } from "../src/ProviderError.ts"
import { ProviderError } from "../src/ProviderError.ts"
import { OperationId, SourceName } from "../src/Reference.ts"
import { Timestamp } from "../src/Timestamp.ts"

export const source = SourceName.make("toloka")
export const id = OperationId.make("op-1")

export const time = (text: string): Timestamp => Timestamp.make(text)

/** An operation in a state, observed at the start of 1970 unless told otherwise. */
export const operation = (state: OperationState, rest: Partial<Omit<Operation, "state" | "done">> = {}): Operation =>
  Operations.withState(
    {
      ref: "toloka/op-1",
      source,
      provider: "toloka",
      id,
      state: "running",
      done: false,
      observedAt: time("1970-01-01T00:00:00Z"),
      ...rest
    },
    state
  )

export const error = (reason: Reason): ProviderError =>
  new ProviderError({ source, id, reason, message: "as the provider said" })
