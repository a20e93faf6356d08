/** The least that a server on Node can do: a process that answers each path with the body and the headers that it was given. */
import { createServer } from "node:http"

/** By path; what Node sends by itself is not among the headers. */
export type Answers = Readonly<
  Record<string, { readonly headers: Readonly<Record<string, string>>; readonly body: string }>
>

const answers: Answers = JSON.parse(process.env["ANSWERS"] ?? "{}")
const ready = new Map(Object.entries(answers))

const server = createServer((request, response) => {
  const answer = ready.get(request.url ?? "")
  if (answer === undefined) response.writeHead(404).end()
  else response.writeHead(200, answer.headers).end(answer.body)
})
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") console.error(`listening on http://127.0.0.1:${address.port}`)
})
