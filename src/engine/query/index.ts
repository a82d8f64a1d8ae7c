export {
  type FieldRule,
  fieldsOf,
  type Group,
  isGroup,
  leaves,
  type Query,
  type Rule,
  type RuleScalar,
} from "./ast.ts";
export { describe } from "./describe.ts";
export { MAX_CONDITIONS, MAX_DEPTH, MAX_LIST } from "./limits.ts";
export { parseQuery, type QuerySchema } from "./parse.ts";
export { type JsonFieldRule, type JsonGroup, type JsonRule, queryToJson } from "./to-json.ts";
