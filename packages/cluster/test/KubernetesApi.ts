/** What runners ask of Kubernetes, on loopback: which pods there are. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as K8sHttpClient from "effect/cluster/K8sHttpClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { createServer } from "node:http"

/** By IP address. */
type Pods = Readonly<Record<string, "ready" | "not ready" | "starting">>

const created = "2026-01-01T00:00:00Z"
const later = "2026-01-01T00:01:00Z"

const listOf = (pods: Pods) => ({
  kind: "PodList",
  items: Object.entries(pods).map(([podIP, state]) => ({
    status: {
      phase: "Running",
      podIP,
      hostIP: "10.0.0.1",
      conditions: [
        { type: "Initialized", status: "True", lastTransitionTime: created },
        {
          type: "Ready",
          status: state === "ready" ? "True" : "False",
          lastTransitionTime: state === "starting" ? created : later
        }
      ]
    }
  }))
})

/** There until the scope ends; without pods at first. */
export const make = Effect.gen(function* () {
  const requests: Array<string> = []
  let pods: Pods = {}
  let status = 200
  const server = createServer((request, response) => {
    requests.push(request.url ?? "")
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(listOf(pods)))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    /** Paths with queries, in the order in which they came. */
    requests,
    /** When two more requests have come. */
    isAskedTwice: Effect.suspend(() => {
      const before = requests.length
      return Effect.repeat(Effect.void, {
        until: () => requests.length > before + 1,
        schedule: Schedule.spaced("50 millis")
      })
    }),
    lists: (next: Pods) => Effect.sync(() => void (pods = next)),
    answers: (next: number) => Effect.sync(() => void (status = next))
  }
})

/** The client of a runner in a pod, but for where it goes. */
export const client = (url: string): Layer.Layer<K8sHttpClient.K8sHttpClient> =>
  Layer.effect(
    K8sHttpClient.K8sHttpClient,
    Effect.map(
      K8sHttpClient.K8sHttpClient,
      HttpClient.mapRequest((request) =>
        HttpClientRequest.setUrl(request, request.url.replace("https://kubernetes.default.svc", url))
      )
    )
  ).pipe(Layer.provide(K8sHttpClient.layer), Layer.provide([NodeHttpClient.layerUndici, NodeServices.layer]))
