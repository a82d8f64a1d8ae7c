/** Where the control plane meets the engine's query language. */
import { describe, type Field, parseQuery, type Query, queryToJson } from "../engine/index.ts";
import { type Outcome, success } from "../platform/problem.ts";
import type { StoredQuery } from "./schema/segments.ts";

export interface ParsedQuery {
  /** What is stored: a group, with field names. */
  readonly stored: StoredQuery;
  /** What shards evaluate. */
  readonly query: Query;
  /** The query as a sentence. */
  readonly words: string;
}

/** Reads a query against a dataset's fields, or says what is wrong and where (`query.rules[2].value`). */
export function parseStoredQuery(input: unknown, fields: readonly Field[], noun?: string): Outcome<ParsedQuery> {
  const schema = { fields };
  const parsed = parseQuery(input, schema);
  if (!parsed.ok) return parsed;
  const query = parsed.value;
  return success({ query, stored: queryToJson(query, schema), words: describe(query, schema, noun) });
}
