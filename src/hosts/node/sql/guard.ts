/** What the program may not say in SQL. Cloudflare refuses the same, so a Node-only success would be a trap. */
import { constants } from "node:sqlite";

/** workerd's limits (sqlite.c++), and Cloudflare's documented 2 MB for a row or blob. */
export const SQL_LIMITS = {
  length: 2 * 1024 * 1024,
  sqlLength: 100_000,
  column: 100,
  exprDepth: 100,
  compoundSelect: 5,
  vdbeOp: 25_000,
  functionArg: 127,
  attach: 0,
  likePatternLength: 50,
  variableNumber: 100,
  triggerDepth: 10,
} as const;

const ALLOWED_PRAGMAS = new Set([
  "case_sensitive_like",
  "data_version",
  "defer_foreign_keys",
  "foreign_key_check",
  "foreign_key_list",
  "foreign_keys",
  "ignore_check_constraints",
  "index_info",
  "index_list",
  "index_xinfo",
  "legacy_alter_table",
  "optimize",
  "page_size",
  "quick_check",
  "recursive_triggers",
  "reverse_unordered_selects",
  "table_info",
  "table_list",
  "table_xinfo",
]);
const REFUSED_FUNCTIONS = new Set(["sqlite_version", "sqlite_source_id", "load_extension"]);
const HIDDEN_TABLE = "_cf_";

const { SQLITE_DELETE, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_READ } = constants;
const TEMPORARY = new Set([
  constants.SQLITE_CREATE_TEMP_INDEX,
  constants.SQLITE_CREATE_TEMP_TABLE,
  constants.SQLITE_CREATE_TEMP_TRIGGER,
  constants.SQLITE_CREATE_TEMP_VIEW,
]);
const SCHEMA_CHANGES = new Set([
  constants.SQLITE_CREATE_INDEX,
  constants.SQLITE_CREATE_TABLE,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_CREATE_VIEW,
  constants.SQLITE_CREATE_VTABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_TRIGGER,
  constants.SQLITE_DROP_VIEW,
  constants.SQLITE_DROP_VTABLE,
  constants.SQLITE_ALTER_TABLE,
]);
const WRITES = new Set([
  ...SCHEMA_CHANGES,
  SQLITE_INSERT,
  SQLITE_UPDATE,
  SQLITE_DELETE,
  constants.SQLITE_REINDEX,
  constants.SQLITE_ANALYZE,
]);

/** True when statements compiled before this action may no longer fit their tables. */
export function isSchemaChange(action: number): boolean {
  return SCHEMA_CHANGES.has(action);
}

/** True when a statement that causes this action changes the database. */
export function isWrite(action: number, first: string | null): boolean {
  if (WRITES.has(action)) return true;
  return action === constants.SQLITE_PRAGMA && (first === "defer_foreign_keys" || first === "optimize");
}

/** Why the program may not do this, or null. */
export function refusal(action: number, first: string | null, second: string | null): string | null {
  switch (action) {
    case constants.SQLITE_TRANSACTION:
      return `${first} is refused: writes between two awaits are one transaction already, batch() is one in D1`;
    case constants.SQLITE_SAVEPOINT:
      return "SAVEPOINT is refused: use transactionSync";
    case constants.SQLITE_ATTACH:
    case constants.SQLITE_DETACH:
      return "ATTACH, DETACH and VACUUM are refused";
    case constants.SQLITE_PRAGMA:
      return ALLOWED_PRAGMAS.has((first ?? "").toLowerCase()) ? null : `PRAGMA ${first} is refused`;
    case constants.SQLITE_FUNCTION:
      return REFUSED_FUNCTIONS.has((second ?? "").toLowerCase()) ? `the function ${second} is refused` : null;
  }
  if (TEMPORARY.has(action)) return "temporary tables, indexes, views and triggers are refused";
  const touchesTable = action === SQLITE_READ || WRITES.has(action);
  return touchesTable && first?.toLowerCase().startsWith(HIDDEN_TABLE) ? `the table ${first} is the host's` : null;
}
