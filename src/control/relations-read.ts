/** Which relations a query goes through: what has to be ready before it can be answered. */
import type { Expr } from "../engine/formula/expr.ts";
import type { Field } from "../engine/index.ts";
import { isLookupField, lookupParts } from "../engine/plan/lookup-field.ts";
import { isField, isFormula, isRelated, isSegment, leaves, type Query } from "../engine/query/ast.ts";
import type { Database, Statement } from "./database.ts";
import type { Dataset } from "./repositories/datasets.ts";
import { type RelationSide, shareSegments, wantLookups } from "./repositories/relations.ts";

/** Segments of the pointing datasets that a query names inside `where`, by relation id. */
export function segmentsShared(query: Query): Map<string, string[]> {
  const shared = new Map<string, string[]>();
  for (const leaf of leaves(query)) {
    if (!isRelated(leaf)) continue;
    const named = [...leaves(leaf.where)].flatMap((one) => (isSegment(one) ? [one.segment] : []));
    if (named.length > 0) shared.set(leaf.related, [...(shared.get(leaf.related) ?? []), ...named]);
  }
  return shared;
}

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

/** What has to be said of relations before a query can be answered by the shards. */
export interface RelationNeeds {
  readonly statements: readonly Statement[];
  /** The pointing datasets that have to hear of it, as they were. */
  readonly others: readonly Dataset[];
}

/** Relations that are looked up through for the first time, and segments whose members copies do not tell yet. */
export function relationNeeds(
  db: Database,
  query: Query,
  fields: readonly Field[],
  sides: readonly RelationSide[],
): RelationNeeds {
  const statements: Statement[] = [];
  const others = new Map<string, Dataset>();
  const read = relationsRead(query, fields, sides);
  const shared = segmentsShared(query);
  for (const { relation, kind, other } of sides) {
    if (kind === "belongs_to" && !relation.lookup_wanted && read.get(relation.id) === "via") {
      statements.push(wantLookups(db, relation.workspace_id, relation.id));
    }
    const ids = kind === "has_many" ? (shared.get(relation.id) ?? []) : [];
    if (ids.every((id) => relation.shared_segments.includes(id))) continue;
    statements.push(shareSegments(db, relation, ids));
    others.set(other.id, other);
  }
  return { statements, others: [...others.values()] };
}
