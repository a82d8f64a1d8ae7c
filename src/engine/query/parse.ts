/** From JSON that anybody may have sent to a query. Never throws; what is wrong comes back as a Problem. */
import { failure, type Outcome, ProblemError, success } from "../../platform/problem.ts";
import type { Group, Query, Rule } from "./ast.ts";
import { MAX_CONDITIONS, MAX_DEPTH } from "./limits.ts";
import { isObject, type JsonObject, onlyKeys } from "./only-keys.ts";
import { parseFieldRule } from "./parse-field-rule.ts";
import { parseFormulaRule } from "./parse-formula-rule.ts";
import { parseRelatedRule } from "./parse-related-rule.ts";
import { parseSegmentRule } from "./parse-segment-rule.ts";
import { quoted, refuse } from "./refuse.ts";
import type { QuerySchema } from "./schema.ts";
import { type Scope, scopeOf } from "./scope.ts";

/** `path` is where the query stands in the request, for the problems' paths. */
export function parseQuery(input: unknown, schema: QuerySchema, path = "query"): Outcome<Query> {
  try {
    return success(new Parser().group(input, path, 1, scopeOf(schema)));
  } catch (error) {
    if (error instanceof ProblemError) return failure(error.problem);
    throw error;
  }
}

/** Counts over the whole query, groups inside of related rules included. */
class Parser {
  #conditions = 0;
  #groups = 0;

  group(input: unknown, path: string, depth: number, scope: Scope): Group {
    const group = objectAt(input, path);
    if (depth > MAX_DEPTH) {
      const detail = `Groups may be nested ${MAX_DEPTH} deep. Put conditions that belong together into one group.`;
      refuse("query_too_deep", path, detail, { limit: MAX_DEPTH, actual: depth });
    }
    const flat = Object.hasOwn(group, "conditions");
    const [list, link] = flat ? ["conditions", "logic"] : ["rules", "combinator"];
    onlyKeys(group, [list, link, "not"], path);
    const rules = group[list];
    if (!Array.isArray(rules)) {
      refuse("malformed_query", `${path}.${list}`, `A group needs "${list}": a list of conditions and groups.`);
    }
    const parsed = (rules as unknown[]).map((rule, i) => this.#rule(rule, `${path}.${list}[${i}]`, depth, scope));
    return { combinator: combinatorOf(group[link], flat, `${path}.${link}`), ...notOf(group, path), rules: parsed };
  }

  #rule(input: unknown, path: string, depth: number, scope: Scope): Rule {
    const rule = objectAt(input, path);
    if (hasAny(rule, "rules", "conditions", "combinator")) return this.#innerGroup(rule, path, depth, scope);
    const detail = `A query may have ${MAX_CONDITIONS} conditions. Many values of one field fit into one "in".`;
    withinLimit(++this.#conditions, path, detail);
    if (hasAny(rule, "related", "quantifier", "aggregate")) {
      return parseRelatedRule(rule, path, scope, (where, at, inner) => this.#innerGroup(where, at, depth, inner));
    }
    if (hasAny(rule, "formula")) return parseFormulaRule(rule, path, scope);
    return hasAny(rule, "segment") ? parseSegmentRule(rule, path, scope) : parseFieldRule(rule, path, scope);
  }

  #innerGroup(group: unknown, path: string, depth: number, scope: Scope): Group {
    withinLimit(++this.#groups, path, `A query may have ${MAX_CONDITIONS} groups in its group.`);
    return this.group(group, path, depth + 1, scope);
  }
}

function hasAny(rule: JsonObject, ...keys: readonly string[]): boolean {
  return keys.some((key) => Object.hasOwn(rule, key));
}

function objectAt(input: unknown, path: string): JsonObject {
  if (isObject(input)) return input;
  return refuse(
    "malformed_query",
    path,
    `Here stands ${quoted(input)}, but a group is needed: {"combinator": "and", "rules": [ … ]}.`,
  );
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

function withinLimit(actual: number, path: string, detail: string): void {
  if (actual > MAX_CONDITIONS) refuse("too_many_conditions", path, detail, { limit: MAX_CONDITIONS, actual });
}
