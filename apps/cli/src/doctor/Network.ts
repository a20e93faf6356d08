/** Looks at the way to a source, step by step: the host's name, a connection, and what it shows under TLS. */
import { lookup } from "node:dns"
import { isIP } from "node:net"
import * as DurationText from "@opwatch/core/DurationText"
import { wordsOf } from "@opwatch/rest/TransportProblem"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ExitCode } from "../ExitCode.ts"
import * as CertificateProblem from "./CertificateProblem.ts"
import * as Route from "./Route.ts"
import * as Sockets from "./Sockets.ts"
import { type Finding, Trouble } from "./Step.ts"

type Found = Effect.Effect<Finding<void>, Trouble>

export interface Way {
  readonly route: Route.Route
  /** Where the source's address stands, for one that is not built in. */
  readonly setting: string | undefined
}

/** Whether the first host on the way has an address. */
export const name = (way: Way): Found => {
  const { host } = Route.firstHop(way.route)
  const shown = `${host}${Route.via(way.route)}`
  if (isIP(host) !== 0) return found(`${shown} is an address`)
  return Effect.callback((resume) =>
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) return resume(found(`${shown} is ${addresses.map(({ address }) => address).join(", ")}`))
      const remedy =
        error.code === "ENOTFOUND"
          ? check(way, "this machine's name server; behind a company's proxy, set HTTPS_PROXY")
          : "check this machine's network and name server"
      return resume(unreachable(`${shown}: ${problemOf(error)}`, remedy))
    })
  )
}

/** Whether the first host on the way takes a connection. */
export const connection = (way: Way): Found => {
  const address = Route.firstHop(way.route)
  const shown = `${address.host}:${address.port}${Route.via(way.route)}`
  return timed(Effect.scoped(Sockets.open(address))).pipe(
    Effect.matchEffect({
      onSuccess: ({ took }) => found(`${shown} in ${took}`),
      onFailure: (error) =>
        unreachable(
          `${shown}: ${problemOf(error)}`,
          error.code === "ECONNREFUSED"
            ? check(way, "that something listens there")
            : check(way, "this machine's network and firewall; behind a company's proxy, set HTTPS_PROXY")
        )
    })
  )
}

/** Whether the host proves with a certificate that it is the one that was asked for. */
export const tls = (way: Way, isChecked: boolean): Found =>
  Sockets.openSecure(way.route).pipe(
    Effect.matchEffect({
      onFailure: (error) =>
        unreachable(isOther(error) ? `it does not speak TLS (${error.code})` : problemOf(error), tlsRemedy(way, error)),
      onSuccess: (socket) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const certificate = socket.getPeerCertificate()
          const { host } = way.route
          if (!socket.authorized) {
            const code = String(socket.authorizationError)
            const { detail, remedy } = CertificateProblem.of({ code, certificate, host, now })
            return isChecked ? unreachable(detail, remedy) : found(`${detail}, which is let pass`, unchecked)
          }
          const end = CertificateProblem.dayOf(certificate.valid_to)
          const detail = `${socket.getProtocol() ?? "TLS"}, a certificate for ${CertificateProblem.namesOf({ certificate })} until ${end}`
          return found(detail, isChecked ? undefined : unchecked)
        })
    }),
    Effect.scoped
  )

const unchecked =
  "NODE_TLS_REJECT_UNAUTHORIZED=0 lets anybody read along, credentials too: unset it, and name authorities in NODE_EXTRA_CA_CERTS"

const tlsRemedy = (way: Way, error: Sockets.SocketError): string => {
  if (error instanceof Sockets.ProxyRefusal) {
    return error.status === 407
      ? "the proxy wants a name and a password: put them into HTTPS_PROXY, as in http://name:password@proxy.example:3128"
      : `ask who runs the proxy to let ${way.route.host}:${way.route.port} through, or name the host in NO_PROXY`
  }
  return isOther(error)
    ? check(way, "whether it is https on that port")
    : "something between here and there may cut TLS connections off; behind a company's proxy, set HTTPS_PROXY"
}

/** What came is not TLS. */
const isOther = ({ code = "" }: Sockets.SocketError): boolean => /SSL|EPROTO/.test(code)

const found = (detail: string, remedy?: string): Found => Effect.succeed({ detail, remedy, value: undefined })

const unreachable = (detail: string, remedy: string): Found =>
  Effect.fail(new Trouble({ detail, remedy, exitCode: ExitCode.unreachable }))

const problemOf = (error: Sockets.SocketError): string =>
  error instanceof Sockets.ProxyRefusal || error.code === undefined ? error.message : wordsOf(error.code)

/** What to check, after the place where the address may be wrong. */
const check = ({ route: { proxy }, setting }: Way, what: string): string => {
  const place = proxy === undefined ? setting : "HTTPS_PROXY or HTTP_PROXY"
  return place === undefined ? `check ${what}` : `check ${place}, and ${what}`
}

const timed = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const value = yield* work
    return { value, took: DurationText.format(Duration.millis((yield* Clock.currentTimeMillis) - start)) }
  })
