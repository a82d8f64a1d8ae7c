/** The names that may be used at one place of a query: of its own dataset, or of the one that related records are in. */
import type { Field } from "../values/types.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import type { QuerySchema, SchemaRelation } from "./schema.ts";
import { nearest } from "./suggest.ts";

export interface Scope {
  readonly schema: QuerySchema;
  readonly fields: ReadonlyMap<string, Field>;
  /** Whose related records these are; null in the query's own dataset. */
  readonly relation: SchemaRelation | null;
}

export function scopeOf(schema: QuerySchema): Scope {
  return { schema, fields: byName(schema.fields), relation: null };
}

/** Inside `related.where`: the other dataset's fields and segments, and no relations, as joins go one hop. */
export function scopeWithin(relation: SchemaRelation): Scope {
  const schema = { fields: relation.fields, segments: relation.segments ?? [] };
  return { schema, fields: byName(relation.fields), relation };
}

function byName(fields: readonly Field[]): ReadonlyMap<string, Field> {
  return new Map(fields.map((field) => [field.name, field]));
}

/** The field that was named, or a refusal with the nearest name. `key` is where the name was written. */
export function fieldNamed(written: unknown, path: string, fields: ReadonlyMap<string, Field>, key = "field"): Field {
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `Here "${key}" is needed: the name of a field, as text.`);
  }
  const field = fields.get(written);
  if (field !== undefined) return field;
  const suggestion = nearest(written, fields.keys());
  const detail = `There is no field ${quoted(written)}.${didYouMean(suggestion)}`;
  return refuse("unknown_field", path, detail, { field: written, ...(suggestion === null ? {} : { suggestion }) });
}

const ASK_INSTEAD = {
  has_many: 'is a relation to many records: ask about them with {"related": …, "quantifier": "any"}',
  belongs_to: 'is a relation to one record: read its fields with {"via": …, "field": …}',
} as const;

/** The relation that was named, or a refusal with the nearest name. */
export function relationNamed(
  written: unknown,
  path: string,
  kind: SchemaRelation["kind"],
  scope: Scope,
): SchemaRelation {
  const key = kind === "has_many" ? "related" : "via";
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `Here "${key}" is needed: the name of a relation, as text.`);
  }
  const relations = scope.schema.relations ?? [];
  const found = relations.find((relation) => relation.kind === kind && relation.name === written);
  if (found !== undefined) return found;
  const other = relations.find(({ name }) => name === written);
  if (other !== undefined) refuse("unknown_relation", path, `${quoted(written)} ${ASK_INSTEAD[other.kind]}.`);
  const choices = relations.filter((relation) => relation.kind === kind).map(({ name }) => name);
  const suggestion = nearest(written, choices);
  const mend = choices.length === 0 ? NONE[kind] : didYouMean(suggestion) || ` There are: ${choices.join(", ")}.`;
  const detail = `There is no relation ${quoted(written)}.${mend}`;
  return refuse("unknown_relation", path, detail, { choices, ...(suggestion === null ? {} : { suggestion }) });
}

const NONE = {
  has_many: " No dataset points at this one; declare a relation on the dataset whose records point here.",
  belongs_to: " This dataset points at no other; declare a relation on it first.",
} as const;
