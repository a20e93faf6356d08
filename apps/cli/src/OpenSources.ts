/**
 * Opens the sources that a configuration names, or those of an opwatch server. What speaks to either is loaded here, not before
 * a command needs it.
 */
import type { ProviderError } from "@opwatch/core/ProviderError"
import { Sources } from "@opwatch/core/Sources"
import type { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import type { Failure } from "./failure/Failure.ts"
import * as SourcesPlace from "./SourcesPlace.ts"

export class OpenSources extends Context.Service<
  OpenSources,
  (
    place: SourcesPlace.SourcesPlace
  ) => Effect.Effect<Sources["Service"], ConfigurationError | Failure | ProviderError, Scope.Scope>
>()("@opwatch/cli/OpenSources") {
  static layer(environment: Readonly<Record<string, string | undefined>>) {
    return Layer.effect(
      OpenSources,
      Effect.map(Effect.context<ChildProcessSpawner | FileSystem.FileSystem | Path.Path>(), (services) =>
        SourcesPlace.$match({
          Server: (server) =>
            Effect.flatMap(
              Effect.promise(() => import("./OpenServer.ts")),
              ({ open }) => open(server, environment)
            ),
          Configured: Effect.fnUntraced(function* ({ config }) {
            const [ConfiguredSources, NodeTransport] = yield* Effect.promise(() =>
              Promise.all([import("@opwatch/sources/ConfiguredSources"), import("@opwatch/sources/NodeTransport")])
            )
            const layer = ConfiguredSources.layer({ config, environment }).pipe(
              Layer.provide(NodeTransport.layer(environment))
            )
            return Context.get(yield* Effect.provideContext(Layer.build(layer), services), Sources)
          })
        })
      )
    )
  }
}
