/**
 * A query as the shards get it: normalised, refers to fields by id, survives JSON. (The control plane stores the
 * JSON form with names: `queryToJson`.) Further kinds of rules (related, via, formula, segment) join `Rule`.
 */

/** An empty group matches every record. */
export interface Group {
  readonly combinator: "and" | "or";
  readonly not?: true;
  readonly rules: readonly Rule[];
}

/**
 * Texts, numbers and booleans as they are; dates as `YYYY-MM-DD`; datetimes as a UTC instant, or as a local time
 * without offset or a date, which mean the workspace's zone.
 */
export type RuleScalar = string | number | boolean;

export interface FieldRule {
  /** Field id. */
  readonly field: number;
  readonly operator: string;
  /** Absent where the operator takes nothing. */
  readonly value?: RuleScalar | readonly RuleScalar[];
  readonly match_case?: true;
}

export type Rule = Group | FieldRule;
export type Query = Group;

export function isGroup(rule: Rule): rule is Group {
  return "combinator" in rule;
}

/** Every rule that is not a group, in order. */
export function* leaves(group: Group): Generator<FieldRule, void, undefined> {
  for (const rule of group.rules) {
    if (isGroup(rule)) yield* leaves(rule);
    else yield rule;
  }
}

/** The ids of the fields that the query reads. */
export function fieldsOf(query: Query): ReadonlySet<number> {
  return new Set(Array.from(leaves(query), (rule) => rule.field));
}
