export { AGGREGATES, ORDERED, QUANTIFIERS } from "./aggregates.ts";
export {
  type Aggregate,
  type FieldRule,
  type Group,
  isGroup,
  type Leaf,
  type Query,
  type Rule,
  type RuleScalar,
} from "./ast.ts";
export { compiledFields } from "./computed-fields.ts";
export { describe } from "./describe.ts";
export { describeRule } from "./describe-rule.ts";
export { MAX_CONDITIONS, MAX_DEPTH, MAX_LIST, MAX_UNITS } from "./limits.ts";
export { parseQuery } from "./parse.ts";
export { SEGMENT_OPERATORS } from "./parse-segment-rule.ts";
export { TIME_UNITS } from "./read-window.ts";
export type { QuerySchema, SchemaRelation, SchemaSegment } from "./schema.ts";
export { type JsonFieldRule, type JsonGroup, type JsonRule, queryToJson } from "./to-json.ts";
