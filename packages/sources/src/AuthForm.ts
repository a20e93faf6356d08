/** What each kind of `auth` needs, as data: which provider it is for, and which fields say where its secret is. */
import type { ProviderName } from "@opwatch/core/Operation"
import type { Auth } from "./Configuration.ts"
import type { SourceSettings } from "./SourceSettings.ts"

type Place = "tokenEnv" | "tokenFile" | "tokenCommand" | "keyFile" | "keyEnv"

interface Form {
  readonly providers: ReadonlyArray<ProviderName>
  /** One of these, exactly; none where the list is empty. */
  readonly places: ReadonlyArray<Place>
}

const tokenPlaces = ["tokenEnv", "tokenFile", "tokenCommand"] as const

const forms: Record<Auth["kind"], Form> = {
  none: { providers: ["toloka", "cloud"], places: [] },
  auto: { providers: ["toloka", "cloud"], places: tokenPlaces },
  oauth: { providers: ["toloka", "cloud"], places: tokenPlaces },
  apiKey: { providers: ["toloka", "cloud"], places: tokenPlaces },
  iamToken: { providers: ["cloud"], places: tokenPlaces },
  serviceAccountKey: { providers: ["cloud"], places: ["keyFile", "keyEnv"] },
  metadata: { providers: ["cloud"], places: [] },
  workloadIdentity: { providers: ["cloud"], places: tokenPlaces }
}

const allPlaces: ReadonlyArray<Place> = [...tokenPlaces, "keyFile", "keyEnv"]

export interface Problem {
  readonly field: string
  readonly message: string
}

/** What is wrong with an `auth` where it stands; undefined if nothing is. */
export const problemOf = (auth: Auth, settings: SourceSettings): Problem | undefined => {
  const { kind } = auth
  const { places, providers } = forms[kind]
  if (!providers.includes(settings.provider)) {
    const right = Object.entries(forms).flatMap(([name, form]) =>
      form.providers.includes(settings.provider) ? [name] : []
    )
    const message = `"${kind}" is not for ${settings.provider}; it is one of ${right.join(", ")}`
    return { field: "auth.kind", message }
  }
  const given = allPlaces.filter((place) => auth[place] !== undefined)
  if (places.length === 0 ? given.length > 0 : given.length !== 1 || given.some((place) => !places.includes(place))) {
    return {
      field: "auth",
      message: places.length === 0 ? `kind ${kind} takes no token` : `kind ${kind} takes one of ${places.join(", ")}`
    }
  }
  if (kind === "workloadIdentity" && auth.serviceAccountId === undefined) {
    return { field: "auth.serviceAccountId", message: "is missing; it is the id of the service account to act as" }
  }
  if (kind !== "workloadIdentity" && auth.serviceAccountId !== undefined) {
    return { field: "auth.serviceAccountId", message: "goes with kind workloadIdentity only" }
  }
  if (kind === "workloadIdentity" && settings.authUrl === "") return missing("authUrl", "where tokens are exchanged")
  return usesIam(auth) && kind !== "auto" && settings.provider === "cloud" && settings.iamUrl === ""
    ? missing("iamUrl", "where IAM tokens are issued")
    : undefined
}

/** Whether IAM may be asked for a token. */
export const usesIam = (auth: Auth | undefined): boolean =>
  auth?.kind === "oauth" || auth?.kind === "auto" || auth?.kind === "serviceAccountKey"

const missing = (field: string, what: string): Problem => ({
  field,
  message: `is missing; with a url of one's own it must be said ${what}`
})
