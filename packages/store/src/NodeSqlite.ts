/**
 * `node:sqlite`, loaded when it is first needed. Node warns once a process that it is experimental; that is for whoever
 * chose it, not for whoever runs the program, so the warning is held back while the module loads, and nothing else is.
 */
import type * as Sqlite from "node:sqlite"

export const load = (): typeof Sqlite => {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule("node:sqlite")
  } finally {
    process.emitWarning = emitWarning
  }
}
