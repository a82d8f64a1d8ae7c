/** Rewrites stored queries where fields or relations got new names. */
import { renameInFormula } from "../engine/index.ts";
import type { StoredQuery } from "./schema/segments.ts";

/** Old name to new name. */
export type NewNames = ReadonlyMap<string, string>;

/** What was renamed of a dataset at the other end of a relation. */
export interface RenamedBehind {
  /** The relation's name from now on. */
  readonly name: string;
  readonly fields: NewNames;
}

/** What was renamed of all that a dataset's queries may name. */
export interface Renames {
  readonly fields: NewNames;
  /** By the relation's name so far. */
  readonly via: ReadonlyMap<string, RenamedBehind>;
  readonly related: ReadonlyMap<string, RenamedBehind>;
}

type Json = Readonly<Record<string, unknown>>;

const NONE: ReadonlyMap<string, RenamedBehind> = new Map();

/** The query with new names, or null where it names nothing that was renamed. */
export function renameInQuery(query: StoredQuery, renames: Renames): StoredQuery | null {
  const renamed = renameInGroup(query, renames);
  return JSON.stringify(renamed) === JSON.stringify(query) ? null : renamed;
}

function renameInGroup<G extends { readonly rules: readonly unknown[] }>(group: G, renames: Renames): G {
  return { ...group, rules: group.rules.map((rule) => (isJson(rule) ? renameInRule(rule, renames) : rule)) };
}

function renameInRule(rule: Json, renames: Renames): Json {
  if (isGroup(rule)) return renameInGroup(rule, renames);
  if ("related" in rule) return renameInRelated(rule, renames.related.get(String(rule.related)));
  if ("via" in rule) {
    const behind = renames.via.get(String(rule.via));
    return behind ? { ...rule, via: behind.name, ...named(rule, "field", behind.fields) } : rule;
  }
  if (typeof rule.formula === "string") return { ...rule, formula: renamedFormula(rule.formula, renames) };
  return { ...rule, ...named(rule, "field", renames.fields) };
}

/** A formula's text with the new names. */
export function renamedFormula(formula: string, { fields, via }: Pick<Renames, "fields" | "via">): string {
  const behind = [...via];
  return renameInFormula(formula, {
    own: fields,
    via: new Map(behind.map(([relation, { fields }]) => [relation, fields])),
    relations: new Map(behind.map(([relation, { name }]) => [relation, name])),
  });
}

/** The other dataset's names: in `where` there are no relations. */
function renameInRelated(rule: Json, behind: RenamedBehind | undefined): Json {
  if (behind === undefined) return rule;
  const { name, fields } = behind;
  const { where, within } = rule;
  return {
    ...rule,
    related: name,
    ...named(rule, "of", fields),
    ...named(rule, "order_by", fields),
    ...(isJson(where) && isGroup(where) ? { where: renameInGroup(where, { fields, via: NONE, related: NONE }) } : {}),
    ...(isJson(within) ? { within: { ...within, ...named(within, "field", fields) } } : {}),
  };
}

/** The key with its new name; nothing where it has none. */
function named(rule: Json, key: string, names: NewNames): Json {
  const written = rule[key];
  const name = typeof written === "string" ? names.get(written) : undefined;
  return name === undefined ? {} : { [key]: name };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isGroup(rule: Json): rule is Json & { readonly rules: readonly unknown[] } {
  return Array.isArray(rule.rules);
}
