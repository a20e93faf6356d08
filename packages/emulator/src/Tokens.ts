/**
 * The IAM tokens that the emulator gives out. A token carries its own expiry and a seal over it, so that any number of
 * them takes no memory.
 */
import { createHmac, randomBytes } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export interface Issued {
  readonly token: Redacted.Redacted<string>
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly lifetimeSeconds: number
}

export class Tokens extends Context.Service<
  Tokens,
  {
    readonly issue: Effect.Effect<Issued>
    /** False for a token of any other emulator, and from the moment it expires. */
    readonly isLive: (token: string, now: number) => boolean
  }
>()("@opwatch/emulator/Tokens") {
  static layer(lifetime: Duration.Duration = Duration.hours(12)): Layer.Layer<Tokens> {
    return Layer.sync(Tokens, () => make(Duration.toMillis(lifetime)))
  }
}

const make = (lifetime: number) => {
  const secret = randomBytes(32)
  const sealOf = (payload: string) => createHmac("sha256", secret).update(payload).digest("base64url")

  return Tokens.of({
    issue: Effect.map(Clock.currentTimeMillis, (now) => {
      const expiresAt = now + lifetime
      const payload = Buffer.from(`${expiresAt} ${randomBytes(9).toString("base64url")}`).toString("base64url")
      return {
        token: Redacted.make(`t1.${payload}.${sealOf(payload)}`),
        expiresAt,
        lifetimeSeconds: Math.floor(lifetime / 1000)
      }
    }),
    isLive: (token, now) => {
      const [version, payload = "", seal, ...rest] = token.split(".")
      if (version !== "t1" || rest.length > 0 || seal !== sealOf(payload)) return false
      return now < Number.parseInt(Buffer.from(payload, "base64url").toString(), 10)
    }
  })
}
