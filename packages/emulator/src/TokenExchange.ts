/** The exchange of a workload's own token for an IAM token (RFC 8693), with its errors in the shape of OAuth. */
import * as Redacted from "effect/Redacted"
import type { WorkloadIdentity } from "./Credentials.ts"

export interface Problem {
  readonly error: "invalid_request" | "unsupported_grant_type" | "invalid_grant" | "invalid_target"
  readonly error_description: string
}

const expected: Readonly<Record<string, string>> = {
  requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token"
}

type Form = Readonly<Record<string, string | ReadonlyArray<string>>>

/** Without identities anybody is trusted, so long as the form is right. */
export const problemOf = (form: Form, identities: ReadonlyArray<WorkloadIdentity> | undefined): Problem | undefined => {
  const { audience, grant_type, subject_token } = form
  if (grant_type !== "urn:ietf:params:oauth:grant-type:token-exchange") {
    return problem("unsupported_grant_type", "grant_type must be urn:ietf:params:oauth:grant-type:token-exchange")
  }
  for (const [name, value] of Object.entries(expected)) {
    if (form[name] !== value) return problem("invalid_request", `${name} must be ${value}`)
  }
  if (!isOne(audience)) return problem("invalid_request", "audience must be the id of a service account")
  if (!isOne(subject_token)) return problem("invalid_request", "subject_token is required")
  if (identities === undefined) return undefined
  const trusted = identities.filter((identity) => Redacted.value(identity.subject_token) === subject_token)
  if (trusted.length === 0) return problem("invalid_grant", "subject_token is not trusted")
  return trusted.some((identity) => identity.service_account_id === audience)
    ? undefined
    : problem("invalid_target", "subject_token is not trusted for this service account")
}

const isOne = (value: string | ReadonlyArray<string> | undefined): value is string =>
  typeof value === "string" && value !== ""

const problem = (error: Problem["error"], error_description: string): Problem => ({ error, error_description })
