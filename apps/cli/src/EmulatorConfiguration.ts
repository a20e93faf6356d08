/** The configuration that points opwatch at an emulator. It holds no secret, only the variables where they are found. */
import type { Credentials } from "@opwatch/emulator/Credentials"
import type * as Redacted from "effect/Redacted"

export interface EmulatorConfiguration {
  /** For a configuration file. */
  readonly yaml: string
  /** The variables that the configuration needs. */
  readonly variables: Readonly<Record<string, Redacted.Redacted<string>>>
}

type Secret = Redacted.Redacted<string> | undefined

export const make = (url: string, { cloud, toloka }: Credentials = {}): EmulatorConfiguration => {
  const tolokaAuth = auth("OPWATCH_EMULATOR_TOLOKA_TOKEN", [
    ["oauth", toloka?.oauth?.[0]],
    ["apiKey", toloka?.apiKey?.[0]]
  ])
  const cloudAuth = auth("OPWATCH_EMULATOR_CLOUD_TOKEN", [
    ["iamToken", cloud?.iamToken?.[0]],
    ["apiKey", cloud?.apiKey?.[0]]
  ])
  const yaml = [
    "sources:",
    "  toloka:",
    "    provider: toloka",
    `    url: ${url}/api/v1`,
    `    auth: ${tolokaAuth.yaml}`,
    "  cloud:",
    "    provider: cloud",
    `    url: ${url}`,
    `    auth: ${cloudAuth.yaml}`,
    ""
  ].join("\n")
  return { yaml, variables: { ...tolokaAuth.variables, ...cloudAuth.variables } }
}

/** The first of these credentials that there is. */
const auth = (variable: string, candidates: ReadonlyArray<readonly [kind: string, secret: Secret]>) => {
  for (const [kind, secret] of candidates) {
    if (secret !== undefined)
      return { yaml: `{ kind: ${kind}, tokenEnv: ${variable} }`, variables: { [variable]: secret } }
  }
  return { yaml: "{ kind: none }", variables: {} }
}
