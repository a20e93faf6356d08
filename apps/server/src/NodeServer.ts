/**
 * Node's server, which listens before everything behind it is built, and for a moment after that. Whoever asks meanwhile is told
 * to come back: a request without anybody to answer it would stay open for as long as the client does.
 */
import * as Unattended from "@opwatch/http/Unattended"
import { createServer, type Server, type ServerOptions } from "node:http"

export const make = (options: ServerOptions): Server => {
  const server = createServer(options, (_, response) => {
    if (server.listenerCount("request") > 1) return
    response.writeHead(Unattended.status, Unattended.headers).end(Unattended.body)
  })
  return server
}
