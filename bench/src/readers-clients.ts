/**
 * The clients of the readers' benchmark, in a process of their own: they note when each change came to them. A global reader may
 * filter by label; a reader of one operation and a waiter take their operations as they are told.
 */
import { get, type IncomingMessage } from "node:http"

export interface Clients {
  readonly url: string
  readonly authorization: string
  /** By reader: the query of `/v1/events`. */
  readonly global: ReadonlyArray<string>
  /** By reader: the operation. */
  readonly single: ReadonlyArray<string>
  /** By waiter: the operations, one after another. */
  readonly waits: ReadonlyArray<ReadonlyArray<string>>
}

/** By reader: the ids of the events that came, in order, the first one being where the stream began. */
type Ids = ReadonlyArray<ReadonlyArray<number>>

/**
 * Latencies in milliseconds, from the moment in which the tracker saw the change; of waits that were asked for before that, as
 * others are answered at once.
 */
export interface Heard {
  readonly global: { readonly ids: Ids; readonly latencies: ReadonlyArray<number> }
  readonly single: { readonly ids: Ids; readonly latencies: ReadonlyArray<number> }
  readonly waits: { readonly answers: number; readonly latencies: ReadonlyArray<number> }
}

/** `stop` asks for what was heard, once nothing more has come for a while. */
export type Command = { readonly open: Clients } | { readonly stop: true }

const quiet = 2_000

const heard = {
  global: { ids: new Array<Array<number>>(), latencies: new Array<number>() },
  single: { ids: new Array<Array<number>>(), latencies: new Array<number>() },
  waits: { answers: 0, latencies: new Array<number>() }
}

let lastHeard = 0

const answerTo = (clients: Clients, path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { authorization, url } = clients
    const began = Date.now()
    const broken = (cause: unknown) => reject(new Error(`${path} broke after ${Date.now() - began} ms`, { cause }))
    get(`${url}${path}`, { agent: false, headers: { authorization } }, (answer) => {
      answer.once("error", broken)
      if (answer.statusCode === 200) resolve(answer)
      else broken(answer.statusCode)
    }).once("error", broken)
  })

/** Open once the first event of the stream has come, which tells where it begins and is no change. */
const read = async (clients: Clients, path: string, { ids, latencies }: typeof heard.global): Promise<void> => {
  const own: Array<number> = []
  ids.push(own)
  const answer = await answerTo(clients, path)
  answer.setEncoding("utf8")
  await new Promise<void>((resolve) => {
    let rest = ""
    answer.on("data", (chunk: string) => {
      const now = Date.now()
      const messages = (rest + chunk).split("\n\n")
      rest = messages.pop() ?? ""
      for (const message of messages) {
        const id = /^id: (\d+)$/m.exec(message)?.[1]
        if (id === undefined) continue
        if (own.length > 0) latencies.push(now - seenAt(message))
        own.push(Number(id))
        lastHeard = now
        resolve()
      }
    })
  })
}

const wait = async (clients: Clients, refs: ReadonlyArray<string>): Promise<void> => {
  for (const ref of refs) {
    for (let isDone = false; !isDone;) {
      const began = Date.now()
      const answer = await answerTo(clients, `/v1/operations/${ref}/wait?timeout=60s`)
      answer.setEncoding("utf8")
      let text = ""
      for await (const chunk of answer) text += String(chunk)
      isDone = text.includes('"done":true')
      if (!isDone) continue
      heard.waits.answers += 1
      if (began < seenAt(text)) heard.waits.latencies.push(Date.now() - seenAt(text))
    }
  }
}

const seenAt = (json: string): number => Date.parse(/"observedAt":"([^"]+)"/.exec(json)?.[1] ?? "")

const open = async (clients: Clients): Promise<void> => {
  await Promise.all([
    ...clients.global.map((query) => read(clients, `/v1/events${query}`, heard.global)),
    ...clients.single.map((ref) => read(clients, `/v1/operations/${ref}/events`, heard.single))
  ])
  process.send?.({ opened: true })
  await Promise.all(clients.waits.map((refs) => wait(clients, refs)))
}

process.on("message", (command: Command) => {
  if ("open" in command) return void open(command.open)
  const look = () => {
    if (Date.now() - lastHeard < quiet) setTimeout(look, quiet)
    else process.send?.({ heard }, () => process.exit())
  }
  setTimeout(look, quiet)
})
