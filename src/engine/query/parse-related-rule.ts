/** Conditions on the records that point at this one: how many match, or what an aggregate over those that match yields. */
import type { Field, FieldType } from "../values/types.ts";
import { AGGREGATES, type AggregateForm, ORDERED, QUANTIFIERS } from "./aggregates.ts";
import type { Aggregate, AggregateRule, Group, QuantifiedRule, Quantifier, RelatedRule } from "./ast.ts";
import { MAX_RELATED } from "./limits.ts";
import { isAbsent, isObject, type JsonObject, onlyKeys } from "./only-keys.ts";
import { parseComparison } from "./parse-comparison.ts";
import { readTimeSpan, readWholeNumber } from "./read-window.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import { fieldNamed, relationNamed, type Scope, scopeWithin } from "./scope.ts";
import { typeWords } from "./subject.ts";
import { nearest } from "./suggest.ts";

/** Reads the group `where`, which counts as a group of the query. */
export type ParseWhere = (written: unknown, path: string, scope: Scope) => Group;

const COMMON = ["related", "where", "within"];
const OF_QUANTIFIERS = [...COMMON, "quantifier", "n"];
const OF_AGGREGATES = [...COMMON, "aggregate", "of", "order_by", "operator", "value", "match_case"];

export function parseRelatedRule(rule: JsonObject, path: string, scope: Scope, parseWhere: ParseWhere): RelatedRule {
  if (scope.relation !== null) {
    const detail = `Related records cannot be asked about their own related records. Use the fields of ${quoted(scope.relation.name)}.`;
    refuse("rule_not_allowed", `${path}.related`, detail);
  }
  const relation = relationNamed(rule.related, `${path}.related`, "has_many", scope);
  const inner = scopeWithin(relation);
  const asked = askedOf(rule, path, inner);
  const where = isAbsent(rule.where) ? EVERY_ONE : parseWhere(rule.where, `${path}.where`, inner);
  const within = isAbsent(rule.within) ? {} : { within: withinOf(rule.within, `${path}.within`, inner) };
  return { related: relation.id, ...asked, where, ...within };
}

const EVERY_ONE: Group = { combinator: "and", rules: [] };

type Asked = Omit<QuantifiedRule, "related" | "where"> | Omit<AggregateRule, "related" | "where">;

function askedOf(rule: JsonObject, path: string, inner: Scope): Asked {
  const [quantified, aggregated] = [!isAbsent(rule.quantifier), !isAbsent(rule.aggregate)];
  if (quantified !== aggregated) return quantified ? quantifierOf(rule, path) : aggregateOf(rule, path, inner);
  onlyKeys(rule, [...OF_QUANTIFIERS, ...OF_AGGREGATES], path);
  const detail = `Ask how many records match ("quantifier": ${Object.keys(QUANTIFIERS).join(", ")}) or what they add up to ("aggregate": ${Object.keys(AGGREGATES).join(", ")}): ${quantified ? "one of the two, not both" : "one of the two is needed"}.`;
  return refuse("malformed_query", path, detail);
}

function quantifierOf(rule: JsonObject, path: string): Asked {
  onlyKeys(rule, OF_QUANTIFIERS, path);
  const quantifier = wordOf<Quantifier>(rule.quantifier, `${path}.quantifier`, "quantifier", QUANTIFIERS);
  const at = `${path}.n`;
  if (QUANTIFIERS[quantifier].counts) return { quantifier, n: readWholeNumber(rule.n, at, 0, MAX_RELATED) };
  if (isAbsent(rule.n)) return { quantifier };
  return refuse("invalid_value", at, `"${quantifier}" takes no "n". Use "at_least", "at_most" or "exactly" to count.`);
}

function aggregateOf(rule: JsonObject, path: string, inner: Scope): Asked {
  onlyKeys(rule, OF_AGGREGATES, path);
  const aggregate = wordOf<Aggregate>(rule.aggregate, `${path}.aggregate`, "aggregate", AGGREGATES);
  const form = AGGREGATES[aggregate];
  const of = ofField(rule.of, `${path}.of`, aggregate, form, inner);
  const order = orderField(rule.order_by, `${path}.order_by`, aggregate, form, inner);
  const name = of === null ? `${form.words} of ${inner.relation?.name}` : `${form.words} ${quoted(of.name)}`;
  const type = form.yields ?? of?.type ?? "number";
  const comparison = parseComparison(rule, path, { kind: "result", name, type });
  return { aggregate, ...(of ? { of: of.id } : {}), ...(order ? { order_by: order.id } : {}), ...comparison };
}

function ofField(written: unknown, path: string, aggregate: string, form: AggregateForm, inner: Scope): Field | null {
  if (form.of.length > 0) return fieldOfType(written, path, "of", form.of, `"${aggregate}"`, inner);
  if (isAbsent(written)) return null;
  const detail = `"${aggregate}" counts records, so it takes no "of". "count_distinct" counts a field's values.`;
  return refuse("invalid_value", path, detail);
}

function orderField(written: unknown, path: string, aggregate: string, form: AggregateForm, inner: Scope) {
  if (form.ordered) return fieldOfType(written, path, "order_by", ORDERED, `The order of "${aggregate}"`, inner);
  if (isAbsent(written)) return null;
  return refuse("invalid_value", path, `"${aggregate}" has no order. Leave "order_by" out, or use "first" or "last".`);
}

function withinOf(written: unknown, path: string, inner: Scope): NonNullable<RelatedRule["within"]> {
  if (!isObject(written) || isAbsent(written.last)) {
    const example = '{"field": "purchased_on", "last": {"n": 30, "unit": "day"}}';
    return refuse(
      "malformed_query",
      path,
      `"within" needs a date "field" and how long ago at most, "last": ${example}.`,
    );
  }
  onlyKeys(written, ["field", "last"], path);
  const field = fieldOfType(written.field, `${path}.field`, "field", ["date", "datetime"], `"within"`, inner);
  return { field: field.id, last: readTimeSpan(written.last, `${path}.last`, field.type) };
}

/** The field of the related dataset that was named, if `who` can read its type. */
function fieldOfType(
  written: unknown,
  path: string,
  key: string,
  types: readonly FieldType[],
  who: string,
  { fields }: Scope,
): Field {
  const field = fieldNamed(written, path, fields, key);
  if (types.includes(field.type)) return field;
  const choices = [...fields.values()].filter(({ type }) => types.includes(type)).map(({ name }) => name);
  const those = choices.length === 0 ? "There is none here." : `Use one of: ${choices.slice(0, 20).join(", ")}.`;
  const needed = types.map(typeWords).join(", ");
  const detail = `${who} reads ${needed} fields, and ${quoted(field.name)} is a ${typeWords(field.type)} field. ${those}`;
  return refuse("aggregate_type_mismatch", path, detail, { field_type: field.type, choices });
}

function wordOf<Word extends string>(
  written: unknown,
  path: string,
  what: string,
  words: Readonly<Record<Word, unknown>>,
): Word {
  const choices = Object.keys(words) as Word[];
  const word = choices.find((known) => known === written);
  if (word !== undefined) return word;
  const hint = typeof written === "string" ? didYouMean(nearest(written, choices)) : "";
  const detail = `${quoted(written)} is no ${what}.${hint} Use one of: ${choices.join(", ")}.`;
  return refuse("invalid_value", path, detail, { choices });
}
