/** A service on loopback that gives out tokens as the test says, and what it was asked. */
import { assert } from "@effect/vitest"
import { SourceName } from "@opwatch/core/Reference"
import { ProviderError } from "@opwatch/core/ProviderError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { inspect } from "node:util"
import type { Issuer } from "@opwatch/rest/Token"

export const source = SourceName.make("cloud")

interface Asked {
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The same answer always; a body that is no text is sent as JSON. */
export const answering = Effect.fnUntraced(function* (status: number, body: unknown) {
  const asked: Array<Asked> = []
  const server = createServer((request, response) => {
    let text = ""
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece))
    request.on("end", () => {
      asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: text })
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body))
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
})

/** The only request that there was. */
export const only = (asked: ReadonlyArray<Asked>): Asked => {
  assert.lengthOf(asked, 1)
  return asked[0] ?? assert.fail("nothing was asked")
}

/** The token in the clear, and when it ends. */
export const issued = (issuer: Issuer) =>
  Effect.map(issuer, ({ expiresAt, token }) => ({ token: Redacted.value(token), expiresAt }))

/** Why there is no token, with the host left out; none of the secrets may show up anywhere in it. */
export const refused = (issuer: Issuer, secrets: ReadonlyArray<string>) =>
  Effect.map(Effect.flip(issuer), (error) => {
    const shown = [
      JSON.stringify(Schema.encodeSync(ProviderError)(error)),
      inspect(error, { depth: Infinity, showHidden: true }),
      error.stack
    ].join("\n")
    for (const secret of secrets) assert.notInclude(shown, secret)
    const { hint, message, reason } = error
    return { reason: reason._tag, message: message.replace(/127\.0\.0\.1:\d+/, "<host>"), hint }
  })
