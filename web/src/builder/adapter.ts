/**
 * The program's query and the builder's tree, each made of the other. Rules of kinds that the builder
 * has no controls for are carried along untouched, so that saving never loses what it could not show.
 * Positions are the same in both, so that the path of a problem finds its rule.
 */
import type { RuleGroupType, RuleType } from "react-querybuilder";
import type { DatasetField, FieldType } from "../api/datasets.ts";
import type { FieldRule, QueryGroup } from "../api/segments.ts";
import { type Arity, arityOf, hasCase } from "./operators.ts";

export interface TreeRule extends RuleType {
  readonly matchCase?: boolean;
  /** A rule as it came, which the builder cannot edit. */
  readonly opaque?: unknown;
}
export type Tree = RuleGroupType<TreeRule>;
export type Path = readonly number[];

export const EMPTY_TREE: Tree = { combinator: "and", rules: [] };

/** Extra parts of a rule that the builder knows; anything else makes it opaque. */
const KNOWN = new Set(["field", "operator", "value", "match_case"]);

export function fromQuery(query: QueryGroup): Tree {
  return {
    combinator: query.combinator,
    ...(query.not ? { not: true } : {}),
    rules: query.rules.map((rule) => (isGroup(rule) ? fromQuery(rule) : fromRule(rule))),
  };
}

function fromRule(rule: unknown): TreeRule {
  if (!isFieldRule(rule)) return { field: "", operator: "", value: null, opaque: rule };
  const { field, operator, value, match_case } = rule;
  return { field, operator, value: fitted(value, arityOf(operator)), ...(match_case ? { matchCase: true } : {}) };
}

export interface Read {
  readonly query: QueryGroup;
  /** The rules that have no value yet. */
  readonly incomplete: readonly Path[];
}

/** The query that a tree says, its values read as their fields' types. */
export function toQuery(tree: Tree, fields: readonly DatasetField[]): Read {
  const types = new Map(fields.map(({ name, type }) => [name, type]));
  const incomplete: Path[] = [];
  return { query: readGroup(tree, types, [], incomplete), incomplete };
}

function readGroup(group: Tree, types: ReadonlyMap<string, FieldType>, path: Path, incomplete: Path[]): QueryGroup {
  const rules = group.rules.map((rule, i) => {
    const at = [...path, i];
    if ("rules" in rule) return readGroup(rule as Tree, types, at, incomplete);
    if (rule.opaque !== undefined) return rule.opaque;
    if (!isComplete(rule)) incomplete.push(at);
    return readRule(rule, types.get(rule.field) ?? "text");
  });
  return { combinator: group.combinator === "or" ? "or" : "and", ...(group.not ? { not: true as const } : {}), rules };
}

function readRule({ field, operator, value, matchCase }: TreeRule, type: FieldType): FieldRule {
  const arity = arityOf(operator);
  if (arity === "none") return { field, operator };
  const fit = fitted(value, arity);
  const typed = Array.isArray(fit) ? fit.map((item) => readAs(item, type)) : readAs(fit, type);
  return { field, operator, value: typed, ...(matchCase && hasCase(type, operator) ? { match_case: true } : {}) };
}

/** A number field's value as a number where it reads as one; otherwise as it was typed, for the program to refuse. */
function readAs(value: unknown, type: FieldType): unknown {
  if (type !== "number" || typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

export function isComplete({ operator, value }: TreeRule): boolean {
  const arity = arityOf(operator);
  if (arity === "none") return true;
  if (arity === "one") return !isBlank(value);
  const items = Array.isArray(value) ? value : [];
  return items.length > 0 && !items.some(isBlank);
}

const isBlank = (value: unknown) => value === undefined || value === null || value === "";

/** A value in the shape that an operator takes, keeping what was typed where it can be kept. */
export function fitted(value: unknown, arity: Arity): unknown {
  const items = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && item !== null);
  if (arity === "none") return null;
  if (arity === "one") return items[0] ?? "";
  if (arity === "two") return [items[0] ?? "", items[1] ?? ""];
  return items.filter((item) => item !== "");
}

/** Every rule's value in the shape of its operator: after a change of operator. */
export function fitTree(tree: Tree): Tree {
  const rules = tree.rules.map((rule) => {
    if ("rules" in rule) return fitTree(rule as Tree);
    if (rule.opaque !== undefined) return rule;
    const value = fitted(rule.value, arityOf(rule.operator));
    return sameValue(value, rule.value) ? rule : { ...rule, value };
  });
  return rules.every((rule, i) => rule === tree.rules[i]) ? tree : { ...tree, rules };
}

/** An edit that took the last condition of an inner group takes the group, too: left empty, it would match everybody. */
export function withoutEmptied(before: Tree, after: Tree): Tree {
  const wereEmpty = new Set(emptyGroups(before));
  const prune = (tree: Tree): Tree => {
    const rules = tree.rules.map((rule) => ("rules" in rule ? prune(rule as Tree) : rule));
    const kept = rules.filter((rule) => !("rules" in rule) || rule.rules.length > 0 || wereEmpty.has(rule.id));
    const isSame = kept.length === tree.rules.length && kept.every((rule, i) => rule === tree.rules[i]);
    return isSame ? tree : { ...tree, rules: kept };
  };
  return prune(after);
}

function emptyGroups(tree: Tree): (string | undefined)[] {
  const inner = tree.rules.flatMap((rule) => ("rules" in rule ? emptyGroups(rule as Tree) : []));
  return tree.rules.length === 0 ? [tree.id, ...inner] : inner;
}

const sameValue = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);

/** `query.rules[2].rules[0].value` -> [2, 0]; null where the path names no rule. */
export function pathOfProblem(path: string | undefined): Path | null {
  if (!path) return null;
  const steps = [...path.matchAll(/(?:rules|conditions)\[(\d+)\]/g)].map(([, step]) => Number(step));
  return steps.length > 0 ? steps : null;
}

function isGroup(rule: unknown): rule is QueryGroup {
  return typeof rule === "object" && rule !== null && "rules" in rule && "combinator" in rule;
}

function isFieldRule(rule: unknown): rule is FieldRule {
  if (typeof rule !== "object" || rule === null) return false;
  const { field, operator, value } = rule as Partial<FieldRule>;
  if (typeof field !== "string" || typeof operator !== "string") return false;
  const plain = value === undefined || value === null || typeof value !== "object" || Array.isArray(value);
  return plain && Object.keys(rule).every((part) => KNOWN.has(part));
}
