/** `opwatch sources`: what is configured, and from where; with a server, which sources it has. */
import type { Sources } from "@opwatch/core/Sources"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Asked from "../Asked.ts"
import * as ListWriter from "../ListWriter.ts"
import type { Server } from "../OpenServer.ts"
import { OpenSources } from "../OpenSources.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import { outputFlags } from "../flags/ReadingFlags.ts"
import * as Remark from "../Remark.ts"
import * as SourcesPlace from "../SourcesPlace.ts"
import * as SourcesText from "../text/SourcesText.ts"
import { StandardStreams } from "../StandardStreams.ts"

export const sources = Command.make("sources", outputFlags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const { origin, shown } = yield* SourcesPlace.$match(yield* SourcesPlace.of(input), {
      Configured: configured,
      Server: ofServer
    })
    const streams = yield* StandardStreams
    if (format === "text") {
      return yield* streams.write(SourcesText.render(shown, origin, yield* streams.output))
    }
    const list = yield* ListWriter.make(format, String)
    for (const source of shown) yield* list.add(source)
    yield* list.end(true)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Show the sources there are, built in and configured: where each is and comes from, and which credential it will use. No request is made, no command is run, and no secret is shown. With a server, the sources that it has."
  ),
  Command.withShortDescription("Show the sources and their credentials"),
  Command.withExamples([
    { command: "opwatch sources", description: "All of them" },
    {
      command: "opwatch sources --json | jq -r '.[] | select(.credential.found) | .source'",
      description: "Those whose credential is there"
    }
  ])
)

const configured = Effect.fnUntraced(function* ({ config }: { readonly config: string | undefined }) {
  const { load } = yield* Effect.promise(() => import("@opwatch/sources/SourceDescription"))
  const { descriptions, lookedFor, path } = yield* load({ config, environment: yield* ProcessEnvironment })
  return { shown: descriptions, origin: SourcesText.fileOf(path, lookedFor) }
})

/** Its credentials and limits are its own affair. */
const ofServer = Effect.fnUntraced(function* (server: Server) {
  const sources: Sources["Service"] = yield* (yield* OpenSources)(SourcesPlace.Server(server))
  const from = `the opwatch server at ${server.url}`
  const shown = [...sources.values()].map(({ capabilities, name, source, urls: [url] }) => ({
    source,
    provider: name,
    url,
    from,
    capabilities
  }))
  return { shown, origin: from }
})
