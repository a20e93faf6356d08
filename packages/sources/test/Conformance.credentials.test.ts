import { assert, describe, layer } from "@effect/vitest"
import * as Credentials from "@opwatch/emulator/Credentials"
import { Emulator } from "@opwatch/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Adapter, adapters } from "./Adapters.ts"
import { counts, place, provider } from "./Scene.ts"
import { services } from "./Workspace.ts"

const secretsOf = (api: Adapter["api"]) => adapters.find((adapter) => adapter.api === api)?.credentials ?? {}
const each = (secrets: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(secrets).map(([kind, secret]) => [kind, [secret]]))
const guarded = Layer.unwrap(
  Effect.map(
    Credentials.decode({ toloka: each(secretsOf("toloka")), cloud: each(secretsOf("cloud")) }),
    (credentials) => Emulator.layer({ credentials })
  )
).pipe(Layer.merge(services))

layer(guarded)("every adapter with credentials", (it) => {
  describe.each(adapters)("$api", (adapter) => {
    const { credentials } = adapter
    const auth = (kind: string) => ({ kind, tokenEnv: "TOKEN" })
    const named = Object.entries(credentials)
    const getting = Effect.fnUntraced(function* (kind: string, token?: string) {
      const id = yield* place(adapter)
      const here = yield* provider(adapter, {
        auth: kind === "none" ? { kind } : auth(kind),
        environment: token === undefined ? {} : { TOKEN: token }
      })
      return here.get(id)
    })
    const refused = (kind: string, token?: string) => Effect.flatMap(getting(kind, token), Effect.flip)

    it.effect.each(named)("is let in by its %s", ([kind, secret]) =>
      Effect.map(Effect.flatten(getting(kind, secret)), ({ id }) => assert.strictEqual(id, "op-1"))
    )

    it.effect("is let in by the shape of a credential, where that tells", () =>
      Effect.forEach(adapter.api === "toloka" ? named : named.slice(0, 1), ([, secret]) =>
        Effect.flatten(getting("auto", secret))
      )
    )

    it.effect.each(named)("is not let in by another %s, and shows nothing of it", ([kind, secret]) =>
      Effect.gen(function* () {
        const other = `${secret}-but-not-this`
        const error = yield* refused(kind, other)
        assert.strictEqual(error.reason._tag, "Unauthenticated")
        assert.notInclude(`${JSON.stringify(error)} ${error.stack}`, other)
        assert.strictEqual((yield* counts()).get, 1)
      })
    )

    it.effect("is not let in by the right one under the wrong scheme", () =>
      Effect.gen(function* () {
        const [first = ["", ""], second = ["", ""]] = named
        assert.strictEqual((yield* refused(first[0], second[1])).reason._tag, adapter.wrongScheme)
      })
    )

    it.effect("is not let in by none, and asks nothing with one that is missing", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* refused("none")).reason._tag, "Unauthenticated")
        const error = yield* refused(named[0]?.[0] ?? "")
        assert.strictEqual(error.reason._tag, "Misconfigured")
        assert.include(error.message, "TOKEN")
        assert.strictEqual((yield* counts()).get, 0)
      })
    )
  })
})
