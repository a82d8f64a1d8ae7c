/** Where the control plane meets the engine's query language. */
import { describe, parseQuery, type Query, type QuerySchema, queryToJson } from "../engine/index.ts";
import { type Outcome, success } from "../platform/problem.ts";
import type { StoredQuery } from "./schema/segments.ts";

export interface ParsedQuery {
  /** What is stored: a group, with names. */
  readonly stored: StoredQuery;
  /** What shards evaluate. */
  readonly query: Query;
  /** The query as a sentence. */
  readonly words: string;
}

/** Reads a query against what its dataset's queries may name, or says what is wrong and where (`query.rules[2].value`). */
export function parseStoredQuery(input: unknown, schema: QuerySchema, noun?: string): Outcome<ParsedQuery> {
  const parsed = parseQuery(input, schema);
  if (!parsed.ok) return parsed;
  const query = parsed.value;
  return success({
    query,
    stored: queryToJson(query, schema),
    // Most who read a query do not say it.
    get words() {
      return describe(query, schema, noun);
    },
  });
}
