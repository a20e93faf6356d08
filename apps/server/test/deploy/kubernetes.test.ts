/** The manifests are valid by the schemas of Kubernetes, and say what the server understands. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as KeyFileText from "@opwatch/access/KeyFileText"
import * as SettledSources from "@opwatch/sources/SettledSources"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Deployment } from "kubernetes-models/apps/v1/Deployment"
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget"
import { Secret } from "kubernetes-models/v1/Secret"
import { Service } from "kubernetes-models/v1/Service"
import { configuration, listening } from "../Process.ts"
import * as Files from "./Files.ts"
import * as Schemas from "./Schemas.ts"
import * as Understanding from "./Understanding.ts"

const decodeKustomization = Schema.decodeUnknownSync(
  Schema.Struct({
    resources: Schema.Array(Schema.String),
    configMapGenerator: Schema.Tuple([Schema.Struct({ name: Schema.String, files: Schema.Tuple([Schema.String]) })])
  })
)

const only = <A>(values: ReadonlyArray<A> | undefined): A => {
  assert.strictEqual(values?.length, 1)
  return values?.[0] ?? assert.fail()
}

const expect = <A>(is: (value: unknown) => value is A, name: string): A => {
  const document = Files.document(`kubernetes/${name}.yaml`)
  return is(document) ? document : assert.fail(name)
}

describe("deploy/kubernetes", () => {
  const spec = expect(Deployment.is, "deployment").spec ?? assert.fail()
  const pod = spec.template.spec ?? assert.fail()
  const container = only(pod.containers)
  const component = only(expect(Deployment.is, "health-k8s/deployment").spec?.template.spec?.containers)
  const secret = expect(Secret.is, "secret.example")
  const service = expect(Service.is, "service").spec ?? assert.fail()
  const policy = expect(NetworkPolicy.is, "network-policy").spec ?? assert.fail()
  const kustomization = decodeKustomization(Files.document("kubernetes/kustomization.yaml"))
  const labels = spec.template.metadata?.labels ?? {}
  const portOf = (name: unknown) => container.ports?.find((port) => port.name === name)?.containerPort

  /** Where a file of a volume is in the container, by the name of the volume. */
  const placeOf = (volume: string, file: string) => {
    const mount = only(container.volumeMounts?.filter(({ name }) => name === volume))
    return `${mount.mountPath}/${file}`
  }
  const secretOf = ({ key, name }: { readonly key?: string; readonly name?: string | undefined }) => {
    assert.strictEqual(name, secret.metadata?.name)
    return secret.stringData?.[key ?? ""] ?? assert.fail(`there is no ${key} in the secret`)
  }
  const fields: Understanding.Environment = { "status.podIP": "10.0.0.7", "metadata.namespace": "tools" }
  const environmentOf = ({ env = [] }: typeof container): Understanding.Environment =>
    Object.fromEntries(
      env.map(({ name, value, valueFrom }) => [
        name,
        value ??
          fields[valueFrom?.fieldRef?.fieldPath ?? ""] ??
          secretOf(valueFrom?.secretKeyRef ?? assert.fail(`${name} has no value`))
      ])
    )
  const environment = environmentOf(container)
  const inCheckout = { ...environment, OPWATCH_CONFIG: Files.pathOf("kubernetes/config.yaml") }

  it("is valid by the schemas of Kubernetes", () => {
    const others = new Set(["config.yaml", "kustomization.yaml", "secret.example.yaml", "secret.yaml"])
    const manifests = Files.inFolder("kubernetes/").filter((name) => name.endsWith(".yaml") && !others.has(name))
    assert.sameMembers([...kustomization.resources], manifests)
    const documents = [...kustomization.resources, "secret.example.yaml", "health-k8s/access.yaml"].flatMap((name) =>
      Files.documents(`kubernetes/${name}`)
    )
    assert.deepStrictEqual(
      documents.flatMap((document) => Schemas.problemsOfManifest(document)),
      []
    )
    const patch = Files.document("kubernetes/health-k8s/deployment.yaml")
    assert.deepStrictEqual(Schemas.problemsOfManifest(patch, true), [])
  })

  it.live("has the server listen where its ports, probes, service and network policy say", () =>
    Effect.gen(function* () {
      const { address, cluster, metrics } = yield* Understanding.of(inCheckout)
      assert.deepStrictEqual(address, { host: "0.0.0.0", port: portOf("http") })
      assert.deepStrictEqual(metrics, { host: "0.0.0.0", port: portOf("metrics") })
      assert.deepStrictEqual(cluster?.listen, { host: "10.0.0.7", port: portOf("runner") })

      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
      for (const probe of probes) assert.strictEqual(portOf(probe?.httpGet?.port), address.port)
      assert.strictEqual(portOf(only(service.ports).targetPort), address.port)
      const opened = policy.ingress?.map(({ ports }) => only(ports).port)
      assert.deepStrictEqual(opened, ["http", "metrics", "runner"])

      const { url } = yield* listening({ OPWATCH_CONFIG: yield* configuration("http://127.0.0.1:1") })
      for (const probe of probes) {
        const path = probe?.httpGet?.path ?? assert.fail()
        assert.strictEqual((yield* Effect.promise(() => fetch(url + path))).status, 200, path)
      }
    })
  )

  it.effect("lets runners ask Kubernetes for their own pods where it is told to", () =>
    Effect.gen(function* () {
      const { cluster } = yield* Understanding.of({ ...inCheckout, ...environmentOf(component) })
      assert.deepStrictEqual([cluster?.health, cluster?.namespace], ["k8s", "tools"])
      const [[name, value] = []] = Object.entries(labels)
      assert.strictEqual(cluster?.labelSelector, `${name}=${value}`)
    })
  )

  it("chooses the same pods everywhere", () => {
    const budget = expect(PodDisruptionBudget.is, "disruption-budget").spec
    const runners = only(policy.ingress?.at(-1)?.from).podSelector
    const spread = pod.topologySpreadConstraints?.map(({ labelSelector }) => labelSelector) ?? []
    for (const selector of [spec.selector, budget?.selector, policy.podSelector, runners, ...spread]) {
      assert.deepStrictEqual(selector, { matchLabels: labels })
    }
    assert.deepStrictEqual(service.selector, labels)
  })

  it.effect("puts files where the server looks for them", () =>
    Effect.gen(function* () {
      const [generated] = kustomization.configMapGenerator
      const [config, secrets] = [
        only(pod.volumes?.filter((volume) => volume.configMap)),
        only(pod.volumes?.filter((volume) => volume.secret))
      ]
      assert.strictEqual(config.configMap?.name, generated.name)
      assert.strictEqual(environment["OPWATCH_CONFIG"], placeOf(config.name, generated.files[0]))

      const items = secrets.secret?.items ?? []
      for (const { key } of items) secretOf({ key, name: secrets.secret?.secretName ?? "" })
      const places = items.map(({ path }) => placeOf(secrets.name, path))
      assert.include(places, environment["OPWATCH_API_KEYS_FILE"])
      const { sources } = yield* SettledSources.load({ config: inCheckout.OPWATCH_CONFIG, environment: {} })
      const files = sources.flatMap(({ configured }) => configured?.auth?.tokenFile ?? [])
      assert.includeMembers(places, files)
      assert.isNotEmpty(files)
      assert.isTrue(
        Result.isSuccess(KeyFileText.parse(secretOf({ key: "api-keys.json", name: secrets.secret?.secretName })))
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
