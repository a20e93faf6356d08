/**
 * Sends one request over and over, on connections that stay open and each with one request under way, and counts the answers. It
 * works on bare sockets and takes the length of the answers as known, so that it is not the client that is measured.
 */
import { connect, type Socket } from "node:net"

const connections = 16

export interface Load {
  readonly url: URL
  readonly authorization: string
  readonly seconds: number
}

export interface Loaded {
  readonly answers: number
  /** In seconds. */
  readonly taken: number
}

/** Fails if an answer is not a 200, or not as long as the first. */
export const run = async ({ authorization, seconds, url }: Load): Promise<Loaded> => {
  const lines = [`GET ${url.pathname} HTTP/1.1`, `host: ${url.host}`, `authorization: ${authorization}`, "", ""]
  const request = lines.join("\r\n")
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(url)))
  const length = await lengthOf(sockets[0], request)
  let answers = 0
  const began = performance.now()
  const end = began + seconds * 1_000
  await Promise.all(
    sockets.map((socket) => repeat(socket, request, length, () => (answers++, performance.now() < end)))
  )
  const taken = (performance.now() - began) / 1_000
  for (const socket of sockets) socket.destroy()
  return { answers, taken }
}

const open = (url: URL): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true }, () => resolve(socket))
    socket.once("error", reject)
  })

/** Bytes of a whole answer, its head included. */
const lengthOf = (socket: Socket | undefined, request: string): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = ""
    const read = (chunk: Buffer) => {
      text += chunk.toString("latin1")
      const head = text.indexOf("\r\n\r\n")
      const body = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
      if (head === -1) return
      if (!isOk(chunk) && text.length === chunk.length) reject(new Error(text))
      if (body === undefined) reject(new Error(`an answer does not tell its length: ${text}`))
      if (text.length < head + 4 + Number(body)) return
      socket?.off("data", read)
      resolve(text.length)
    }
    socket?.on("data", read)
    socket?.write(request)
  })

const repeat = (socket: Socket, request: string, length: number, goOn: () => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    let left = length
    socket.on("data", (chunk) => {
      if (left === length && !isOk(chunk)) return reject(new Error(chunk.toString("latin1")))
      left -= chunk.length
      if (left > 0) return
      if (left < 0) return reject(new Error("an answer is longer than the first"))
      left = length
      if (goOn()) socket.write(request)
      else resolve()
    })
    socket.once("close", () => reject(new Error("the server closed a connection")))
    socket.write(request)
  })

const ok = Buffer.from("HTTP/1.1 200 ")

const isOk = (chunk: Buffer): boolean => chunk.subarray(0, ok.length).equals(ok)
