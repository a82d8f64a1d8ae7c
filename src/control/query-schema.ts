/** What queries of a dataset may name: its fields, its segments, its relations with the fields and segments behind them. */
import {
  compiledFields,
  type Field,
  type QuerySchema,
  type SchemaRelation,
  type SchemaSegment,
} from "../engine/index.ts";
import type { Database } from "./database.ts";
import { liveFields } from "./fields.ts";
import { remembered } from "./remembered.ts";
import type { Dataset } from "./repositories/datasets.ts";
import { type RelationSide, relationsOf } from "./repositories/relations.ts";
import { type SegmentName, segmentNames } from "./repositories/segment-names.ts";
import type { StoredField } from "./schema/datasets.ts";
import type { StoredQuery } from "./schema/segments.ts";

/** Every change of its fields is another version. */
type Named = Pick<Dataset, "id" | "workspace_id" | "fields" | "catalogue_version">;

export interface LoadedSchema {
  readonly schema: QuerySchema;
  /** Read before the names: a dataset that is still at this version has the segments that the schema says. */
  readonly sides: readonly RelationSide[];
}

/** Everything that a query of the dataset may name. */
export function loadQuerySchema(db: Database, dataset: Named): Promise<LoadedSchema> {
  return remembered(db, `schema ${dataset.id} ${dataset.catalogue_version}`, () => readSchema(db, dataset));
}

async function readSchema(db: Database, dataset: Named): Promise<LoadedSchema> {
  const sides = await relationsOf(db, dataset.workspace_id, dataset.id);
  const names = await segmentNames(db, dataset.workspace_id, [dataset.id, ...sides.map(({ other }) => other.id)]);
  return { schema: buildQuerySchema(dataset, sides, names), sides };
}

/** As much of it as these stored queries name, which mostly are fields alone and need no question to the database. */
export async function querySchemaFor(
  db: Database,
  dataset: Named,
  queries: readonly StoredQuery[],
): Promise<QuerySchema> {
  return plainSchema(dataset, queries) ?? (await loadQuerySchema(db, dataset)).schema;
}

/** What queries may name that read nothing but fields; null where these read more. */
export function plainSchema(dataset: Named, queries: readonly unknown[]): QuerySchema | null {
  const plain = dataset.fields.every(({ formula }) => formula === undefined) && !queries.some(reachesOut);
  return plain ? { fields: liveFields(dataset.fields) } : null;
}

export function buildQuerySchema(
  dataset: Pick<Named, "id" | "fields">,
  sides: readonly RelationSide[],
  names: readonly SegmentName[],
): QuerySchema {
  const byDataset = Map.groupBy(names, ({ dataset_id }) => dataset_id);
  const segmentsIn = (id: string): SchemaSegment[] => (byDataset.get(id) ?? []).map(({ id, name }) => ({ id, name }));
  const relations = sides.map((side) => schemaRelation(side, segmentsIn(side.other.id)));
  const fields = compiledFields({ fields: liveFields(dataset.fields), relations });
  return { fields, relations, segments: segmentsIn(dataset.id) };
}

function schemaRelation(
  { relation, kind, name, number, other }: RelationSide,
  segments: readonly SchemaSegment[],
): SchemaRelation {
  const fields = fieldsBehind(other.fields);
  return { id: relation.id, number, kind, name, field: relation.field_id, dataset_id: other.id, fields, segments };
}

/** The fields of a dataset at the other end; its own relations are out of reach, for its computed fields too. */
export function fieldsBehind(fields: readonly StoredField[]): Field[] {
  return compiledFields({ fields: liveFields(fields) });
}

const REACHING = ["via", "related", "segment", "formula"];

/** Of a query in its JSON form, stored or as it was sent; whatever is no such form is passed over. */
function reachesOut(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const rules = "rules" in node ? node.rules : "conditions" in node ? node.conditions : null;
  if (Array.isArray(rules)) return rules.some(reachesOut);
  return REACHING.some((key) => Object.hasOwn(node, key));
}
