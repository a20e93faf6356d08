/** The token with which a service account proves its key: a JWT signed with PS256 that lives an hour at most. */
import { constants, verify } from "node:crypto"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ServiceAccountKey } from "./Credentials.ts"

export interface Expected {
  readonly keys: ReadonlyArray<ServiceAccountKey>
  /** Any of these is the right audience. */
  readonly audiences: ReadonlyArray<string>
  /** Milliseconds since the epoch. */
  readonly now: number
}

const decodeHeader = Schema.decodeOption(
  Schema.fromJsonString(Schema.Struct({ alg: Schema.String, kid: Schema.optionalKey(Schema.String) }))
)

const decodeClaims = Schema.decodeOption(
  Schema.fromJsonString(
    Schema.Struct({
      iss: Schema.String,
      aud: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
      iat: Schema.Finite,
      exp: Schema.Finite
    })
  )
)

const longestSeconds = 3600
/** How far a client's clock may be ahead. */
const skewSeconds = 60

/** What is wrong with it, or nothing. Never tells any part of the token. */
export const problemOf = (jwt: string, { audiences, keys, now }: Expected): string | undefined => {
  const [headerPart = "", claimsPart = "", signature, ...rest] = jwt.split(".")
  const header = Option.getOrUndefined(decodeHeader(textOf(headerPart)))
  const claims = Option.getOrUndefined(decodeClaims(textOf(claimsPart)))
  if (signature === undefined || rest.length > 0 || header === undefined || claims === undefined) {
    return "JWT is malformed: expected a header with alg and kid, and claims iss, aud, iat and exp"
  }
  if (header.alg !== "PS256") return "JWT must be signed with PS256"
  const key = keys.find(({ id }) => id === header.kid)
  if (key === undefined) return "JWT names a key that does not exist in kid"
  if (!isSigned(key, `${headerPart}.${claimsPart}`, signature)) return "JWT signature is invalid"
  if (claims.iss !== key.service_account_id) return "JWT issuer is not the service account of the key"
  if (![claims.aud].flat().some((audience) => audiences.includes(audience))) return "JWT audience is wrong"
  const seconds = now / 1000
  if (claims.iat > seconds + skewSeconds) return "JWT is issued in the future"
  if (claims.exp <= seconds) return "JWT has expired"
  return claims.exp > claims.iat + longestSeconds ? "JWT must expire within an hour of iat" : undefined
}

const textOf = (part: string) => Buffer.from(part, "base64url").toString()

const isSigned = ({ public_key }: ServiceAccountKey, text: string, signature: string): boolean =>
  verify(
    "sha256",
    Buffer.from(text),
    { key: public_key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    Buffer.from(signature, "base64url")
  )
