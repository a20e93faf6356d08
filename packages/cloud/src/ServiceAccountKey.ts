/** A service account's authorized key, and the signed assertion (a JWT) that is exchanged for an IAM token. */
import * as KeyFormat from "effect/crypto/KeyFormat"
import * as Signature from "effect/crypto/Signature"
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** As the vendor's console and command line write it; `private_key` may begin with a warning line before the PEM. */
export const ServiceAccountKey = Schema.Struct({
  id: Schema.NonEmptyString,
  service_account_id: Schema.NonEmptyString,
  private_key: Schema.RedactedFromValue(Schema.NonEmptyString)
})
export type ServiceAccountKey = typeof ServiceAccountKey.Type

/** Why a key cannot be used; never with a part of it. */
export class UnusableKey extends Schema.TaggedError<UnusableKey>()("UnusableKey", { message: Schema.String }) {}

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(ServiceAccountKey))

/** Reads the JSON of a key file. */
export const parse = (text: string): Effect.Effect<ServiceAccountKey, UnusableKey> =>
  Effect.mapError(
    decode(text),
    () =>
      new UnusableKey({
        message: "it is not an authorized key: JSON with id, service_account_id and private_key is expected"
      })
  )

/** On WebCrypto, which every runtime has. */
export const signatures = Signature.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))

/** PS256: RSASSA-PSS with SHA-256. The length serves new keys only; a key that is read brings its own. */
const ps256 = Signature.rsaPss({ hash: Digest.sha256, modulusLength: 2048 })

const lifetimeSeconds = 3600

/** Good for an hour from `now` (milliseconds), for the installation whose token address is `audience`. */
export const assertion = Effect.fnUntraced(
  function* (key: ServiceAccountKey, audience: string, now: number) {
    const signature = yield* Signature.Signature
    const privateKey = yield* KeyFormat.decodePrivate(KeyFormat.pem(KeyFormat.pkcs8), ps256, pemOf(key))
    const issuedAt = Math.floor(now / 1000)
    const header = { typ: "JWT", alg: "PS256", kid: key.id }
    const claims = { iss: key.service_account_id, aud: audience, iat: issuedAt, exp: issuedAt + lifetimeSeconds }
    const signed = `${encode(header)}.${encode(claims)}`
    const bytes = yield* signature.sign(privateKey, new TextEncoder().encode(signed))
    return Redacted.make(`${signed}.${Base64Url.encode(bytes)}`)
  },
  Effect.mapError(() => new UnusableKey({ message: "its private_key is not an RSA key in PEM form" }))
)

const encode = (value: unknown): string => Base64Url.encode(JSON.stringify(value))

const pemOf = ({ private_key }: ServiceAccountKey): string => {
  const text = Redacted.value(private_key)
  return text.slice(Math.max(0, text.indexOf("-----BEGIN")))
}
