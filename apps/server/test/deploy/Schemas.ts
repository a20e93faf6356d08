/** What is wrong with a document, by the schemas that Kubernetes and the Compose specification publish. */
import { Ajv } from "ajv"
import * as Predicate from "effect/Predicate"
import { validate as deployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment"
import { validate as secret } from "kubernetes-models/_schemas/IoK8sApiCoreV1Secret"
import { validate as service } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service"
import { validate as serviceAccount } from "kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount"
import { validate as networkPolicy } from "kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy"
import { validate as disruptionBudget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget"
import { validate as role } from "kubernetes-models/_schemas/IoK8sApiRbacV1Role"
import { validate as roleBinding } from "kubernetes-models/_schemas/IoK8sApiRbacV1RoleBinding"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import * as Recorded from "./Recorded.ts"

type Validate = (document: unknown) => boolean

const kinds: Readonly<Record<string, Validate>> = {
  "apps/v1 Deployment": deployment,
  "networking.k8s.io/v1 NetworkPolicy": networkPolicy,
  "policy/v1 PodDisruptionBudget": disruptionBudget,
  "rbac.authorization.k8s.io/v1 Role": role,
  "rbac.authorization.k8s.io/v1 RoleBinding": roleBinding,
  "v1 Secret": secret,
  "v1 Service": service,
  "v1 ServiceAccount": serviceAccount
}

/**
 * A validator lets fields pass that its schema does not have: what it did not look at is none. Of a patch, which is not a whole
 * document, nothing else is found.
 */
export const problemsOfManifest = (document: unknown, isPatch = false): ReadonlyArray<string> => {
  if (!Predicate.hasProperty(document, "kind") || !Predicate.hasProperty(document, "apiVersion")) return ["no kind"]
  const kind = `${String(document.apiVersion)} ${String(document.kind)}`
  const validate = kinds[kind]
  if (validate === undefined) return [`${kind} is not known here`]
  const { unread, value } = Recorded.make(document)
  const isValid = validate(value) || isPatch
  const errors: unknown = Reflect.get(validate, "errors")
  return [...(isValid ? [] : [JSON.stringify(errors)]), ...unread().map((path) => `${kind} has no ${path}`)]
}

const composeSchema = () => {
  const entry = createRequire(import.meta.url).resolve("dclint/package.json")
  const schema: object = JSON.parse(readFileSync(join(dirname(entry), "schemas", "compose.schema.json"), "utf8"))
  return schema
}

export const problemsOfCompose = (document: unknown): ReadonlyArray<string> => {
  const validate = new Ajv({ strict: false, validateSchema: false, logger: false, allErrors: true }).compile(
    composeSchema()
  )
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
