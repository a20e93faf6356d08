/** `opwatch cluster`: which servers share the polls, what each of them has, and how late it is. */
import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Asked from "../Asked.ts"
import { serverFlags } from "../flags/ReadingFlags.ts"
import * as Output from "../Output.ts"
import { ProcessEnvironment } from "../ProcessEnvironment.ts"
import * as Remark from "../Remark.ts"
import { StandardStreams } from "../StandardStreams.ts"
import * as ClusterText from "../text/ClusterText.ts"
import * as TrackingServer from "../tracking/TrackingServer.ts"

export const cluster = Command.make("cluster", serverFlags, (input) =>
  Effect.gen(function* () {
    const format = yield* Asked.formatOf(input)
    const server = yield* TrackingServer.serverOf(input, "opwatch cluster", "it is servers that share the polls")
    const { clusterOf } = yield* Effect.promise(() => import("../OpenServer.ts"))
    const found = yield* TrackingServer.ask(server, yield* clusterOf(server, yield* ProcessEnvironment))
    const { output, write } = yield* StandardStreams
    yield* format === "text"
      ? write(ClusterText.render(found, yield* output, yield* Clock.currentTimeMillis))
      : Effect.flatMap(Output.whole(format, found), write)
  }).pipe(Effect.scoped, Remark.silencedIf(input.quiet))
).pipe(
  Command.withDescription(
    "Show the servers that share the polls: how many of the 64 partitions each has and how many operations it polls, how late its polls begin (one in twenty begins later, or one waits for so long now), and its share of each poll budget; then which servers are lost, and which partitions nobody polls. Any server of the cluster may be asked; one that is in none is the only one. Needs --server, and a key with the scope admin where the server has keys."
  ),
  Command.withShortDescription("Show the servers that share the polls"),
  Command.withExamples([
    { command: "opwatch cluster --server http://127.0.0.1:4080", description: "All of them" },
    {
      command: "opwatch cluster --json | jq -e '.unowned == []'",
      description: "Whether all that is tracked is polled, for a script"
    }
  ])
)
