export {
  type FieldRule,
  fieldsOf,
  type Group,
  type Query,
  type Rule,
  type RuleScalar,
} from "./ast.ts";
export { describe } from "./describe.ts";
export { parseQuery, type QuerySchema } from "./parse.ts";
export { type JsonFieldRule, type JsonGroup, type JsonRule, queryToJson } from "./to-json.ts";
