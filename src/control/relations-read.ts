/** Which relations a query goes through: what has to be ready before it can be answered. */
import type { Expr } from "../engine/formula/expr.ts";
import type { Field } from "../engine/index.ts";
import { isLookupField, lookupParts } from "../engine/plan/lookup-field.ts";
import { isField, isFormula, isRelated, leaves, type Query } from "../engine/query/ast.ts";
import type { RelationSide } from "./repositories/relations.ts";

/** By relation id: whether it is read as related records, or looked up through. */
export type RelationsRead = Map<string, "related" | "via">;

/** What is known of a dataset's relations by their number in it: looked-up fields carry it. */
type Numbered = readonly { readonly number: number; readonly relation: { readonly id: string } }[];

export function relationsRead(query: Query, fields: readonly Field[], sides: Numbered): RelationsRead {
  const read: RelationsRead = new Map();
  const computed = new Map(fields.flatMap((field) => (field.expr ? [[field.id, field.expr] as const] : [])));
  const readExpr = (expr: Expr): void => {
    if (expr.kind === "call") for (const arg of expr.args) readExpr(arg);
    if (expr.kind === "field") readField(expr.field);
  };
  const readField = (id: number): void => {
    const expr = computed.get(id);
    if (expr) readExpr(expr);
    if (!isLookupField(id)) return;
    const { relation: number } = lookupParts(id);
    const side = sides.find((one) => one.number === number);
    if (side) read.set(side.relation.id, "via");
  };
  for (const leaf of leaves(query)) {
    if (isRelated(leaf)) read.set(leaf.related, "related");
    else if (isFormula(leaf)) readExpr(leaf.expr);
    else if (isField(leaf)) {
      if (leaf.via === undefined) readField(leaf.field);
      else read.set(leaf.via, "via");
    }
  }
  return read;
}

/** The ids of those that are looked up through for the first time. */
export function lookupsToWant(sides: readonly RelationSide[], read: RelationsRead): string[] {
  const wanted = sides.filter(({ relation, kind }) => kind === "belongs_to" && !relation.lookup_wanted);
  return wanted.flatMap(({ relation }) => (read.get(relation.id) === "via" ? [relation.id] : []));
}
