/** What a program relies on in the tables of a SQLite database, and which of it another shape of them would take away. */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"

export interface TableShapes {
  /** By table and name: the type, whether it must be given and has a default, and its place in the key. */
  readonly columns: ReadonlyMap<string, string>
  /** Of those the ones that a row may not leave out. */
  readonly required: ReadonlySet<string>
  /** By table: what may refuse or change what is written there. */
  readonly rules: ReadonlyMap<string, ReadonlyArray<string>>
}

export const read = Effect.fnUntraced(function* (sql: SqlClient) {
  const columns = yield* sql<{ name: string; shape: string; required: number }>`
    SELECT m.name || '.' || c.name AS name, concat_ws(' ', c.type, c."notnull", c.dflt_value, c.pk) AS shape,
      c."notnull" = 1 AND c.dflt_value IS NULL AS required
    FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
  const rules = yield* sql<{ name: string; rule: string }>`
    SELECT m.name, 'unique index ' || i.name AS rule
      FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i."unique" = 1
    UNION ALL SELECT m.name, 'reference to ' || f."table"
      FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
    UNION ALL SELECT tbl_name, 'trigger ' || name FROM sqlite_schema WHERE type = 'trigger'
    UNION ALL SELECT name, 'check' FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'`
  const tables = yield* sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`
  const byTable = Map.groupBy(rules, ({ name }) => name)
  return {
    columns: new Map(columns.map(({ name, shape }) => [name, shape])),
    required: new Set(columns.filter(({ required }) => required === 1).map(({ name }) => name)),
    rules: new Map(tables.map(({ name }) => [name, byTable.get(name)?.map(({ rule }) => rule) ?? []]))
  } satisfies TableShapes
})

/** What a program that was made for the tables before would miss in those after. */
export const broken = (before: TableShapes, after: TableShapes): ReadonlyArray<string> => [
  ...[...before.columns].flatMap(([name, shape]) => {
    const found = after.columns.get(name)
    return found === shape ? [] : [found === undefined ? `${name} is gone` : `${name} has become ${found}`]
  }),
  ...[...after.required]
    .filter((name) => !before.columns.has(name) && before.rules.has(name.slice(0, name.indexOf("."))))
    .map((name) => `${name} has to be given`),
  ...[...before.rules].flatMap(([name, rules]) =>
    (after.rules.get(name) ?? []).filter((rule) => !rules.includes(rule)).map((rule) => `${name} has a new ${rule}`)
  )
]
