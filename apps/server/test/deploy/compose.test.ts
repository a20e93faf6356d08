/** The Compose file is valid by its specification's schema, and says what the server understands. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Files from "./Files.ts"
import * as Schemas from "./Schemas.ts"
import * as Understanding from "./Understanding.ts"

const Named = Schema.Record(Schema.String, Schema.Unknown)

const decode = Schema.decodeUnknownSync(
  Schema.Struct({
    services: Schema.Record(
      Schema.String,
      Schema.Struct({
        environment: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
        healthcheck: Schema.optionalKey(Schema.Struct({ test: Schema.Array(Schema.String) })),
        ports: Schema.optionalKey(Schema.Array(Schema.String)),
        volumes: Schema.optionalKey(Schema.Array(Schema.String)),
        secrets: Schema.optionalKey(Schema.Array(Schema.String)),
        configs: Schema.optionalKey(Schema.Array(Schema.Struct({ source: Schema.String })))
      })
    ),
    volumes: Named,
    secrets: Named,
    configs: Named
  })
)

describe("deploy/compose.yaml", () => {
  const document = Files.document("compose.yaml")
  const { services, ...named } = decode(document)
  const servers = Object.entries(services).filter(([name]) => name.startsWith("opwatch-"))
  const caddyfile = Files.text("Caddyfile")

  it("is valid by the schema of the Compose specification", () => {
    assert.deepStrictEqual(Schemas.problemsOfCompose(document), [])
  })

  it.effect("gives each server an address of its own, at which the balancer finds it", () =>
    Effect.gen(function* () {
      for (const [name, { environment = {}, healthcheck }] of servers) {
        const { address, cluster } = yield* Understanding.of({
          ...environment,
          OPWATCH_DATABASE_URL: "postgres://opwatch:secret@postgres:5432/opwatch"
        })
        assert.strictEqual(cluster?.address.host, name)
        assert.deepStrictEqual([address.host, cluster?.listen.host], ["0.0.0.0", "0.0.0.0"])
        assert.include(healthcheck?.test.at(-1), `http://127.0.0.1:${address.port}/readyz`)
      }
      const upstreams = /reverse_proxy (.*) \{/.exec(caddyfile)?.[1]
      assert.strictEqual(upstreams, servers.map(([name]) => `${name}:4080`).join(" "))
      assert.lengthOf(servers, 3)
    })
  )

  it("publishes the balancer's port alone, on loopback", () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`)
    )
    const [, port] = /^:(\d+) \{$/m.exec(caddyfile) ?? []
    assert.deepStrictEqual(published, [`balancer 127.0.0.1:4080:${port}`])
  })

  it("declares what services have mounted, and nothing else", () => {
    const all = Object.values(services)
    const mounted = {
      volumes: all.flatMap(({ volumes = [] }) => volumes.flatMap((volume) => volume.split(":", 1))),
      secrets: all.flatMap(({ secrets = [] }) => secrets),
      configs: all.flatMap(({ configs = [] }) => configs.map(({ source }) => source))
    }
    for (const kind of ["volumes", "secrets", "configs"] as const) {
      assert.sameMembers([...new Set(mounted[kind])], Object.keys(named[kind]))
    }
  })
})
