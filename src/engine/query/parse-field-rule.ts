/** One condition on a field, of the record itself or of one that it points at. */
import type { FieldRule } from "./ast.ts";
import { isAbsent, type JsonObject, onlyKeys } from "./only-keys.ts";
import { parseComparison } from "./parse-comparison.ts";
import { quoted, refuse } from "./refuse.ts";
import { fieldNamed, relationNamed, type Scope } from "./scope.ts";

export function parseFieldRule(rule: JsonObject, path: string, scope: Scope): FieldRule {
  onlyKeys(rule, ["field", "operator", "value", "match_case", "via"], path);
  const via = isAbsent(rule.via) ? null : lookedUp(rule.via, `${path}.via`, scope);
  const fields = via === null ? scope.fields : new Map(via.fields.map((field) => [field.name, field]));
  const { id, name, type } = fieldNamed(rule.field, `${path}.field`, fields);
  const comparison = parseComparison(rule, path, { kind: "field", name: quoted(name), type });
  return { ...(via === null ? {} : { via: via.id }), field: id, ...comparison };
}

function lookedUp(written: unknown, path: string, scope: Scope) {
  if (scope.relation === null) return relationNamed(written, path, "belongs_to", scope);
  const detail = `A lookup goes one step, so ${quoted(scope.relation.name)} cannot be asked about records that they point at. Use their own fields.`;
  return refuse("rule_not_allowed", path, detail);
}
