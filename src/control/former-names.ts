/** What fields were called before: so that a query of an older version can still be read. */
import type { NewNames, RenamedBehind, Renames } from "./rename-in-query.ts";
import type { RelationSide } from "./repositories/relations.ts";
import type { StoredField } from "./schema/datasets.ts";

/** The fields after an edit, those with a new name remembering the one that they had until now. */
export function rememberNames(
  before: readonly StoredField[],
  after: readonly StoredField[],
  now: number,
): StoredField[] {
  const names = new Map(before.map(({ id, name }) => [id, name]));
  return after.map((field) => {
    const old = names.get(field.id);
    if (old === undefined || old === field.name) return field;
    return { ...field, former: [...(field.former ?? []), { name: old, until: now }] };
  });
}

/** From the names at a time to those of today, where they differ. */
function namesSince(fields: readonly StoredField[], at: number): NewNames {
  const pairs = fields.map((field) => [nameAt(field, at), field.name] as const);
  return new Map(pairs.filter(([old, name]) => old !== name));
}

function nameAt({ name, former = [] }: StoredField, at: number): string {
  return former.find(({ until }) => at < until)?.name ?? name;
}

/** What has a new name since, for the queries of a dataset with these relations. */
export function renamesSince(fields: readonly StoredField[], sides: readonly RelationSide[], at: number): Renames {
  const behind = (kind: RelationSide["kind"]): Map<string, RenamedBehind> =>
    new Map(
      sides
        .filter((side) => side.kind === kind)
        .map(({ name, other }) => [name, { name, fields: namesSince(other.fields, at) }]),
    );
  return { fields: namesSince(fields, at), via: behind("belongs_to"), related: behind("has_many") };
}
