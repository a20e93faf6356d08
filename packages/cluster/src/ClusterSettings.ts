/**
 * How this server is a runner of a cluster: `OPWATCH_CLUSTER_*` of the environment, else what the configuration file has under
 * `server.cluster`. With neither it is none.
 */
import * as DurationText from "@opwatch/core/DurationText"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { makeFormatterStandardSchemaV1 } from "effect/SchemaIssue"
import { isIP } from "node:net"

export interface Address {
  readonly host: string
  readonly port: number
}

export interface ClusterSettings {
  /** Where other runners reach this one, and what it is known by: no two have the same. */
  readonly address: Address
  /** The address itself unless told: another where the host is not of this machine, as behind a container's port. */
  readonly listen: Address
  /** How long a runner that is not heard of keeps its partitions. */
  readonly lease: Duration.Duration
  /** Who is asked whether a runner lives before its lease is over: itself, or Kubernetes about its pod. */
  readonly health: "ping" | "k8s"
  /** Of the pods, for `k8s`; all that may be seen unless told. */
  readonly namespace: string | undefined
  readonly labelSelector: string | undefined
}

/** What need not be told. */
export const defaults = {
  lease: Duration.seconds(6),
  health: "ping",
  namespace: undefined,
  labelSelector: undefined
} as const

/** As Effect's own. */
const defaultPort = 34_431

export type Environment = Readonly<Record<string, string | undefined>>

/** `section` is what a parsed document has under `server.cluster`; fails with what is wrong, in words. */
export const read = (
  section: unknown,
  environment: Environment
): Result.Result<ClusterSettings | undefined, string> => {
  const told = toldBy(environment)
  if (section === undefined && Object.keys(told).length === 0) return Result.succeed(undefined)
  const fields = section === undefined || Predicate.isObject(section) ? { ...section, ...told } : section
  return decode(fields, { onExcessProperty: "error", errors: "first" }).pipe(
    Result.mapError((error) => describe(error, environment)),
    Result.flatMap(
      ({ health = defaults.health, host, labelSelector, lease, namespace, port = defaultPort, ...listen }) =>
        health === "k8s" && isIP(host) === 0
          ? Result.fail(`${placeOf("host", environment)}: it is the IP address of the pod, where health is k8s`)
          : Result.succeed({
              address: { host, port },
              listen: { host: listen.listenHost ?? host, port: listen.listenPort ?? port },
              lease: Option.getOrElse(DurationText.parse(lease ?? ""), () => defaults.lease),
              health,
              namespace,
              labelSelector
            })
    )
  )
}

const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 }))

const Lease = Schema.String.check(
  Schema.makeFilter((text) =>
    Option.exists(
      DurationText.parse(text),
      Duration.between({ minimum: Duration.seconds(3), maximum: Duration.minutes(10) })
    )
  )
)

const Section = Schema.Struct({
  host: Schema.NonEmptyString,
  port: Schema.optionalKey(Port),
  listenHost: Schema.optionalKey(Schema.NonEmptyString),
  listenPort: Schema.optionalKey(Port),
  lease: Schema.optionalKey(Lease),
  health: Schema.optionalKey(Schema.Literals(["ping", "k8s"])),
  namespace: Schema.optionalKey(Schema.NonEmptyString),
  labelSelector: Schema.optionalKey(Schema.NonEmptyString)
})

type Field = keyof typeof Section.fields

const decode = Schema.decodeUnknownResult(Section)

const port = "a whole number from 1 to 65535"

const rules: Readonly<Record<Field, string>> = {
  host: "the name or address by which other runners reach this one",
  port,
  listenHost: "an address to listen on",
  listenPort: port,
  lease: "a duration from 3s to 10m",
  health: "ping or k8s",
  namespace: "the namespace of the pods",
  labelSelector: "a selector of the pods, such as app=opwatch"
}

/** `listenHost` is `OPWATCH_CLUSTER_LISTEN_HOST`. */
const variableOf = (field: string): string =>
  `OPWATCH_CLUSTER_${field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** Empty variables count as none. */
const toldBy = (environment: Environment): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(rules).flatMap(([field, rule]) => {
      const text = environment[variableOf(field)] || undefined
      if (text === undefined) return []
      return [[field, rule === port && /^\d{1,5}$/.test(text) ? Number(text) : text]]
    })
  )

const placeOf = (field: string, environment: Environment): string => {
  const variable = variableOf(field)
  return environment[variable] ? `${variable} is "${environment[variable]}"` : `server.cluster.${field}`
}

const formatIssues = makeFormatterStandardSchemaV1({ leafHook: ({ _tag }) => _tag, checkHook: () => "Filter" })

const describe = ({ issue }: Schema.SchemaError, environment: Environment): string => {
  const [first] = formatIssues(issue).issues
  const [name] = (first?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part))
  if (name === undefined) return "server.cluster: it is an object"
  const rule = Object.entries(rules).find(([field]) => field === name)?.[1]
  return rule === undefined
    ? `server.cluster.${name}: no such field; the known ones are ${Object.keys(rules).join(", ")}`
    : `${placeOf(name, environment)}: it is ${rule}`
}
