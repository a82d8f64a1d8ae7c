/** From JSON that anybody may have sent to a query. Never throws; what is wrong comes back as a Problem. */
import { failure, type Outcome, ProblemError, success } from "../../platform/problem.ts";
import type { Field } from "../values/types.ts";
import type { Group, Query, Rule } from "./ast.ts";
import { MAX_CONDITIONS, MAX_DEPTH } from "./limits.ts";
import { type JsonObject, parseFieldRule } from "./parse-field-rule.ts";
import { didYouMean, quoted, refuse } from "./refuse.ts";
import type { QuerySchema } from "./schema.ts";
import { nearest } from "./suggest.ts";
import { refuseUnsupported } from "./unsupported.ts";

/** `path` is where the query stands in the request, for the problems' paths. */
export function parseQuery(input: unknown, schema: QuerySchema, path = "query"): Outcome<Query> {
  try {
    const state = { fields: new Map(schema.fields.map((field) => [field.name, field])), conditions: 0, groups: 0 };
    return success(parseGroup(objectAt(input, path), path, 1, state));
  } catch (error) {
    if (error instanceof ProblemError) return failure(error.problem);
    throw error;
  }
}

interface State {
  readonly fields: ReadonlyMap<string, Field>;
  conditions: number;
  groups: number;
}

function objectAt(input: unknown, path: string): JsonObject {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input as JsonObject;
  return refuse(
    "malformed_query",
    path,
    `Here stands ${quoted(input)}, but a group is needed: {"combinator": "and", "rules": [ … ]}.`,
  );
}

function parseGroup(group: JsonObject, path: string, depth: number, state: State): Group {
  if (depth > MAX_DEPTH) {
    const detail = `Groups may be nested ${MAX_DEPTH} deep. Put conditions that belong together into one group.`;
    refuse("query_too_deep", path, detail, { limit: MAX_DEPTH, actual: depth });
  }
  const flat = Object.hasOwn(group, "conditions");
  const [list, link] = flat ? ["conditions", "logic"] : ["rules", "combinator"];
  onlyKeys(group, ["id", list, link, "not"], path);
  const rules = group[list];
  if (!Array.isArray(rules)) {
    refuse("malformed_query", `${path}.${list}`, `A group needs "${list}": a list of conditions and groups.`);
  }
  const parsed = (rules as unknown[]).map((rule, i) => parseRule(rule, `${path}.${list}[${i}]`, depth, state));
  return { combinator: combinatorOf(group[link], flat, `${path}.${link}`), ...notOf(group, path), rules: parsed };
}

function combinatorOf(written: unknown, flat: boolean, path: string): "and" | "or" {
  if (flat && written === undefined) return "and";
  const plain = typeof written === "string" ? written.toLowerCase() : written;
  if (plain === "and" || plain === "or") return plain;
  return refuse("malformed_query", path, `Say how the rules are joined: "and" (all of them) or "or" (at least one).`);
}

function notOf(group: JsonObject, path: string): { not?: true } {
  if (group.not === undefined || group.not === false) return {};
  if (group.not === true) return { not: true };
  return refuse("malformed_query", `${path}.not`, `"not" is true or false.`);
}

function parseRule(input: unknown, path: string, depth: number, state: State): Rule {
  const rule = objectAt(input, path);
  if (Object.hasOwn(rule, "rules") || Object.hasOwn(rule, "conditions") || Object.hasOwn(rule, "combinator")) {
    withinLimit(++state.groups, path, `A query may have ${MAX_CONDITIONS} groups in its group.`);
    return parseGroup(rule, path, depth + 1, state);
  }
  const detail = `A query may have ${MAX_CONDITIONS} conditions. Many values of one field fit into one "in".`;
  withinLimit(++state.conditions, path, detail);
  refuseUnsupported(rule, path);
  onlyKeys(rule, ["id", "field", "operator", "value", "match_case"], path);
  return parseFieldRule(rule, path, state.fields);
}

function withinLimit(actual: number, path: string, detail: string): void {
  if (actual > MAX_CONDITIONS) refuse("too_many_conditions", path, detail, { limit: MAX_CONDITIONS, actual });
}

/** A misspelt key would be ignored in silence, and the segment be another one than was meant. */
function onlyKeys(object: JsonObject, known: readonly string[], path: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const detail = `${quoted(key)} means nothing here.${didYouMean(nearest(key, known))} Known: ${known.slice(1).join(", ")}.`;
    refuse("malformed_query", path, detail);
  }
}
