/** Computed fields as they are declared: each formula has to be valid, and what it yields is the field's type. */
import { type Field, parseFormula, renameInFormula, type SchemaRelation } from "../engine/index.ts";
import { failure, type Outcome, success } from "../platform/problem.ts";
import { liveFields } from "./fields.ts";
import type { StoredField } from "./schema/datasets.ts";

/** The fields with the types that formulas yield; what is wrong comes with the path of the field, `fields[2].formula`. */
export function withComputedTypes(
  fields: readonly StoredField[],
  relations: readonly SchemaRelation[],
  pathOf: (name: string) => string,
): Outcome<StoredField[]> {
  const live = liveFields(fields);
  const result: StoredField[] = [];
  for (const field of fields) {
    const known: readonly Field[] = live;
    const read =
      field.formula === undefined
        ? null
        : parseFormula(field.formula, { fields: known, relations }, pathOf(field.name));
    if (read && !field.retired && !read.ok) return failure(read.problem);
    result.push(read?.ok ? { ...field, type: read.value.type, format: null } : field);
  }
  return success(result);
}

/** Formulas follow when fields that they name get other names. */
export function renamedFormulas(fields: readonly StoredField[], own: ReadonlyMap<string, string>): StoredField[] {
  if (own.size === 0) return [...fields];
  return fields.map((field) =>
    field.formula === undefined ? field : { ...field, formula: renameInFormula(field.formula, { own }) },
  );
}
