/**
 * Lets an opwatch server keep watch over operations, and follows what becomes of them, without Effect. The arguments are
 * references; from the root of a clone, with `npm run -s opwatch -- serve` running:
 *
 *     OPWATCH_SERVER=http://127.0.0.1:4080 node examples/src/track-with-promises.ts cloud/fhm3abc cloud/fhm4def
 */
import { OpwatchError, OpwatchPromises } from "@opwatch/api/OpwatchPromises"

const refs = process.argv.slice(2)
const labels = { job: `example-${process.pid}` }

const opwatch = new OpwatchPromises({
  url: process.env["OPWATCH_SERVER"] ?? "http://127.0.0.1:4080",
  apiKey: process.env["OPWATCH_API_KEY"]
})

/** An operation that failed is a value; what went wrong with asking for it is an error, told apart by its `type`. */
const report = async (ref: string): Promise<string> => {
  try {
    await opwatch.track(ref, { labels, deadline: "1h" })
    // Goes on when the connection breaks or the server is started anew: no change is missed, and none comes twice.
    for await (const { error, progress, state } of opwatch.watch(ref)) {
      if (error !== undefined) return `${ref}: ${state}, ${error.code}: ${error.message}`
      console.error(`${ref}: ${state}${progress === undefined ? "" : `, ${progress} %`}`)
    }
    const { state } = await opwatch.get(ref)
    return `${ref}: ${state}`
  } catch (error) {
    if (!(error instanceof OpwatchError)) throw error
    if (error.type === "urn:opwatch:problem:source-not-found") return `${ref}: the server knows no such source`
    return `${ref}: ${error.message}${error.isRetryable ? "; it may pass" : ""}`
  }
}

for (const line of await Promise.all(refs.map(report))) console.log(line)

const { failed, succeeded, total } = await opwatch.summary({ labels, wait: "10m" })
console.log(`${total} tracked: ${succeeded} succeeded, ${failed} failed`)
for await (const { ref } of opwatch.tracked({ labels })) await opwatch.untrack(ref)
