/**
 * One request over a socket of its own, written byte by byte as a client of `node:http` would refuse to, and what comes back for
 * it. A stream is cut off once it has had time to begin.
 */
import * as Effect from "effect/Effect"
import * as Net from "node:net"

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Whether all of the body came. */
  readonly isWhole: boolean
}

export interface Exchange {
  /** Undefined if there was none in time. */
  readonly answer: Answer | undefined
  /** Whether the server had closed the connection by then. */
  readonly isClosed: boolean
}

export interface Options {
  readonly port: number
  /** How long an answer may take to begin. */
  readonly patience?: number
}

/** Events that have not come by then are not waited for. */
const streamMillis = 40

export const send = (bytes: Buffer, { patience = 10_000, port }: Options): Effect.Effect<Exchange> =>
  Effect.callback((resume) => {
    const chunks: Array<Buffer> = []
    const socket = Net.connect(port, "127.0.0.1", () => socket.write(bytes))
    let streaming: NodeJS.Timeout | undefined
    const finish = (isClosed: boolean) => {
      clearTimeout(waiting)
      clearTimeout(streaming)
      socket.destroy()
      resume(Effect.succeed({ answer: read(Buffer.concat(chunks), isClosed), isClosed }))
    }
    const waiting = setTimeout(() => finish(false), patience)
    socket.on("data", (chunk) => {
      chunks.push(chunk)
      if (streaming === undefined && /^content-type: text\/event-stream/im.test(headOf(Buffer.concat(chunks)))) {
        streaming = setTimeout(() => finish(false), streamMillis)
      }
    })
    socket.on("end", () => finish(true))
    socket.on("error", () => finish(true))
    return Effect.sync(() => {
      clearTimeout(waiting)
      clearTimeout(streaming)
      socket.destroy()
    })
  })

const headOf = (bytes: Buffer): string => {
  const text = bytes.toString("latin1")
  return text.slice(0, text.indexOf("\r\n\r\n") + 2)
}

/** Interim answers are passed over. */
const read = (bytes: Buffer, isClosed: boolean): Answer | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  const [first = "", ...lines] = bytes.subarray(0, Math.max(0, end)).toString("latin1").split("\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1])
  if (end < 0 || Number.isNaN(status)) return undefined
  const rest = bytes.subarray(end + 4)
  if (status < 200) return read(rest, isClosed)
  const headers = new Map(
    lines.map((line) => [line.split(":")[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1).trim()] as const)
  )
  if (headers.get("transfer-encoding") === "chunked") return { status, headers, ...unchunked(rest) }
  const length = headers.get("content-length")
  return { status, headers, body: rest, isWhole: length === undefined ? isClosed : Number(length) === rest.length }
}

const unchunked = (bytes: Buffer): { readonly body: Buffer; readonly isWhole: boolean } => {
  const chunks: Array<Buffer> = []
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at)
    const size = line < 0 ? NaN : parseInt(bytes.subarray(at, line).toString("latin1"), 16)
    const begin = line + 2
    if (size === 0) return { body: Buffer.concat(chunks), isWhole: true }
    if (Number.isNaN(size) || begin + size > bytes.length) return { body: Buffer.concat(chunks), isWhole: false }
    chunks.push(bytes.subarray(begin, begin + size))
    at = begin + size + 2
  }
}
