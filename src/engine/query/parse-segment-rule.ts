/** Whether the record is a member of another segment of the dataset that the group is about. */
import type { SegmentRule } from "./ast.ts";
import { type JsonObject, onlyKeys } from "./only-keys.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import type { SchemaSegment } from "./schema.ts";
import type { Scope } from "./scope.ts";
import { nearest } from "./suggest.ts";

export const SEGMENT_OPERATORS = ["member", "not_member"] as const;

export function parseSegmentRule(rule: JsonObject, path: string, scope: Scope): SegmentRule {
  onlyKeys(rule, ["segment", "operator"], path);
  const segment = segmentOf(rule.segment, `${path}.segment`, scope);
  return { segment: segment.id, operator: operatorOf(rule.operator, `${path}.operator`) };
}

function segmentOf(written: unknown, path: string, scope: Scope): SchemaSegment {
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `Here "segment" is needed: the id of a segment, as text.`);
  }
  const segments = scope.schema.segments ?? [];
  const found = segments.find(({ id }) => id === written);
  if (found !== undefined) return found;
  const name = nearest(
    written,
    segments.map((segment) => segment.name),
  );
  const meant = segments.find((segment) => segment.name === name);
  const whose = scope.relation === null ? "This dataset" : `The dataset of ${quoted(scope.relation.name)}`;
  const mend = meant ? `${didYouMean(meant.name)} Its id is ${meant.id}.` : " Name one of its own segments by its id.";
  const suggestion = meant ? { suggestion: meant.id } : {};
  return refuse("unknown_segment", path, `${whose} has no segment with the id ${quoted(written)}.${mend}`, suggestion);
}

function operatorOf(written: unknown, path: string): SegmentRule["operator"] {
  const operator = SEGMENT_OPERATORS.find((known) => known === written);
  if (operator !== undefined) return operator;
  if (typeof written !== "string") {
    return refuse("malformed_query", path, `A rule on a segment needs "operator": "member" or "not_member".`);
  }
  const detail = `${quoted(written)} does not ask about a segment.${didYouMean(nearest(written, SEGMENT_OPERATORS))} Use "member" or "not_member".`;
  return refuse("unknown_operator", path, detail, { choices: SEGMENT_OPERATORS });
}
