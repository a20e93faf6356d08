/** An opwatch server, to be checked as it would be used. The sources are its own affair, and so are their credentials. */
import type { ServerAddress } from "@opwatch/remote/ServerAddress"
import * as Effect from "effect/Effect"
import { ExitCode } from "../ExitCode.ts"
import * as Failure from "../failure/Failure.ts"
import { OpenSources } from "../OpenSources.ts"
import * as SourcesPlace from "../SourcesPlace.ts"
import type { Subject } from "./Doctor.ts"
import { ofProviderError } from "./ProviderTrouble.ts"
import { type Finding, Trouble } from "./Step.ts"

/** It is to have the sources with these names. */
export const make = Effect.fnUntraced(function* ({ key, url }: ServerAddress, names: ReadonlyArray<string>) {
  const open = yield* OpenSources
  const access = Effect.gen(function* () {
    const sources = yield* Effect.mapError(open(SourcesPlace.Server({ url, key })), (error) =>
      error._tag === "ProviderError" ? ofProviderError(error) : ofFailure(Failure.from(error))
    )
    const known = [...sources.keys()]
    const missing = names.find((name) => !known.some((one) => one === name))
    const has = `it has ${known.length === 0 ? "no sources" : known.join(", ")}`
    if (missing === undefined) return { detail: `let in; ${has}`, value: undefined } satisfies Finding<void>
    return yield* new Trouble({
      detail: `there is no source ${missing}; ${has}`,
      remedy: "name one of those, or configure it where the server runs",
      exitCode: ExitCode.usage
    })
  })
  return {
    name: url,
    url,
    probe: `${url}/healthz`,
    setting: "--server or OPWATCH_SERVER",
    configuration: { detail: `an opwatch server: ${url}`, value: undefined },
    credential: Effect.succeed({
      detail: key === undefined ? "none" : "an API key from the variable OPWATCH_API_KEY",
      value: undefined
    }),
    token: Effect.succeed({ detail: "it needs none", value: false }),
    access: Effect.scoped(access),
    signs: false
  } satisfies Subject<never>
})

const ofFailure = ({ exitCode, hint, message }: Failure.Failure): Trouble =>
  new Trouble({ detail: message, remedy: hint, exitCode })
