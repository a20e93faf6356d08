/** The emulator in a process of its own, and what it is asked over HTTP: the same for all contenders that bring no client. */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const bin = fileURLToPath(new URL("../../apps/cli/bin/opwatch.mjs", import.meta.url))

/** What of a cloud operation decides a wait. */
export interface CloudOperation {
  readonly done: boolean
  /** When it ended, once it is done. */
  readonly modifiedAt: string
}

export interface Emulator {
  readonly child: ChildProcess
  readonly url: string
}

export const start = async (): Promise<Emulator> => {
  const child = spawn(process.execPath, [bin, "emulate", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] })
  const yaml = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))))
  return { child, url: /url: (http:\/\/[^/\s]+)\n/.exec(yaml)?.[1] ?? "" }
}

/** The kind that opwatch reads from the operations' metadata. */
export const kind = "yandex.cloud.compute.v1.CreateDisk"

const operation = { metadata: { "@type": `type.googleapis.com/${kind}Metadata`, diskId: "fhm1a2b3c4d5e6f7g8h9" } }

/** Starts an operation that succeeds after so many milliseconds, and gives its id. */
export const submit = async (url: string, millis: number): Promise<string> => {
  const steps = [{ after: Math.round(millis), set: { done: true, response: {} } }]
  const body = JSON.stringify({ api: "cloud", operation, steps })
  const { id }: { readonly id: string } = await json(`${url}/_emulator/operations`, { method: "POST", body })
  return id
}

export const get = (url: string, id: string): Promise<CloudOperation> => json(`${url}/operations/${id}`)

/** How often operations were asked for since the emulator began. */
export const polls = async (url: string): Promise<number> => {
  const { kinds }: { readonly kinds: { readonly get: number } } = await json(`${url}/_emulator/requests`)
  return kinds.get
}

const json = async (url: string, init: RequestInit = {}) => {
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url} answered with ${answer.status}: ${text}`)
  return JSON.parse(text)
}
