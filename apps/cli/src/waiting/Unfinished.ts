/** What is unfinished on a resource, as operations to wait for. Operations that begin later are not among them. */
import * as Operations from "@opwatch/core/Operation"
import { providerOf } from "@opwatch/core/Sources"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Asked from "../Asked.ts"
import * as Failure from "../failure/Failure.ts"
import * as GoesOn from "./GoesOn.ts"
import * as Remark from "../Remark.ts"
import { rideOut, type Terms } from "./RideOut.ts"
import { escape } from "../terminal/TerminalText.ts"

export interface Options extends Terms {
  readonly resource: string
}

export const open = Effect.fnUntraced(function* (input: Omit<Asked.Input, "refs">, options: Options) {
  const began = yield* Clock.currentTimeMillis
  const format = yield* Asked.formatOf(input)
  const { resource } = options
  const again = [
    "wait",
    ...GoesOn.flag("--config", input.config),
    ...GoesOn.flag("--server", input.server),
    ...GoesOn.flag("--source", input.source),
    "--resource",
    resource
  ]
  const sources = yield* Asked.sourcesOf(input, { ...options, again })
  const source = yield* Asked.sourceOf(input.source)
  if (source === undefined) {
    return yield* Failure.usage("MissingOption", "--resource needs --source", "as in --source cloud")
  }
  const provider = yield* providerOf(sources, { source })
  const operations = yield* rideOut(Stream.runCollect(provider.list({ resource, done: false })), {
    ...options,
    format,
    again,
    subject: resource,
    unknown: `what is unfinished on ${resource} is not known`
  })
  if (operations.length === 0) yield* Remark.say(`nothing is unfinished on ${escape(resource)}`)
  const targets = operations.map((operation) => ({
    ref: operation.ref,
    reference: Operations.reference(operation),
    provider
  }))
  const spent = Asked.wholeSeconds((yield* Clock.currentTimeMillis) - began)
  return { targets, refs: targets.map(({ ref }) => ref), several: true, format, spent } satisfies Asked.Asked
})
