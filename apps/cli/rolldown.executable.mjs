import { defineConfig } from "rolldown"
import base from "./rolldown.config.mjs"

/** The whole program in one file, for the single executable, which can load no other. */
export default defineConfig({ ...base, output: { ...base.output, codeSplitting: false } })
