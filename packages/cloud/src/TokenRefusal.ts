/** What it means that no token is given: never anything about the operation that it was for, or a wait would call it lost. */
import { Misconfigured, type Reason, Unauthenticated } from "@opwatch/core/ProviderError"

/** What reads like the answer about an operation, as one about a credential. */
export const reasonOf = (reason: Reason): Reason => {
  switch (reason._tag) {
    case "OperationNotFound":
    case "Unsupported":
      return new Misconfigured()
    case "Rejected":
      return new Unauthenticated()
    default:
      return reason
  }
}
