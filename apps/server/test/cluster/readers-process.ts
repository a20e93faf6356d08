/**
 * Readers of events and waiters, in a process of their own. A reader goes on from the last event that it has, at the next server
 * whenever its connection ends; a waiter asks the next server until the operation is done.
 */
import { get, type IncomingMessage } from "node:http"

export interface Reader {
  /** Of the events, with their filters. */
  readonly path: string
  /** Which server it begins with. */
  readonly first: number
  /** Starts after this one; without it, from now on. */
  readonly after?: string
  /** Hangs up by itself after so many milliseconds, every time. */
  readonly patience?: number
}

export interface Waiter {
  readonly ref: string
  readonly first: number
}

export type Command =
  | { readonly open: ReadonlyArray<Reader>; readonly urls: ReadonlyArray<string> }
  | { readonly wait: ReadonlyArray<Waiter>; readonly urls: ReadonlyArray<string> }
  | { readonly ask: "progress" | "heard" }

/** Times are milliseconds since the epoch. */
export interface Event {
  readonly id: string
  readonly type: string
  readonly ref: string
  readonly state: string
  readonly done: boolean
  readonly labels: Readonly<Record<string, string>>
  /** When the server saw it. */
  readonly at: number
  /** When the provider says it ended; `NaN` where it does not. */
  readonly finishedAt: number
}

export interface Read {
  readonly path: string
  /** The id that it started after; undefined until it knows. */
  from: string | undefined
  last: string | undefined
  readonly ids: Array<number>
  /** What was no event, and an event that is told in other words than to those who had it before. */
  readonly surprises: Array<string>
  connections: number
}

/** `latencies` in milliseconds, of what was seen while they were connected, or waited. */
export interface Heard {
  /** By the numbers that their ids are. */
  readonly events: ReadonlyMap<number, Event>
  readonly reads: ReadonlyArray<Read>
  readonly latencies: ReadonlyArray<number>
  readonly waits: { readonly latencies: ReadonlyArray<number>; readonly surprises: ReadonlyArray<string> }
}

export interface Progress {
  /** How many readers know where they began. */
  readonly begun: number
  /** How many operations are known to have ended. */
  readonly ends: number
  /** How many waits are over. */
  readonly waited: number
}

const events = new Map<number, Event>()
const texts = new Map<number, string>()
const reads: Array<Read> = []
let ends = 0
const latencies: Array<number> = []
const waits = { done: 0, latencies: new Array<number>(), surprises: new Array<string>() }

const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

const at = (urls: ReadonlyArray<string>, turn: number) => urls[turn % urls.length] ?? ""

const follow = async (urls: ReadonlyArray<string>, { after, first, path, patience }: Reader): Promise<void> => {
  const read: Read = { path, from: after, last: after, ids: [], surprises: [], connections: 0 }
  reads.push(read)
  for (let turn = first; ; turn++) {
    await connect(at(urls, turn), read, patience)
    await pause(10)
  }
}

/** Until the connection has ended, however. */
const connect = (url: string, read: Read, patience: number | undefined): Promise<void> =>
  new Promise((resolve) => {
    const headers: Record<string, string> = read.last === undefined ? {} : { "last-event-id": read.last }
    const request = get(url + read.path, { agent: false, headers }, (answer) => {
      const since = Date.now()
      let rest = ""
      answer.on("error", () => {})
      answer.on("close", resolve)
      if (answer.statusCode !== 200) {
        if (!isToComeBack(answer)) read.surprises.push(`answered with ${answer.statusCode}`)
        return void answer.resume()
      }
      read.connections += 1
      answer.setEncoding("latin1")
      answer.on("data", (chunk: string) => {
        const now = Date.now()
        const messages = (rest + chunk).split("\n\n")
        rest = messages.pop() ?? ""
        for (const message of messages) take(read, message, since, now)
      })
    })
    request.on("error", () => resolve())
    if (patience !== undefined) setTimeout(() => request.destroy(), patience)
  })

/** Of a server that stops or starts. */
const isToComeBack = ({ headers, statusCode }: IncomingMessage) =>
  statusCode === 503 && headers["retry-after"] !== undefined

const pattern = /^id: (\d+)(?:\nevent: (\S+)\ndata: (.*))?$/

const take = (read: Read, message: string, since: number, now: number): void => {
  if (message.startsWith(":")) return
  const [, id, type, data] = pattern.exec(message) ?? []
  if (id === undefined || type === "reset") {
    read.surprises.push(message)
    return
  }
  read.last = id
  read.from ??= id
  if (data === undefined) return
  const number = Number(id)
  read.ids.push(number)
  const text = texts.get(number)
  if (text !== undefined && text !== message) read.surprises.push(`${text}\n${message}`)
  const event = events.get(number) ?? note(number, message, eventOf(id, data))
  if (event.at >= since) latencies.push(now - event.at)
}

const note = (number: number, message: string, event: Event): Event => {
  events.set(number, event)
  texts.set(number, message)
  if (event.done) ends += 1
  return event
}

const eventOf = (id: string, data: string): Event => {
  const { at, labels, operation, type } = JSON.parse(data)
  const { done, finishedAt, ref, state } = operation
  return { id, type, ref, state, done, labels, at: Date.parse(at), finishedAt: Date.parse(finishedAt) }
}

const waitFor = async (urls: ReadonlyArray<string>, { first, ref }: Waiter): Promise<void> => {
  for (let turn = first; ; turn++) {
    const began = Date.now()
    const text = await ask(`${at(urls, turn)}/v1/operations/${ref}/wait?timeout=30s`)
    if (text?.includes('"done":true') !== true) {
      await pause(10)
      continue
    }
    const seen = Date.parse(/"observedAt":"([^"]+)"/.exec(text)?.[1] ?? "")
    if (seen >= began) waits.latencies.push(Date.now() - seen)
    waits.done += 1
    return
  }
}

/** Undefined where there was no answer. */
const ask = (url: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (answer) => {
      let text = ""
      answer.setEncoding("utf8")
      answer.on("data", (chunk: string) => (text += chunk))
      answer.on("error", () => {})
      answer.on("close", () => {
        if (answer.statusCode !== 200 && !isToComeBack(answer))
          waits.surprises.push(`${url} was answered with ${answer.statusCode}: ${text}`)
        resolve(answer.complete ? text : undefined)
      })
    }).on("error", () => resolve(undefined))
  })

const answerTo = (command: Command): Heard | Progress | undefined => {
  if ("open" in command) for (const reader of command.open) void follow(command.urls, reader)
  else if ("wait" in command) for (const waiter of command.wait) void waitFor(command.urls, waiter)
  else if (command.ask === "heard") return { events, reads, latencies, waits }
  else {
    const begun = reads.filter(({ from }) => from !== undefined).length
    return { begun, ends, waited: waits.done }
  }
  return undefined
}

process.on("message", (command: Command) => process.send?.({ answer: answerTo(command) }))
process.on("disconnect", () => process.exit())
