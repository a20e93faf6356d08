/** Checks a source from its configuration to the access that it gives. Nothing is changed anywhere, and no secret is shown. */
import type { Environment } from "@opwatch/sources/EnvironmentCredential"
import type { Proxies } from "@opwatch/sources/NodeTransport"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ExitCode, ofAll } from "../ExitCode.ts"
import * as Answer from "./Answer.ts"
import type { CheckedSource } from "./Check.ts"
import * as ClockSkew from "./ClockSkew.ts"
import * as Network from "./Network.ts"
import * as Route from "./Route.ts"
import * as Step from "./Step.ts"

type Work<A, R> = Effect.Effect<Step.Finding<A>, Step.Trouble, R>

/** What is checked, and what only its kind knows how to look at. */
export interface Subject<R> {
  readonly name: string
  readonly url: string
  /** Any address of it that answers something. */
  readonly probe: string
  /** Where the url stands, for one that is not built in. */
  readonly setting: string | undefined
  readonly configuration: Step.Finding<void>
  readonly credential: Work<void, R>
  /** Whether a token had to be issued, which it was. */
  readonly token: Work<boolean, R>
  readonly access: Work<void, R>
  /** Whether the credential is a key that signs the time. */
  readonly signs: boolean
}

export interface Checked {
  readonly checked: CheckedSource
  readonly exitCode: ExitCode
}

/** How long all checks of a source may take together. */
const longest = Duration.toMillis(Duration.seconds(14))

export const check = Effect.fnUntraced(function* <R>(
  subject: Subject<R>,
  environment: Environment,
  proxies: Proxies | undefined
) {
  const run = Step.runner((yield* Clock.currentTimeMillis) + longest)
  const way = { route: Route.of(subject.url, proxies), setting: subject.setting }
  const isChecked = environment["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0"

  const configuration = yield* run("configuration", [], Effect.succeed(subject.configuration))
  const credential = yield* run("credential", [], subject.credential)
  const reach = Effect.gen(function* () {
    const name = yield* run("name", [], Network.name(way))
    const connection = yield* run("connection", [name], Network.connection(way))
    const tls = way.route.isSecure ? [yield* run("tls", [connection], Network.tls(way, isChecked))] : []
    const answer = yield* run("answer", [connection, ...tls], Answer.check(subject.probe), true)
    return { answer, steps: [name, connection, ...tls, answer] }
  })
  const issuing = run("token", [credential], subject.token, true)
  const [token, { answer, steps }] = yield* Effect.all([issuing, reach], { concurrency: "unbounded" })
  const tokens = token.value === true || token.check.status === "failed" ? [token] : []
  const access = yield* run("access", [credential, ...tokens, answer], subject.access, true)
  const skew = answer.value === undefined ? 0 : ClockSkew.of(answer.value)
  const clock =
    skew === undefined
      ? Step.skipped("clock", "the answer does not tell the time")
      : yield* run("clock", [answer], ClockSkew.judge(skew, subject.signs))

  const all = [configuration, credential, ...tokens, ...steps, access, clock]
  const exitCode = ofAll(all.map((step) => step.exitCode))
  return {
    checked: { source: subject.name, ok: exitCode === ExitCode.success, checks: all.map((step) => step.check) },
    exitCode
  } satisfies Checked
})
