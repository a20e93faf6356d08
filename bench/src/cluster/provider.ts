/**
 * The provider of the cluster's benchmark: bare `node:http` that answers for any operation by the clock alone. The emulator would
 * take three times as much of the processor, which the servers share with it.
 */
import { createServer } from "node:http"

export interface World {
  readonly operations: number
}

/** Changes a second of all operations together, from now on; none at first. */
export interface Pace {
  readonly changes: number
}

const world: World = JSON.parse(process.argv[2] ?? "")

/** A week ago: no plan asks for polls as often as the servers are told to make them. */
const createdAt = new Date(Date.now() - 604_800_000).toISOString()

let perSecond = 0
let since = performance.now()
let before = 0

/** How often each has changed, a part of a change included. */
const rounds = () => before + (((performance.now() - since) / 1_000) * perSecond) / world.operations

process.on("message", ({ changes }: Pace) => {
  before = rounds()
  since = performance.now()
  perSecond = changes
})

const server = createServer((request, response) => {
  const id = (request.url ?? "").slice("/operations/".length)
  const metadata = {
    "@type": "type.googleapis.com/yandex.cloud.compute.v1.CreateInstanceMetadata",
    instanceId: `i-${id}`,
    // Each at a moment of its own, so that changes come evenly.
    step: Math.floor(rounds() + Number(id.slice(-6)) / world.operations)
  }
  const operation = { id, description: "Create instance", createdAt, createdBy: "ajeabcdefghijklmnop", done: false }
  response.setHeader("content-type", "application/json")
  response.end(JSON.stringify({ ...operation, metadata }))
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.(`http://127.0.0.1:${address.port}`)
})
