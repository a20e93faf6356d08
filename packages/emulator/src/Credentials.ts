/** Which credentials the emulator lets in. An API without a section is not checked; an empty section lets nobody in. */
import { createPublicKey } from "node:crypto"
import * as Schema from "effect/Schema"
import { Delay } from "./Delay.ts"
import { decode as decodeDocument, strict } from "./InvalidDocument.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)
const Secrets = Schema.optionalKey(Schema.Array(Secret))

const isPublicKey = (pem: string): boolean => {
  try {
    return createPublicKey(pem).asymmetricKeyType === "rsa"
  } catch {
    return false
  }
}

/** The public part of a service account key file. */
export const ServiceAccountKey = strict({
  id: Schema.NonEmptyString,
  service_account_id: Schema.NonEmptyString,
  public_key: Schema.String.check(Schema.makeFilter(isPublicKey, { expected: "an RSA public key in PEM" }))
})
export type ServiceAccountKey = typeof ServiceAccountKey.Type

/** A token of a trusted identity provider, and the service account it may act as. */
export const WorkloadIdentity = strict({ subject_token: Secret, service_account_id: Schema.NonEmptyString })
export type WorkloadIdentity = typeof WorkloadIdentity.Type

export const Credentials = strict({
  toloka: Schema.optionalKey(strict({ oauth: Secrets, apiKey: Secrets })),
  cloud: Schema.optionalKey(
    strict({
      iamToken: Secrets,
      apiKey: Secrets,
      oauth: Secrets,
      serviceAccountKeys: Schema.optionalKey(Schema.Array(ServiceAccountKey)),
      workloadIdentity: Schema.optionalKey(Schema.Array(WorkloadIdentity)),
      /** How long the IAM tokens that the emulator gives out live; 12 hours by default. */
      tokenLifetime: Schema.optionalKey(Delay)
    })
  )
})
export type Credentials = typeof Credentials.Type

/** Takes a parsed JSON or YAML value; the error tells places, never a credential. */
export const decode = decodeDocument(Credentials, "credentials")
