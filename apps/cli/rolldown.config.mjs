import { defineConfig } from "rolldown"
import { createHash } from "node:crypto"
import { licences } from "./scripts/licences.mjs"
import { postponing } from "./scripts/postponing.mjs"

/** The first line of each chunk tells its content, for `bin/bundle.mjs`. */
const naming = {
  name: "naming",
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === "chunk")
        chunk.code = `// ${createHash("sha256").update(chunk.code).digest("hex")}\n${chunk.code}`
    }
  }
}

/**
 * What a start loads is one chunk, what the commands that ask providers have in common another, and each command one of its
 * own: Node takes its time for each file, and for each line that runs when it is loaded.
 */
export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  preserveEntrySignatures: false,
  resolve: { mainFields: ["module", "main"] },
  transform: { define: { "import.meta.env": "{}" } },
  treeshake: { moduleSideEffects: [{ test: /[\\/]jsonc-parser[\\/]/, sideEffects: false }] },
  plugins: [postponing, naming, licences],
  output: {
    dir: "dist",
    format: "cjs",
    strict: true,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    cleanDir: true,
    minify: "dce-only",
    comments: false,
    charset: "ascii",
    codeSplitting: {
      groups: [
        { name: "start", tags: ["$initial"], priority: 1 },
        { name: "yaml", test: /[\\/]node_modules[\\/]yaml[\\/]/ },
        {
          name: "provider",
          test: /[\\/](sources[\\/]src[\\/](ConfiguredSources|NodeTransport)|cli[\\/]src[\\/]commands[\\/]get)\.ts$/
        }
      ]
    }
  },
  logLevel: "warn"
})
