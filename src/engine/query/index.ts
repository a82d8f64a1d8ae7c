export {
  type Aggregate,
  type FieldRule,
  fieldsOf,
  type Group,
  isGroup,
  type Leaf,
  leaves,
  type Query,
  type Rule,
  type RuleScalar,
} from "./ast.ts";
export { compiledFields } from "./computed-fields.ts";
export { describe } from "./describe.ts";
export { parseQuery } from "./parse.ts";
export type { QuerySchema, SchemaRelation, SchemaSegment } from "./schema.ts";
export { type JsonFieldRule, type JsonGroup, type JsonRule, queryToJson } from "./to-json.ts";
