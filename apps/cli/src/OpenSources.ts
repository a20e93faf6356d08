/** Opens the sources that a configuration names. What speaks to providers is loaded here, not before a command needs it. */
import { Sources } from "@opwatch/core/Sources"
import type { ConfigurationError } from "@opwatch/sources/ConfigurationError"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as Scope from "effect/Scope"

export class OpenSources extends Context.Service<
  OpenSources,
  (config: string | undefined) => Effect.Effect<Sources["Service"], ConfigurationError, Scope.Scope>
>()("@opwatch/cli/OpenSources") {
  /** The sources of the configuration file at this path, else of the one that the environment leads to. */
  static layer(environment: Readonly<Record<string, string | undefined>>) {
    return Layer.effect(
      OpenSources,
      Effect.map(Effect.context<ChildProcessSpawner | FileSystem.FileSystem | Path.Path>(), (services) =>
        Effect.fnUntraced(function* (config) {
          const [ConfiguredSources, NodeTransport] = yield* Effect.promise(() =>
            Promise.all([import("@opwatch/sources/ConfiguredSources"), import("@opwatch/sources/NodeTransport")])
          )
          const layer = ConfiguredSources.layer({ config, environment }).pipe(
            Layer.provide(NodeTransport.layer(environment))
          )
          return Context.get(yield* Effect.provideContext(Layer.build(layer), services), Sources)
        })
      )
    )
  }
}
