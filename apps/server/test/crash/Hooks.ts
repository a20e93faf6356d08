/** A receiver of webhooks that now and then refuses one, or hangs up, until it is mended. It keeps under which ids each event came. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer } from "node:http"
import type { Told } from "./EventReader.ts"
import * as Loopback from "../Loopback.ts"

export interface Hooks {
  readonly url: string
  readonly count: () => number
  readonly mend: () => void
  /** Which of these events came to the path not at all, or under several ids. */
  readonly missing: (path: string, events: ReadonlyArray<Told>) => ReadonlyArray<string>
  /** How many came more than once. */
  readonly repeats: () => number
}

export const make = Effect.fnUntraced(function* (chance: () => number): Effect.fn.Return<Hooks, never, Scope.Scope> {
  const came = new Map<string, Set<string>>()
  let count = 0
  let isFaulty = true

  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      const { id }: { readonly id: string } = JSON.parse(body)
      const key = `${request.url} ${id}`
      count += 1
      came.set(key, new Set(came.get(key)).add(String(request.headers["webhook-id"])))
      const luck = chance()
      if (isFaulty && luck < 0.02) response.socket?.destroy()
      else response.writeHead(isFaulty && luck < 0.04 ? 500 : 204).end()
    })
  })
  const url = yield* Loopback.listen(server)
  return {
    url,
    count: () => count,
    mend: () => void (isFaulty = false),
    missing: (path, events) =>
      events.flatMap(({ id, ref }) => {
        const ids = came.get(`${path} ${id}`)
        return ids?.size === 1 ? [] : [`${path}: event ${id} of ${ref} came under ${ids?.size ?? 0} ids`]
      }),
    repeats: () => count - came.size
  }
})
