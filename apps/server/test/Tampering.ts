/**
 * Loaded into a server before it starts: at SIGUSR2 its clock runs ahead of time by as many milliseconds as a file says, which is
 * gone once it does.
 */
import { readFileSync, rmSync } from "node:fs"

const file = process.env["OPWATCH_TEST_CLOCK"] ?? ""
const now = Date.now
let ahead = 0
Date.now = () => now() + ahead
process.on("SIGUSR2", () => {
  ahead = Number(readFileSync(file, "utf8"))
  rmSync(file)
})
